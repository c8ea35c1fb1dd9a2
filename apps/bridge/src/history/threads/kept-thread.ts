// A thread that is restarted, after a growing delay, whenever it dies. Requests fail immediately in the meantime.
import { BridgeError, reasonOf } from '../../base/errors.ts';
import type { Thread } from './thread.ts';

const FIRST_MS = 500;
const CAP_MS = 60_000;
/** After a thread has run this long, the next restart uses the first delay again. */
const STEADY_MS = 60_000;

export interface KeptThreadEvents {
  /** A thread is running: the first, or one after a restart. */
  started(thread: Thread): void;
  died(error: BridgeError): void;
}

export class KeptThread {
  /** Why there is no thread at present; undefined while there is one. */
  fault: BridgeError | undefined;
  readonly #start: () => Promise<Thread>;
  readonly #events: KeptThreadEvents;
  #thread: Thread | undefined;
  #delay = FIRST_MS;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<void> | undefined;
  #closed = false;

  private constructor(start: () => Promise<Thread>, events: KeptThreadEvents) {
    this.#start = start;
    this.#events = events;
  }

  /** Rejects if the first thread does not start. */
  static async open(start: () => Promise<Thread>, events: KeptThreadEvents): Promise<KeptThread> {
    const kept = new KeptThread(start, events);
    kept.#adopt(await start());
    return kept;
  }

  /** Returns false while there is no thread. */
  post(message: object, transfer: ArrayBuffer[] = []): boolean {
    if (!this.#thread) return false;
    this.#thread.post(message, transfer);
    return true;
  }

  request(request: object): Promise<unknown> {
    return this.#thread?.request(request) ?? Promise.reject(this.fault);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#thread?.close();
  }

  #adopt(thread: Thread): void {
    this.#thread = thread;
    this.#startedAt = performance.now();
    this.fault = undefined;
    thread.died = (error) => this.#died(error);
    this.#events.started(thread);
  }

  #died(error: BridgeError): void {
    this.#thread = undefined;
    this.fault = error;
    if (performance.now() - this.#startedAt > STEADY_MS) this.#delay = FIRST_MS;
    this.#events.died(error);
    this.#startLater();
  }

  #startLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#starting = this.#restart();
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, CAP_MS);
  }

  async #restart(): Promise<void> {
    try {
      this.#adopt(await this.#start());
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : 'E_INTERNAL';
      this.fault = new BridgeError(code, reasonOf(error), 'it will be retried');
      this.#startLater();
    }
  }
}
