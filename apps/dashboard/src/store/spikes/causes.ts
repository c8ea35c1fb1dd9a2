// Groups the spikes in this page's memory by cause; used if the bridge stores no history.
import { type Cause, causeKey, causeParts, type Spike } from '@rtprobe/protocol';

/** Worst first. */
export function causesOf(spikes: readonly Spike[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const spike of spikes) {
    const key = causeKey(spike);
    const known = causes.get(key);
    if (known === undefined) {
      const { frames, victim } = causeParts(spike);
      causes.set(key, {
        ...{ key, measure: spike.measure, culprit: spike.culprit, frames, victim, count: 1 },
        ...{
          worstNs: spike.valueNs,
          worst: spike.id,
          cpus: [spike.cpu],
          first: spike.time,
          last: spike.time,
        },
      });
      continue;
    }
    known.count++;
    if (!known.cpus.includes(spike.cpu)) known.cpus = [...known.cpus, spike.cpu].sort((a, b) => a - b);
    known.first = Math.min(known.first, spike.time);
    known.last = Math.max(known.last, spike.time);
    if (spike.valueNs <= known.worstNs) continue;
    known.worstNs = spike.valueNs;
    known.worst = spike.id;
    known.culprit = spike.culprit;
  }
  return [...causes.values()].sort((a, b) => b.worstNs - a.worstNs);
}
