// Requests facts from an agent that announced them: rarely, because each request reads some hundred files there.

/** Minimum time between two requests. */
export const FACTS_EVERY_MS = 5000;
/** Time that a reader waits for an answer. */
const ANSWER_MS = 2000;

export class FactsRequests {
  /** The agent answers facts frames. */
  announced = false;
  readonly #send: () => void;
  readonly #now: () => number;
  #sentAt = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  /** Number of requests of this connection whose answers can still arrive. */
  #unanswered = 0;

  constructor(send: () => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  /** Returns whether the agent was asked for what it sends. */
  get expected(): boolean {
    return this.#unanswered > 0;
  }

  /** Reads the agent's hello; forgets what an earlier agent was asked. */
  hello(words: string): void {
    this.stop();
    this.#unanswered = 0;
    this.announced = words.split(' ').includes('facts');
    this.#sentAt = Number.NEGATIVE_INFINITY;
  }

  /** Requests facts now, or when the last request is long enough ago. */
  request(): void {
    if (!this.announced || this.#later) return;
    const wait = this.#sentAt + FACTS_EVERY_MS - this.#now();
    if (wait > 0) {
      this.#later = setTimeout(() => {
        this.#later = undefined;
        this.request();
      }, wait);
      return;
    }
    this.#sentAt = this.#now();
    this.#unanswered++;
    this.#send();
  }

  /** Resolves when the facts are at most FACTS_EVERY_MS old, or when the agent does not answer in time. */
  async refresh(): Promise<void> {
    if (!this.announced) return;
    const isDue = this.#now() - this.#sentAt >= FACTS_EVERY_MS;
    if (isDue) this.request();
    else if (this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timeout);
        this.#waiting = this.#waiting.filter((one) => one !== done);
        resolve();
      };
      const timeout = setTimeout(done, ANSWER_MS);
      this.#waiting.push(done);
    });
  }

  /** Called when an answer is complete. */
  answered(): void {
    if (this.#unanswered > 0) this.#unanswered--;
    this.#release();
  }

  #release(): void {
    for (const done of [...this.#waiting]) done();
  }

  /** Called when the connection ends. */
  stop(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#release();
  }
}
