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

  constructor(send: () => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  /** Reads the agent's hello; forgets what an earlier agent was asked. */
  hello(words: string): void {
    this.stop();
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
    this.#send();
  }

  /** Resolves when the facts are at most FACTS_EVERY_MS old, or when the agent does not answer in time. */
  async refresh(): Promise<void> {
    if (!this.announced) return;
    const isDue = this.#now() - this.#sentAt >= FACTS_EVERY_MS;
    if (isDue) this.request();
    else if (this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, ANSWER_MS);
      this.#waiting.push(() => {
        clearTimeout(timeout);
        resolve();
      });
    });
  }

  answered(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Called when the connection ends. */
  stop(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.answered();
  }
}
