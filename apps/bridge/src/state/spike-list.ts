// The spikes a host tells of, newest kept. Longer than the module's own list, because spikes the module had
// no room for still arrive as events.
import type { Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike } from '@rtprobe/protocol';

export const SPIKES_MAX = 2048;
/** Of so many of the newest everything is kept, lists of files, sockets and locks included. */
export const WHOLE_MAX = 512;

export interface HeldSpike {
  kernel: KernelSpike;
  /** As it travels live, without lists. */
  spike: Spike;
  /** `kernel` is all the module knows of it. */
  whole: boolean;
}

export class SpikeList {
  readonly #held = new Map<bigint, HeldSpike>();
  /** Numbers of those with lists, oldest first. */
  readonly #withLists = new Set<bigint>();
  /** Spikes forgotten because newer ones needed their room. */
  dropped = 0;

  get all(): Spike[] {
    return Array.from(this.#held.values(), (held) => held.spike);
  }

  /** As the kernel told them. */
  get kernel(): KernelSpike[] {
    return Array.from(this.#held.values(), (held) => held.kernel);
  }

  /** The same without lists, as the kernel dumps them: a recording has them in every block. */
  get light(): KernelSpike[] {
    return this.kernel.map(withoutLists);
  }

  /** Number of the newest; 0 when there is none. */
  get newest(): bigint {
    let newest = 0n;
    for (const id of this.#held.keys()) if (id > newest) newest = id;
    return newest;
  }

  get size(): number {
    return this.#held.size;
  }

  get(id: bigint): HeldSpike | undefined {
    return this.#held.get(id);
  }

  find(id: string): HeldSpike | undefined {
    for (const held of this.#held.values()) if (held.spike.id === id) return held;
    return undefined;
  }

  /** False when it is known already. */
  add(kernel: KernelSpike, spike: Spike, whole = false): boolean {
    const id = kernel.id!;
    if (this.#held.has(id)) return false;
    this.#held.set(id, { kernel, spike, whole });
    if (whole) this.#keepLists(id);
    if (this.#held.size > SPIKES_MAX) {
      const oldest = this.#held.keys().next().value!;
      this.#held.delete(oldest);
      this.#withLists.delete(oldest);
      this.dropped++;
    }
    return true;
  }

  /** Takes the whole record of a spike that is held; false when it is not. */
  complete(kernel: KernelSpike): boolean {
    const held = this.#held.get(kernel.id!);
    if (!held) return false;
    held.kernel = kernel;
    held.whole = true;
    this.#keepLists(kernel.id!);
    return true;
  }

  #keepLists(id: bigint): void {
    this.#withLists.delete(id);
    this.#withLists.add(id);
    if (this.#withLists.size <= WHOLE_MAX) return;
    const oldest = this.#withLists.values().next().value!;
    this.#withLists.delete(oldest);
    const held = this.#held.get(oldest)!;
    held.kernel = withoutLists(held.kernel);
    held.whole = false;
  }

  clear(): void {
    this.#held.clear();
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
