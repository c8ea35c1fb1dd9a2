// Follows the sequence numbers of multicast events.

/** Difference of two u32 sequence numbers, from -2^31 to 2^31 - 1. */
const ahead = (seq: number, of: number): number => (seq - of) | 0;

export class EventSequence {
  #last: number | undefined;
  /** What get-info said last time: all of it must have arrived by the next time. */
  #told: number | undefined;
  /** Events that are known to be missing. */
  lost = 0;

  /** Another load of the module, or another listener: numbers start anew. */
  restart(): void {
    this.#last = this.#told = undefined;
  }

  /** Number of events missing right before this one. */
  event(seq: number): number {
    const step = this.#last === undefined ? 1 : ahead(seq, this.#last);
    if (step <= 0) return 0;
    this.#last = seq;
    this.lost += step - 1;
    return step - 1;
  }

  /**
   * The newest number according to get-info. Events travel on another socket than answers, so one may still
   * be on its way: it counts as missing when the next get-info finds it still absent.
   */
  told(newest: number): number {
    this.#last ??= newest;
    const missing = this.#told === undefined ? 0 : Math.max(0, ahead(this.#told, this.#last));
    if (missing > 0) this.#last = this.#told;
    this.#told = newest;
    this.lost += missing;
    return missing;
  }
}
