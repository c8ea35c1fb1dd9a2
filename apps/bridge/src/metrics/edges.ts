// The buckets of exported histograms: some edges of the kernel's own buckets, so that every count is exact.
import { BUCKET_COUNT, bucketOf, upperEdge } from '@rtprobe/metrics';

/** The largest values of the buckets are the next edges of the kernel's buckets, at most 6.25 % higher. */
const WANTED_NS = [1e3, 5e3, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3, 1e6, 10e6];

/** Kernel buckets that end an exported bucket. */
const LAST = WANTED_NS.map(bucketOf);

/** Largest value of each exported bucket, in seconds, as the label `le` has it; the last bucket has no end. */
export const EDGES: readonly string[] = [...LAST.map((bucket) => String(upperEdge(bucket) / 1e9)), '+Inf'];

/** The exported bucket of each kernel bucket. */
export const EDGE_OF: Uint8Array = Uint8Array.from({ length: BUCKET_COUNT }, (_, bucket) => {
  const edge = LAST.findIndex((last) => bucket <= last);
  return edge < 0 ? LAST.length : edge;
});
