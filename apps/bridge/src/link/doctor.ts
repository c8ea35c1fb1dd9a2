// Requests the doctor's facts from an agent that announced them, when a person asks for them.
import { BridgeError } from '../base/errors.ts';

/** The agent ends its answer within 5 s. */
const ANSWER_MS = 8000;
/** The agent's limit is 1 MiB. */
const ANSWER_MAX = 2 * 1024 * 1024;

const failed = (code: 'E_FACTS' | 'E_OFFLINE' | 'E_TIMEOUT', why: string): BridgeError =>
  new BridgeError(code, why, 'try again');

interface Pending {
  readonly answer: Promise<string>;
  readonly resolve: (json: string) => void;
  readonly reject: (error: BridgeError) => void;
  readonly timeout: NodeJS.Timeout;
  readonly frames: Uint8Array[];
  bytes: number;
}

export class DoctorRequests {
  /** The agent answers doctor frames. */
  announced = false;
  readonly #send: () => void;
  #pending: Pending | undefined;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** Returns whether an answer is awaited. */
  get expected(): boolean {
    return this.#pending !== undefined;
  }

  /** Reads the agent's hello. */
  hello(words: string): void {
    this.stop();
    this.announced = words.split(' ').includes('doctor');
  }

  /** Resolves to the facts as JSON. Callers at the same time share an answer. Rejects with a BridgeError. */
  request(): Promise<string> {
    if (this.#pending) return this.#pending.answer;
    const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
    const timeout = setTimeout(
      () => this.#end((pending) => pending.reject(failed('E_TIMEOUT', 'the agent did not answer in time'))),
      ANSWER_MS,
    );
    this.#pending = { ...{ answer, resolve, reject, timeout }, frames: [], bytes: 0 };
    this.#send();
    return answer;
  }

  /** A frame of an answer; an empty one ends it. Returns false if none is awaited. */
  answered(payload: Uint8Array): boolean {
    const pending = this.#pending;
    if (!pending) return false;
    if (payload.length === 0) {
      const json = new TextDecoder().decode(Buffer.concat(pending.frames));
      this.#end(({ resolve }) => resolve(json));
      return true;
    }
    pending.bytes += payload.length;
    if (pending.bytes > ANSWER_MAX)
      this.#end(({ reject }) => reject(failed('E_FACTS', 'the answer of the agent is too long')));
    else pending.frames.push(payload.slice());
    return true;
  }

  /** The agent refused the request. */
  refused(reason: string): void {
    this.#end(({ reject }) => reject(failed('E_FACTS', `the agent refused: ${reason}`)));
  }

  /** Called when the connection ends. */
  stop(): void {
    this.#end(({ reject }) => reject(failed('E_OFFLINE', 'the connection to the agent ended')));
  }

  #end(settle: (pending: Pending) => void): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    clearTimeout(pending.timeout);
    settle(pending);
  }
}
