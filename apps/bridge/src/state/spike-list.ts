// The newest spikes of a host. Longer than the module's own list, because spikes that the module could not store still
// arrive as events.
import type { Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike } from '@rtprobe/protocol';

export const SPIKES_MAX = 2048;
/** Number of newest spikes whose lists of files, sockets and locks are kept. */
export const COMPLETE_MAX = 512;

export interface ListedSpike {
  kernel: KernelSpike;
  /** As it is sent live, without lists. */
  spike: Spike;
  /** `kernel` contains everything the module has. */
  whole: boolean;
}

export class SpikeList {
  readonly #spikes = new Map<bigint, ListedSpike>();
  /** Numbers of the spikes with lists, oldest first. */
  readonly #withLists = new Set<bigint>();
  /** Spikes dropped to make room for newer ones. */
  dropped = 0;

  get all(): Spike[] {
    return Array.from(this.#spikes.values(), (listed) => listed.spike);
  }

  /** The spikes as the kernel reported them. */
  get kernel(): KernelSpike[] {
    return Array.from(this.#spikes.values(), (listed) => listed.kernel);
  }

  /** The same without lists, as the kernel dumps them; every block of a recording contains these. */
  get light(): KernelSpike[] {
    return this.kernel.map(withoutLists);
  }

  /** Number of the newest spike; 0 if there is none. */
  get newest(): bigint {
    let newest = 0n;
    for (const id of this.#spikes.keys()) if (id > newest) newest = id;
    return newest;
  }

  get size(): number {
    return this.#spikes.size;
  }

  get(id: bigint): ListedSpike | undefined {
    return this.#spikes.get(id);
  }

  find(id: string): ListedSpike | undefined {
    for (const listed of this.#spikes.values()) if (listed.spike.id === id) return listed;
    return undefined;
  }

  /** Adds a spike. Returns false if it is already listed. */
  add(kernel: KernelSpike, spike: Spike, whole = false): boolean {
    const id = kernel.id!;
    if (this.#spikes.has(id)) return false;
    this.#spikes.set(id, { kernel, spike, whole });
    if (whole) this.#keepLists(id);
    if (this.#spikes.size > SPIKES_MAX) {
      const oldest = this.#spikes.keys().next().value!;
      this.#spikes.delete(oldest);
      this.#withLists.delete(oldest);
      this.dropped++;
    }
    return true;
  }

  /** Stores the whole record of a listed spike. Returns false if it is not listed. */
  complete(kernel: KernelSpike): boolean {
    const listed = this.#spikes.get(kernel.id!);
    if (!listed) return false;
    listed.kernel = kernel;
    listed.whole = true;
    this.#keepLists(kernel.id!);
    return true;
  }

  #keepLists(id: bigint): void {
    this.#withLists.delete(id);
    this.#withLists.add(id);
    if (this.#withLists.size <= COMPLETE_MAX) return;
    const oldest = this.#withLists.values().next().value!;
    this.#withLists.delete(oldest);
    const listed = this.#spikes.get(oldest)!;
    listed.kernel = withoutLists(listed.kernel);
    listed.whole = false;
  }

  clear(): void {
    this.#spikes.clear();
    this.#withLists.clear();
  }
}

function withoutLists({ process, victimProcess, ...rest }: KernelSpike): KernelSpike {
  const light = (p: NonNullable<KernelSpike['process']>) => {
    const { file, socket, lock, ...words } = p;
    return words;
  };
  return {
    ...rest,
    ...(process && { process: light(process) }),
    ...(victimProcess && { victimProcess: light(victimProcess) }),
  };
}
