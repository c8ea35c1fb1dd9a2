// The spikes of one host, oldest first, each once, bounded like the kernel module's list.
import type { Spike, UnixMicros } from '@rtprobe/protocol';

export const SPIKES_MAX = 1024;

export class SpikeList {
  #list: Spike[] = [];
  readonly #known = new Set<string>();
  /** Number of spikes that were evicted. */
  forgotten = 0;

  get all(): readonly Spike[] {
    return this.#list;
  }

  /** Merges the bridge's list; spikes that only this page has are kept. */
  merge(spikes: readonly Spike[]): void {
    const fresh = spikes.filter((s) => !this.#known.has(s.id));
    for (const spike of fresh) this.#known.add(spike.id);
    if (fresh.length > 0) this.#replace([...this.#list, ...fresh].sort((a, b) => a.time - b.time));
  }

  /** Adds a spike; returns false if it was in the list. */
  add(spike: Spike): boolean {
    const known = this.#known.has(spike.id);
    this.merge([spike]);
    return !known;
  }

  /** Creates a new array each time, so that readers may keep theirs. */
  #replace(list: Spike[]): void {
    const surplus = Math.max(0, list.length - SPIKES_MAX);
    for (const spike of list.splice(0, surplus)) this.#known.delete(spike.id);
    this.forgotten += surplus;
    this.#list = list;
  }

  /** Removes the spikes after a time. */
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
