// Asks an agent that announced it which files and functions addresses of a program are in, one request at a time.
import { AGENT_PLACES_MAX, decodeText } from '@rtprobe/abi';
import type { PlaceFields } from '../evidence/user-places.ts';

/** The agent answers within 500 ms; beyond this it is not waited for. */
const ANSWER_MS = 800;

export interface Addresses {
  pid: number;
  /** ns of CLOCK_BOOTTIME. */
  startBoottime: bigint;
  /** u64 each. */
  addresses: Uint8Array;
}

export class PlacesRequests {
  /** The agent answers places frames. */
  announced = false;
  readonly #send: (payload: Uint8Array) => void;
  #number = 0;
  #done: ((text: string | undefined) => void) | undefined;
  /** Requests, one after the other. Never rejects. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(send: (payload: Uint8Array) => void) {
    this.#send = send;
  }

  /** Returns whether an answer is awaited. */
  get expected(): boolean {
    return this.#done !== undefined;
  }

  /** Reads the agent's hello. */
  hello(words: string): void {
    this.stop();
    this.announced = words.split(' ').includes('places');
  }

  /** Returns a line for each address; none if the task has ended; undefined if the agent does not tell. */
  find(of: Addresses): Promise<PlaceFields[] | undefined> {
    const found = this.#work.then(() => this.#ask(of));
    this.#work = found;
    return found;
  }

  async #ask({ pid, startBoottime, addresses }: Addresses): Promise<PlaceFields[] | undefined> {
    const n = Math.min(Math.floor(addresses.length / 8), AGENT_PLACES_MAX);
    if (!this.announced || n === 0) return undefined;
    this.#number = (this.#number + 1) >>> 0;
    const head = Buffer.alloc(16);
    head.writeUInt32LE(this.#number, 0);
    head.writeUInt32LE(pid, 4);
    head.writeBigUInt64LE(startBoottime, 8);
    const answer = await new Promise<string | undefined>((resolve) => {
      const timeout = setTimeout(() => this.#done?.(undefined), ANSWER_MS);
      this.#done = (text) => {
        clearTimeout(timeout);
        this.#done = undefined;
        resolve(text);
      };
      this.#send(Buffer.concat([head, addresses.subarray(0, n * 8)]));
    });
    return answer === undefined ? undefined : readAnswer(answer, n);
  }

  /** An answer of the agent; returns false if it is not the one that is awaited. */
  answered(payload: Uint8Array): boolean {
    const text = decodeText(payload);
    if (this.#done === undefined || Number(text.split(' ', 1)[0]) !== this.#number) return false;
    this.#done(text);
    return true;
  }

  /** The agent refused the request. */
  refused(): void {
    this.#done?.(undefined);
  }

  /** Called when the connection ends. */
  stop(): void {
    this.#done?.(undefined);
  }
}

function readAnswer(text: string, n: number): PlaceFields[] | undefined {
  const [head = '', ...lines] = text.split('\n');
  if (head.endsWith(' gone')) return [];
  return head.endsWith(' read') ? lines.slice(0, n).map((line) => line.split('\t')) : undefined;
}
