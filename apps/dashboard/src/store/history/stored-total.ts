// A distribution of the REST interface, in the kernel's buckets.
import { BUCKET_COUNT } from '@rtprobe/metrics';
import type { HistoryTotal } from '@rtprobe/protocol';

export function bucketsOf(total: Pick<HistoryTotal, 'buckets'>): Float64Array {
  const buckets = new Float64Array(BUCKET_COUNT);
  for (const [bucket, count] of total.buckets)
    if (bucket >= 0 && bucket < BUCKET_COUNT) buckets[bucket]! += count;
  return buckets;
}

/** Returns the counts scaled to `count` values, so that two distributions can be compared. */
export function scaledTo(buckets: Float64Array, own: number, count: number): Float64Array {
  return own === 0 ? new Float64Array(BUCKET_COUNT) : buckets.map((n) => (n * count) / own);
}
