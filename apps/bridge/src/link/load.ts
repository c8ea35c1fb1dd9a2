// Asks an agent what it costs its machine, if it announced that it answers.
import type { HostStats } from '@rtprobe/protocol';

/** The agent sums CPU time up, so a longer interval loses nothing. */
const EVERY_MS = 10_000;
const FRAME_BYTES = 24;

export class LoadRequests {
  /** The newest answer; undefined before it and after the connection ended. */
  load: HostStats['agent'];
  /** The agent answers load frames. */
  #announced = false;
  readonly #send: () => void;
  #timer: NodeJS.Timeout | undefined;
  #last: { cpuNs: bigint; now: bigint } | undefined;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** Reads the agent's hello; forgets an earlier agent. */
  hello(words: string): void {
    this.stop();
    this.#announced = words.split(' ').includes('load');
  }

  /** Asks at once, and then every EVERY_MS. */
  start(): void {
    clearInterval(this.#timer);
    if (!this.#announced) return;
    this.#send();
    this.#timer = setInterval(this.#send, EVERY_MS);
  }

  /** Reads an answer. Returns false for one of an agent that announced none, or of another length. */
  answered(payload: Uint8Array): boolean {
    if (!this.#announced || payload.length !== FRAME_BYTES) return false;
    // The module was unloaded meanwhile.
    if (this.#timer === undefined) return true;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const [cpuNs, rss, now] = [0, 8, 16].map((offset) => view.getBigUint64(offset, true)) as [
      bigint,
      bigint,
      bigint,
    ];
    const passed = this.#last && Number(now - this.#last.now);
    const used = this.#last && Number(cpuNs - this.#last.cpuNs);
    this.#last = { cpuNs, now };
    this.load = {
      rssBytes: Number(rss),
      // ns of CPU per ns are s per s.
      ...(passed !== undefined &&
        used !== undefined &&
        passed > 0 &&
        used >= 0 && { cpuMsPerSecond: Math.round((used / passed) * 1e6) / 1e3 }),
    };
    return true;
  }

  /** Called when the connection ends or the module is gone. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
    this.load = undefined;
  }
}
