// The newest traces of a host, as its kernel dumped them: they take a quarter of what the protocol's form takes.
import type { Trace as KernelTrace } from '@rtprobe/abi';

export const TRACES_BYTES_MAX = 32 * 1024 * 1024;
/** Rough size of a message's fixed fields in memory. */
const MESSAGE_BYTES = 256;

export class TraceList {
  /** By number of the spike, oldest first. */
  readonly #held = new Map<bigint, { messages: readonly KernelTrace[]; bytes: number }>();
  #bytes = 0;

  get(id: bigint): readonly KernelTrace[] | undefined {
    return this.#held.get(id)?.messages;
  }

  add(id: bigint, messages: readonly KernelTrace[]): void {
    this.#forget(id);
    const bytes = messages.reduce((sum, m) => sum + MESSAGE_BYTES + (m.events?.length ?? 0), 0);
    this.#held.set(id, { messages, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= TRACES_BYTES_MAX || this.#held.size === 1) break;
      this.#forget(oldest);
    }
  }

  #forget(id: bigint): void {
    this.#bytes -= this.#held.get(id)?.bytes ?? 0;
    this.#held.delete(id);
  }

  clear(): void {
    this.#held.clear();
    this.#bytes = 0;
  }
}
