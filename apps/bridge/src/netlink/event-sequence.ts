// Follows the sequence numbers of multicast events.

/** Difference of two u32 sequence numbers, from -2^31 to 2^31 - 1. */
const ahead = (seq: number, of: number): number => (seq - of) | 0;

export class EventSequence {
  #last: number | undefined;
  /** The newest number in the last get-info: all events up to it must arrive before the next one. */
  #reportedNewest: number | undefined;
  /** Number of missed events. */
  missing = 0;

  /** Another load of the module, or another listener: numbers restart. */
  restart(): void {
    this.#last = this.#reportedNewest = undefined;
  }

  /** Returns how many events are missing immediately before this one. */
  received(seq: number): number {
    const step = this.#last === undefined ? 1 : ahead(seq, this.#last);
    if (step <= 0) return 0;
    this.#last = seq;
    this.missing += step - 1;
    return step - 1;
  }

  /**
   * Processes the newest number that get-info reported and returns how many events are missing. Events use another
   * socket than answers, so one may still be in flight: it counts as missing if the next get-info finds it still
   * absent.
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
