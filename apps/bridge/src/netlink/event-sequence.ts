// Follows the sequence numbers of multicast events.

/** Difference of two u32 sequence numbers, from -2^31 to 2^31 - 1. */
const ahead = (seq: number, of: number): number => (seq - of) | 0;

export class EventSequence {
  #last: number | undefined;
  /** The newest number according to the last get-info: all events up to it must have arrived by the next. */
  #reportedNewest: number | undefined;
  /** Events that are missing so far. */
  missing = 0;

  /** Another load of the module, or another listener: numbers start anew. */
  restart(): void {
    this.#last = this.#reportedNewest = undefined;
  }

  /** Returns how many events are missing right before this one. */
  received(seq: number): number {
    const step = this.#last === undefined ? 1 : ahead(seq, this.#last);
    if (step <= 0) return 0;
    this.#last = seq;
    this.missing += step - 1;
    return step - 1;
  }

  /**
   * Takes the newest number according to get-info and returns how many events are missing. Events travel on another socket than answers, so one may still
   * be on its way: it counts as missing when the next get-info finds it still absent.
   */
  reported(newest: number): number {
    this.#last ??= newest;
    const missing =
      this.#reportedNewest === undefined ? 0 : Math.max(0, ahead(this.#reportedNewest, this.#last));
    if (missing > 0) this.#last = this.#reportedNewest;
    this.#reportedNewest = newest;
    this.missing += missing;
    return missing;
  }
}
