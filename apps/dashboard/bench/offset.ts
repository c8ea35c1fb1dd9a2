// Computes the offset between two clocks from samples of both, and quantiles.

/** One sample of the other clock, ms. */
export interface Sample {
  /** By this clock. */
  at: number;
  /** This clock minus the other. */
  offset: number;
  /** Uncertainty of the offset. */
  halfMs: number;
}

/** Samples this close share an offset: clocks drift by about ten µs per second. */
const NEAR_MS = 5000;

/** Returns the best sample near a moment of the other clock. Throws if there is none. */
export function offsetAt(samples: readonly Sample[], otherMs: number): Sample {
  let best: Sample | undefined;
  for (const sample of samples) {
    if (Math.abs(sample.at - sample.offset - otherMs) > NEAR_MS) continue;
    if (best === undefined || sample.halfMs < best.halfMs) best = sample;
  }
  if (best === undefined) throw new Error('no sample of the clock near that moment');
  return best;
}

/** Returns the smallest value that a share `q` of the values does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
