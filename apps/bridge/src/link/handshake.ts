// Tracks whether the agent has answered hello. Frames before the answer belong to an earlier connection.

export class Handshake {
  answered = false;
  readonly #withinMs: number;
  #sentAt: number | undefined;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** The connection is up and hello was sent. */
  sent(): void {
    this.answered = false;
    this.#sentAt = performance.now();
  }

  /** The connection ended. */
  disconnected(): void {
    this.answered = false;
    this.#sentAt = undefined;
  }

  /** True once for each hello that was not answered in time. */
  isOverdue(now = performance.now()): boolean {
    if (this.answered || this.#sentAt === undefined || now - this.#sentAt < this.#withinMs) return false;
    this.#sentAt = undefined;
    return true;
  }
}
