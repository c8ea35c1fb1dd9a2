// How many independent values dependent ones are worth: the design effect of L. Kish (Survey Sampling, 1965). E. L. Korn and
// B. I. Graubard (Survey Methodology 24, 1998) use the limit of Clopper and Pearson with so many.
import { BUCKET_COUNT, bucketOf, lowerEdge } from './buckets.ts';
import { addSlice, blocksOf, CORRELATION_MAX, correlationOf, inflation, type Slice } from './slices.ts';

/** Blocks from which a variance is estimated. */
const BLOCKS_MIN = 10;
/** Values that must be over a limit; with fewer, a lower limit is used. */
const OVER_MIN = 30;

/** Returns the largest edge of a bucket, up to `limitNs`, that enough values are over. */
function usedLimit(slices: readonly Slice[], limitNs: number): number | undefined {
  const counts = new Float64Array(BUCKET_COUNT);
  for (const slice of slices) addSlice(counts, slice);
  let over = 0;
  for (let bucket = BUCKET_COUNT - 1; bucket > 0; bucket--) {
    over += counts[bucket]!;
    if (over >= OVER_MIN && bucket <= bucketOf(limitNs)) return lowerEdge(bucket);
  }
  return undefined;
}

function overOf({ buckets, bucketIndex, bucketCount }: Slice, limitNs: number): number {
  let over = 0;
  for (let i = 0; i < buckets; i++) if (lowerEdge(bucketIndex[i]!) >= limitNs) over += bucketCount[i]!;
  return over;
}

/**
 * Returns by how much the variance of the share of values over a limit is larger than with independent values, at least
 * 1. If few values are over it, that of a lower limit. Returns undefined if there are too few slices or values.
 */
export function designEffect(slices: readonly Slice[], limitNs: number): number | undefined {
  const limit = usedLimit(slices, limitNs);
  if (limit === undefined || slices.length < BLOCKS_MIN) return undefined;
  for (let size = 1; ; size *= 2) {
    const blocks = blocksOf(slices, size);
    const overs = blocks.map((block) => overOf(block, limit));
    const n = blocks.reduce((sum, { count }) => sum + count, 0);
    const share = overs.reduce((sum, over) => sum + over, 0) / n;
    const correlation = correlationOf([blocks.map(({ count }, i) => (count === 0 ? 0 : overs[i]! / count))]);
    if (correlation > CORRELATION_MAX && Math.floor(slices.length / (2 * size)) >= BLOCKS_MIN) continue;
    const squares = blocks.reduce((sum, { count }, i) => sum + (overs[i]! - share * count) ** 2, 0);
    const variance = (squares * blocks.length) / (blocks.length - 1) / n ** 2;
    return Math.max(1, (variance * inflation(correlation) ** 2) / ((share * (1 - share)) / n));
  }
}
