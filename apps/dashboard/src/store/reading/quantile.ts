// Percentiles of a distribution, as the page displays them.
import { percentile } from '@rtprobe/metrics';
import type { Nanoseconds } from '@rtprobe/protocol';

interface Distribution {
  buckets: Float64Array;
  count: number;
  max: Nanoseconds;
}

/** Returns undefined if the count is too small for the percentile. */
export function quantileOf({ buckets, count, max }: Distribution, q: number): Nanoseconds | undefined {
  return percentile(buckets, count, max, q);
}

/** Returns "p99.9" for 0.999. */
export function quantileName(q: number): string {
  return `p${Number((q * 100).toFixed(3))}`;
}
