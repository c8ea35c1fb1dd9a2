// Groups the incidents in this page's memory by cause; used if the bridge stores no history.
import { type Cause, causeKey, causeParts } from '@rtprobe/protocol';
import type { IncidentEntry } from './incidents.ts';

/** Worst first. An incident has the cause of its primary spike; one without that spike in memory is left out. */
export function causesOf(entries: readonly IncidentEntry[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { incident, spikes } of entries) {
    const spike = spikes[0];
    if (spike?.id !== incident.primary) continue;
    const key = causeKey(spike);
    const known = causes.get(key);
    const { valueNs, time } = incident;
    if (known === undefined) {
      const { frames, victim } = causeParts(spike);
      causes.set(key, {
        ...{ key, measure: spike.measure, culprit: spike.culprit, frames, victim, count: 1 },
        ...(spike.device && { device: spike.device }),
        ...{ worstNs: valueNs, worst: spike.id, cpus: [spike.cpu], first: time, last: time },
      });
      continue;
    }
    known.count++;
    if (!known.cpus.includes(spike.cpu)) known.cpus = [...known.cpus, spike.cpu].sort((a, b) => a - b);
    known.first = Math.min(known.first, time);
    known.last = Math.max(known.last, time);
    if (valueNs <= known.worstNs) continue;
    known.worstNs = valueNs;
    known.worst = spike.id;
    known.culprit = spike.culprit;
    if (spike.device) known.device = spike.device;
    else delete known.device;
  }
  return [...causes.values()].sort((a, b) => b.worstNs - a.worstNs);
}
