// The spikes a host tells of, newest kept. Longer than the module's own list, because spikes the module had
// no room for still arrive as events.
import type { Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike } from '@rtprobe/protocol';

export const SPIKES_MAX = 2048;

interface Held {
  kernel: KernelSpike;
  spike: Spike;
}

export class SpikeList {
  readonly #held = new Map<bigint, Held>();
  /** Spikes forgotten because newer ones needed their room. */
  dropped = 0;

  get all(): Spike[] {
    return Array.from(this.#held.values(), (held) => held.spike);
  }

  /** As the kernel told them, for keyframes of a recording. */
  get kernel(): KernelSpike[] {
    return Array.from(this.#held.values(), (held) => held.kernel);
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

  /** False when it is known already. */
  add(kernel: KernelSpike, spike: Spike): boolean {
    const id = kernel.id!;
    if (this.#held.has(id)) return false;
    this.#held.set(id, { kernel, spike });
    if (this.#held.size > SPIKES_MAX) {
      const oldest = this.#held.keys().next().value!;
      this.#held.delete(oldest);
      this.dropped++;
    }
    return true;
  }

  clear(): void {
    this.#held.clear();
  }
}
