// The first words with an agent: it answers hello, and what it said before belongs to an earlier listener.

const ANSWER_MS = 3000;

export class Handshake {
  answered = false;
  #askedAt: number | undefined;

  /** The connection stands and hello was sent. */
  asked(): void {
    this.answered = false;
    this.#askedAt = performance.now();
  }

  /** The connection is gone. */
  lost(): void {
    this.answered = false;
    this.#askedAt = undefined;
  }

  /** True once for each hello that was not answered in time. */
  isOverdue(now = performance.now()): boolean {
    if (this.answered || this.#askedAt === undefined || now - this.#askedAt < ANSWER_MS) return false;
    this.#askedAt = undefined;
    return true;
  }
}
