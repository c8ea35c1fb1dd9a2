// Quantiles of a distribution, as the page prints them.
import { percentile } from '@rtprobe/metrics';
import type { Nanoseconds } from '@rtprobe/protocol';

interface Distribution {
  buckets: Float64Array;
  count: number;
  max: Nanoseconds;
}

/** Returns undefined where the count is too small for the quantile. */
export function quantileOf({ buckets, count, max }: Distribution, q: number): Nanoseconds | undefined {
  return percentile(buckets, count, max, q);
}

/** "p99.9" of 0.999. */
export function quantileName(q: number): string {
  return `p${Number((q * 100).toFixed(3))}`;
}
