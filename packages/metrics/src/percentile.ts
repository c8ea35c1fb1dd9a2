// Percentiles read from buckets, given only if there are enough samples.
import { BUCKET_COUNT, upperEdge } from './buckets.ts';

/**
 * Returns the samples that a quantile needs: ten above it, so 10^4 for p99.9 and 10^6 for p99.999. With fewer, one
 * sample moves it by whole buckets.
 */
export function samplesNeeded(quantile: number): number {
  // 1 - 0.99999 is not quite 0.00001 in binary.
  return Math.ceil(Number((10 / (1 - quantile)).toPrecision(9)));
}

/**
 * Returns the value in ns that at least `quantile` of all values do not exceed. It is the upper edge of its bucket:
 * never too low, at most 6.25 % too high, and never more than the exact `max`. Returns undefined if `count` is too
 * small.
 */
export function percentile(
  buckets: Float64Array,
  count: number,
  max: number,
  quantile: number,
): number | undefined {
  if (count < samplesNeeded(quantile)) return undefined;
  const rank = Math.ceil(count * quantile);
  let seen = 0;
  for (let i = 0; i < BUCKET_COUNT; i++) {
    seen += buckets[i]!;
    if (seen >= rank) return Math.min(upperEdge(i), max);
  }
  return max;
}

/** Returns "p99.9" for 0.999. */
export function quantileName(quantile: number): string {
  return `p${Number((quantile * 100).toFixed(3))}`;
}
