// Computes the offset between a machine's monotonic clock and the bridge's. The machine read its clock after the bridge
// sent the request and before the response arrived, which gives a lower and an upper bound.

/** Number of readings that are used. Older ones are dropped, because the clocks drift. */
const READINGS_MAX = 64;

interface Bounds {
  /** Lower and upper bound of the microseconds to add to the machine's clock. */
  readonly least: number;
  readonly most: number;
}

export class ClockDistance {
  readonly #readings: Bounds[] = [];
  #bounds: Bounds | undefined;

  /**
   * Adds a reading of the machine's clock in nanoseconds; both times are of the bridge's steady clock in microseconds.
   */
  add(nowNs: bigint, requestedAt: number, receivedAt: number): void {
    // Equal times come from the start of a block of a recording, where the bridge wrote both: no machine answered.
    if (receivedAt <= requestedAt) return;
    const now = Number(nowNs) / 1000;
    this.#readings.push({ least: requestedAt - now, most: receivedAt - now });
    if (this.#readings.length > READINGS_MAX) this.#readings.shift();
    const least = Math.max(...this.#readings.map((reading) => reading.least));
    const most = Math.min(...this.#readings.map((reading) => reading.most));
    if (least <= most) {
      this.#bounds = { least, most };
      return;
    }
    // One of the clocks was set or drifted, so only the newest reading is valid.
    this.#bounds = this.#readings.at(-1);
    this.#readings.splice(0, this.#readings.length - 1);
  }

  /** Returns undefined before the first reading. */
  get bounds(): Bounds | undefined {
    return this.#bounds;
  }

  reset(): void {
    this.#readings.length = 0;
    this.#bounds = undefined;
  }
}
