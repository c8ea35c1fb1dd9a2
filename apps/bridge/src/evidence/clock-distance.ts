// How far a machine's monotonic clock is from the bridge's. The machine read its clock after the request for it was sent
// and before the answer arrived, which bounds the distance from both sides.

/** Readings whose bounds count. Old ones are dropped because two clocks drift apart. */
const READINGS_MAX = 64;

interface Bounds {
  /** Microseconds to add to the machine's clock, at least and at most. */
  readonly least: number;
  readonly most: number;
}

export class ClockDistance {
  readonly #readings: Bounds[] = [];
  #bounds: Bounds | undefined;

  /** Adds a reading of the machine's clock in nanoseconds; both times are of the bridge's steady clock in microseconds. */
  add(nowNs: bigint, requestedAt: number, receivedAt: number): void {
    // The bridge wrote both into the start of a recording's block: no machine answered.
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
    // One of the clocks was set or drifted: only the newest reading is of now.
    this.#bounds = this.#readings.at(-1);
    this.#readings.splice(0, this.#readings.length - 1);
  }

  /** Undefined before the first reading. */
  get bounds(): Bounds | undefined {
    return this.#bounds;
  }

  reset(): void {
    this.#readings.length = 0;
    this.#bounds = undefined;
  }
}
