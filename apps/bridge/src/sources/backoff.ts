/** Delays between connection attempts: doubled up to a cap, with a quarter of jitter, reset by success. */
export class Backoff {
  readonly #first: number;
  readonly #cap: number;
  #next: number;

  constructor(firstMs = 250, capMs = 10_000) {
    this.#first = firstMs;
    this.#cap = capMs;
    this.#next = firstMs;
  }

  /** Milliseconds to wait before the next attempt. */
  next(random = Math.random()): number {
    const delay = this.#next;
    this.#next = Math.min(this.#next * 2, this.#cap);
    return delay * (0.875 + random / 4);
  }

  succeeded(): void {
    this.#next = this.#first;
  }
}
