// Percentiles read from buckets, given only where the count carries them.
import { BUCKET_COUNT, upperEdge } from './buckets.ts';

/**
 * Samples a quantile needs before it is printed: ten beyond it, so p99.9 from 10^4 and p99.999 from 10^6.
 * With fewer, one sample more or less moves it by whole buckets.
 */
export function samplesNeeded(quantile: number): number {
  // 1 - 0.99999 is not quite 0.00001 in binary.
  return Math.ceil(Number((10 / (1 - quantile)).toPrecision(9)));
}

/**
 * The value in ns that at least `quantile` of all values do not exceed: the upper edge of its bucket, so never
 * too low and at most 6.25 % too high, and never more than the exact `max`. undefined where `count` does not
 * carry it.
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
