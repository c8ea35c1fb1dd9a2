// A distribution of times on the kernel's bucket edges, with exact count, sum, least and largest value.
import { BUCKET_COUNT } from './buckets.ts';

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

  /** Adds every value of another: percentiles of several CPUs come from this, never from an average. */
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

  copyFrom(other: Histogram): void {
    this.buckets.set(other.buckets);
    this.count = other.count;
    this.sum = other.sum;
    this.min = other.min;
    this.max = other.max;
  }
}

/**
 * Writes what `newer` holds beyond `older` into `out`. Least and largest are not to be had by subtraction,
 * so `out` gets those of its buckets' edges from the caller where it needs them; here they stay unknown
 * (Infinity and 0).
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
