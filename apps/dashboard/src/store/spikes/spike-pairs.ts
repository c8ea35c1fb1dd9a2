// Lists two spikes of one event as one entry.
import type { Spike } from '@rtprobe/protocol';

export interface SpikeEntry {
  spike: Spike;
  /** The spike of the handler that made this timer late. */
  handler: Spike | undefined;
}

/**
 * Pairs spikes. One event can be captured twice: the handler that took too long, and the timer that waited for it. They
 * match if they are of one CPU, the timer names that handler with the same duration, and the handler ended within the
 * delay. Newest first.
 */
export function pairSpikes(spikes: readonly Spike[]): SpikeEntry[] {
  const taken = new Set<string>();
  const handlerOf = new Map<string, Spike>();
  const byValue = Map.groupBy(spikes, (s) => `${s.measure} ${s.number} ${s.cpu} ${s.valueNs}`);
  for (const timer of spikes) {
    const { cause } = timer;
    if (timer.measure !== 'timer_latency' || cause === undefined) continue;
    const candidates = byValue.get(`${cause.measure} ${cause.number} ${timer.cpu} ${cause.durationNs}`);
    const handler = candidates?.find(
      (s) => Math.abs(s.time - timer.time) * 1000 <= timer.valueNs && !taken.has(s.id),
    );
    if (handler === undefined) continue;
    taken.add(handler.id);
    handlerOf.set(timer.id, handler);
  }
  return spikes
    .filter((s) => !taken.has(s.id))
    .map((spike) => ({ spike, handler: handlerOf.get(spike.id) }))
    .reverse();
}
