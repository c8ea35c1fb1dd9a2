// A distribution of times in the kernel's buckets, with exact count, sum, least and largest value.
import { BUCKET_COUNT } from './buckets.ts';

/** Values as a sparse list of buckets: the first `buckets` entries of the two arrays. */
export interface SparseValues {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: number;
  readonly bucketIndex: ArrayLike<number>;
  readonly bucketCount: ArrayLike<number>;
}

export class Histogram {
  readonly buckets = new Float64Array(BUCKET_COUNT);
  count = 0;
  /** ns */
  sum = 0;
  /** ns; Infinity while empty. */
  min = Number.POSITIVE_INFINITY;
  /** ns; 0 while empty. */
  max = 0;

  clear(): void {
    this.buckets.fill(0);
    this.count = 0;
    this.sum = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = 0;
  }

  /** Adds every value of another histogram. Percentiles of several CPUs come from this, never from an average. */
  merge(other: Histogram): void {
    if (other.count === 0) return;
    const from = other.buckets;
    const to = this.buckets;
    for (let i = 0; i < BUCKET_COUNT; i++) to[i]! += from[i]!;
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Adds values of a sparse list; ignores buckets beyond the last, and lists with a count of 0. */
  mergeSparse(values: SparseValues): void {
    if (values.count === 0) return;
    for (let i = 0; i < values.buckets; i++) {
      const bucket = values.bucketIndex[i]!;
      if (bucket < BUCKET_COUNT) this.buckets[bucket]! += values.bucketCount[i]!;
    }
    this.count += values.count;
    this.sum += values.sum;
    this.min = Math.min(this.min, values.min);
    this.max = Math.max(this.max, values.max);
  }

  copyFrom(other: Histogram): void {
    this.buckets.set(other.buckets);
    this.count = other.count;
    this.sum = other.sum;
    this.min = other.min;
    this.max = other.max;
  }
}

/**
 * Writes the difference `newer` − `older` to `out`. Least and largest value cannot be subtracted: they are Infinity and
 * 0, and a caller that needs them derives them from bucket edges.
 */
export function subtractBuckets(newer: Float64Array, older: Float64Array, out: Float64Array): number {
  let count = 0;
  for (let i = 0; i < BUCKET_COUNT; i++) {
    const difference = Math.max(0, newer[i]! - older[i]!);
    out[i] = difference;
    count += difference;
  }
  return count;
}
