// The newest traces of a host, in the kernel's form: it needs a quarter of the protocol form's memory.
import type { Trace as KernelTrace } from '@rtprobe/abi';

export const TRACES_BYTES_MAX = 32 * 1024 * 1024;
/** Rough size of a message's fixed fields in memory. */
const MESSAGE_BYTES = 256;

export class TraceList {
  /** By number of the spike, oldest first. */
  readonly #traces = new Map<bigint, { messages: readonly KernelTrace[]; bytes: number }>();
  #bytes = 0;

  get(id: bigint): readonly KernelTrace[] | undefined {
    return this.#traces.get(id)?.messages;
  }

  add(id: bigint, messages: readonly KernelTrace[]): void {
    this.#forget(id);
    const bytes = messages.reduce((sum, m) => sum + MESSAGE_BYTES + (m.events?.length ?? 0), 0);
    this.#traces.set(id, { messages, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#traces.keys()) {
      if (this.#bytes <= TRACES_BYTES_MAX || this.#traces.size === 1) break;
      this.#forget(oldest);
    }
  }

  #forget(id: bigint): void {
    this.#bytes -= this.#traces.get(id)?.bytes ?? 0;
    this.#traces.delete(id);
  }

  clear(): void {
    this.#traces.clear();
    this.#bytes = 0;
  }
}
