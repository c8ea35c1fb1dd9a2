// The offset between two clocks from samples of both, and quantiles.

/** One look at the other clock, ms. */
export interface Sample {
  /** By this clock. */
  at: number;
  /** This clock less the other. */
  offset: number;
  /** It is known to so much either way. */
  halfMs: number;
}

/** Samples so near tell of the same offset: clocks drift by some ten µs a second. */
const NEAR_MS = 5000;

/** The best sample near a moment of the other clock. Throws when there is none. */
export function offsetAt(samples: readonly Sample[], otherMs: number): Sample {
  let best: Sample | undefined;
  for (const sample of samples) {
    if (Math.abs(sample.at - sample.offset - otherMs) > NEAR_MS) continue;
    if (best === undefined || sample.halfMs < best.halfMs) best = sample;
  }
  if (best === undefined) throw new Error('no sample of the clock near that moment');
  return best;
}

/** Of values in any order; the least that a share `q` of them does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
