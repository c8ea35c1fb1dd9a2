// A worker thread, as seen from the bridge's thread. Requests are answered, other messages are not.
import { Worker } from 'node:worker_threads';
import { BridgeError, type BridgeErrorCode, reasonOf } from '../../base/errors.ts';
import type { Committed, Failure, FromThread } from './messages.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: BridgeError): void;
}

/** Maximum requests that wait for an answer. */
export const WAITING_MAX = 128;
const RESTARTED = 'it will be restarted';
const CHECK_DISK = 'check the free space and the permissions of the folder for history';

export class Thread {
  readonly #worker: Worker;
  /** Code of the error that requests fail with after the thread died. */
  readonly #code: BridgeErrorCode;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #opened: Waiting | undefined;
  #closed: (() => void) | undefined;
  /** Set once the thread has ended unexpectedly. */
  #fault: BridgeError | undefined;
  committed: (commit: Committed) => void = () => {};
  /** The thread died. */
  died: (error: BridgeError) => void = () => {};

  private constructor(file: string, data: object, code: BridgeErrorCode) {
    this.#code = code;
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: data,
      // node:sqlite warns at every start that it is experimental.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => this.#died(`a thread of the history failed: ${error.message}`));
    this.#worker.on('exit', () => this.#died('a thread of the history ended'));
  }

  /** Resolves when the thread is ready; rejects with the thread's own error. */
  static async start(file: string, data: object, code: BridgeErrorCode): Promise<Thread> {
    const thread = new Thread(file, data, code);
    await new Promise((resolve, reject) => {
      thread.#opened = { resolve, reject };
    });
    return thread;
  }

  post(message: object, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  request(request: object): Promise<unknown> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (this.#waiting.size >= WAITING_MAX) {
      const why = `${WAITING_MAX} requests are waiting for the history`;
      return Promise.reject(new BridgeError('E_BUSY', why, 'try again later'));
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.post({ type: 'request', id, request });
    });
  }

  async close(): Promise<void> {
    if (this.#fault) return;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.post({ type: 'close' });
    });
  }

  #receive(message: FromThread): void {
    if (message.type === 'committed') this.committed(message);
    else if (message.type === 'open') this.#opened?.resolve(undefined);
    else if (message.type === 'refused') this.#opened?.reject(fromFailure(message.failure));
    else if (message.type === 'answer') {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('failed' in message) waiting?.reject(fromFailure(message.failed));
      else waiting?.resolve(message.value);
    }
  }

  #died(reason: string): void {
    this.#closed?.();
    if (this.#fault) return;
    this.#fault = new BridgeError(this.#code, reason, RESTARTED);
    this.#opened?.reject(this.#fault);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#fault);
    this.#waiting.clear();
    if (!this.#closed) this.died(this.#fault);
  }
}

export const fromFailure = ({ code, what, todo, word }: Failure): BridgeError =>
  new BridgeError(code, what, todo, word);

export function toFailure(error: unknown, code: Failure['code']): Failure {
  if (!(error instanceof BridgeError)) return { code, what: reasonOf(error), todo: CHECK_DISK };
  const { what, todo, word } = error;
  return { code: error.code, what, todo, ...(word !== undefined && { word }) };
}
