// The spikes of one host, oldest first, each once. The kernel module bounds its list; so does this one.
import type { Spike, UnixMicros } from '@rtprobe/protocol';

export const SPIKES_MAX = 1024;

export class SpikeList {
  #list: Spike[] = [];
  readonly #known = new Set<string>();
  /** How many fell off the end of this list. */
  forgotten = 0;

  get all(): readonly Spike[] {
    return this.#list;
  }

  /** What the bridge holds; spikes that this page saw and the kernel's list no longer has are kept. */
  merge(spikes: readonly Spike[]): void {
    const fresh = spikes.filter((s) => !this.#known.has(s.id));
    for (const spike of fresh) this.#known.add(spike.id);
    if (fresh.length > 0) this.#replace([...this.#list, ...fresh].sort((a, b) => a.time - b.time));
  }

  /** False when it was known. */
  add(spike: Spike): boolean {
    const known = this.#known.has(spike.id);
    this.merge([spike]);
    return !known;
  }

  /** A new array each time, so that readers may keep theirs. */
  #replace(list: Spike[]): void {
    const surplus = Math.max(0, list.length - SPIKES_MAX);
    for (const spike of list.splice(0, surplus)) this.#known.delete(spike.id);
    this.forgotten += surplus;
    this.#list = list;
  }

  /** Forgets the spikes behind a time. */
  dropAfter(time: UnixMicros): void {
    const dropped = this.#list.filter((spike) => spike.time > time);
    for (const { id } of dropped) this.#known.delete(id);
    if (dropped.length > 0) this.#list = this.#list.filter((spike) => spike.time <= time);
  }

  clear(): void {
    this.#list = [];
    this.#known.clear();
    this.forgotten = 0;
  }
}

export interface CulpritGroup {
  culprit: string;
  count: number;
  worst: Spike;
  last: Spike;
  /** Names of the tasks it interrupted, most often first. */
  victims: { comm: string; count: number }[];
}

/** Spikes by who did it, worst first. */
export function groupByCulprit(spikes: readonly Spike[]): CulpritGroup[] {
  const groups = new Map<string, CulpritGroup & { names: Map<string, number> }>();
  for (const spike of spikes) {
    let group = groups.get(spike.culprit);
    if (group === undefined) {
      group = { culprit: spike.culprit, count: 0, worst: spike, last: spike, victims: [], names: new Map() };
      groups.set(spike.culprit, group);
    }
    group.count++;
    if (spike.valueNs > group.worst.valueNs) group.worst = spike;
    if (spike.time >= group.last.time) group.last = spike;
    group.names.set(spike.task.comm, (group.names.get(spike.task.comm) ?? 0) + 1);
  }
  const list = [...groups.values()].map(({ names, ...group }) => ({
    ...group,
    victims: [...names]
      .map(([comm, count]) => ({ comm, count }))
      .sort((a, b) => b.count - a.count || (a.comm < b.comm ? -1 : 1)),
  }));
  return list.sort((a, b) => b.worst.valueNs - a.worst.valueNs);
}

export interface SpikeEntry {
  spike: Spike;
  /** The handler's own spike, where this one is a late timer that it made late. */
  handler: Spike | undefined;
}

/**
 * One event can be captured twice: the handler that took too long, and the timer that waited for it. They are the
 * same when they are of one CPU, the timer names that handler with that very duration, and they ended within
 * the delay. Newest first.
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
