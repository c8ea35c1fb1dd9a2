// Time slices of a distribution, and how much neighbours depend on each other.
import { BUCKET_COUNT } from './buckets.ts';

/** Values of a time slice: the first `buckets` entries of the two arrays, ascending by index. */
export interface Slice {
  readonly count: number;
  readonly max: number;
  readonly buckets: number;
  readonly bucketIndex: ArrayLike<number>;
  readonly bucketCount: ArrayLike<number>;
}

/** Correlation of neighbours above which blocks are merged. */
export const CORRELATION_MAX = 0.2;

/** Adds slices up in groups of `size`; what remains at the end is left out. */
export function blocksOf(slices: readonly Slice[], size: number): Slice[] {
  if (size === 1) return [...slices];
  return Array.from({ length: Math.floor(slices.length / size) }, (_, i) =>
    sumOf(slices.slice(i * size, (i + 1) * size)),
  );
}

function sumOf(slices: readonly Slice[]): Slice {
  const counts = new Float64Array(BUCKET_COUNT);
  for (const slice of slices) addSlice(counts, slice);
  const bucketIndex = Uint16Array.from(counts.keys()).filter((bucket) => counts[bucket]! > 0);
  return {
    count: slices.reduce((sum, { count }) => sum + count, 0),
    max: slices.reduce((max, slice) => Math.max(max, slice.max), 0),
    buckets: bucketIndex.length,
    bucketIndex,
    bucketCount: Float64Array.from(bucketIndex, (bucket) => counts[bucket]!),
  };
}

/** Adds the values of a slice to the counts of all buckets. */
export function addSlice(counts: Float64Array, { buckets, bucketIndex, bucketCount }: Slice): void {
  for (let i = 0; i < buckets; i++) counts[bucketIndex[i]!]! += bucketCount[i]!;
}

/** Returns the correlation of neighbours in two series that have means of their own. */
export function correlationOf(series: readonly (readonly number[])[]): number {
  let products = 0;
  let squares = 0;
  let bias = 0;
  for (const values of series) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const own = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    for (let i = 1; i < values.length; i++) products += (values[i - 1]! - mean) * (values[i]! - mean);
    squares += own;
    // Subtracting the mean of the series itself lowers the correlation by about 1 / n.
    bias += own / values.length;
  }
  return squares === 0 ? 0 : (products + bias) / squares;
}

/** Returns how much larger differences become because neighbours depend on each other. */
export const inflation = (correlation: number): number => {
  const r = Math.min(0.99, Math.max(0, correlation));
  return Math.sqrt((1 + r) / (1 - r));
};
