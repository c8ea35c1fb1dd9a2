// Computes the offset between a machine's monotonic clock and the bridge's. The machine read its clock after the bridge
// sent the request and before the response arrived, which gives a lower and an upper bound.

/** Number of readings that are used. */
const READINGS_MAX = 64;
/**
 * Limit of the drift of two clocks that nothing disciplines: a kernel accepts a counter whose calibrations differ by this
 * much (arch/x86/kernel/tsc.c, quick_pit_calibrate).
 */
const DRIFT = 500e-6;
/** Microseconds between a reading and a moment for which the newest bounds are used. */
const NEAR_US = 1e6;

interface Bounds {
  /** Lower and upper bound of the microseconds to add to the machine's clock. */
  readonly least: number;
  readonly most: number;
}

interface Reading extends Bounds {
  /** Microseconds of the bridge's clock. */
  readonly at: number;
}

/** Returns the bounds that a reading proves at another time. */
function driftedBy({ least, most, at }: Reading, now: number): Bounds {
  const drift = DRIFT * (now - at + NEAR_US);
  return { least: least - drift, most: most + drift };
}

export class ClockDistance {
  readonly #readings: Reading[] = [];
  #bounds: Bounds | undefined;

  /**
   * Adds a reading of the machine's clock in nanoseconds; both times are of the bridge's steady clock in microseconds.
   */
  add(nowNs: bigint, requestedAt: number, receivedAt: number): void {
    // Equal times come from the start of a block of a recording, where the bridge wrote both: no machine answered.
    if (receivedAt <= requestedAt) return;
    const now = Number(nowNs) / 1000;
    const newest = { least: requestedAt - now, most: receivedAt - now, at: receivedAt };
    this.#readings.push(newest);
    if (this.#readings.length > READINGS_MAX) this.#readings.shift();
    const all = this.#readings.map((reading) => driftedBy(reading, receivedAt));
    const least = Math.max(...all.map((bounds) => bounds.least));
    const most = Math.min(...all.map((bounds) => bounds.most));
    if (least <= most) {
      this.#bounds = { least, most };
      return;
    }
    // One of the clocks was set, so only the newest reading is valid.
    this.#bounds = driftedBy(newest, receivedAt);
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
