// The kernel's own bucket edges (kmod/uapi/rtprobe.yaml, "Histogram layout"): a value below 16 ns is its own
// bucket, above that each octave has 16 sub-buckets, so no bucket is wider than 6.25 % of its lower edge.
import { BUCKET_COUNT, SUB_BITS } from '@rtprobe/abi/constants';

export { BUCKET_COUNT };

const SUB_COUNT = 2 ** SUB_BITS;

/** Relative width of the widest bucket: the largest error of a percentile read from buckets. */
export const BUCKET_ERROR = 1 / SUB_COUNT;

/** Lower edge of every bucket in ns; entry BUCKET_COUNT is the end of the last one. */
const edges: Float64Array = Float64Array.from({ length: BUCKET_COUNT + 1 }, (_, index) => {
  if (index < SUB_COUNT) return index;
  const octave = Math.floor(index / SUB_COUNT);
  return (SUB_COUNT + (index % SUB_COUNT)) * 2 ** (octave - 1);
});

/** Returns the bucket of a value in ns, an integer of 0 or more; the last bucket includes all larger values. */
export function bucketOf(ns: number): number {
  if (ns < SUB_COUNT) return Math.max(0, Math.floor(ns));
  const octave = Math.floor(Math.log2(ns));
  // log2 rounds: at 2^k - 1 for large k it may already return k.
  const exact = 2 ** octave > ns ? octave - 1 : octave;
  const sub = Math.floor(ns / 2 ** (exact - SUB_BITS)) - SUB_COUNT;
  return Math.min(BUCKET_COUNT - 1, (exact - SUB_BITS + 1) * SUB_COUNT + sub);
}

/** Returns the least value of the bucket in ns. */
export function lowerEdge(bucket: number): number {
  return edges[bucket]!;
}

/** Returns the largest value of the bucket in ns; Infinity for the last, which has no end. */
export function upperEdge(bucket: number): number {
  return bucket >= BUCKET_COUNT - 1 ? Number.POSITIVE_INFINITY : edges[bucket + 1]! - 1;
}
