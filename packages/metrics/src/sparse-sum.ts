// Sums of sparse histograms.
import { BUCKET_COUNT } from './buckets.ts';
import type { SparseValues } from './histogram.ts';

/** Values with the number of calls that returned IRQ_NONE. */
export interface CountedValues extends SparseValues {
  readonly none: number;
}

export interface SummedValues extends CountedValues {
  readonly bucketIndex: Uint16Array;
  readonly bucketCount: Float64Array;
}

/** Limits a sum to the largest exact integer, which plausible values do not reach, but corrupt ones can. */
const saturated = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER);

/** Adds up sparse values in the kernel's buckets; the cost depends on the buckets used, not on their total number. */
export class SparseSum {
  readonly #buckets = new Float64Array(BUCKET_COUNT);
  readonly #touched = new Uint16Array(BUCKET_COUNT);
  #length = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #none = 0;

  add(values: CountedValues): void {
    this.#none += values.none;
    if (values.count === 0) return;
    this.#count += values.count;
    this.#sum += values.sum;
    this.#min = Math.min(this.#min, values.min);
    this.#max = Math.max(this.#max, values.max);
    for (let i = 0; i < values.buckets; i++) {
      const bucket = values.bucketIndex[i]!;
      if (bucket >= BUCKET_COUNT) continue;
      if (this.#buckets[bucket] === 0) this.#touched[this.#length++] = bucket;
      this.#buckets[bucket]! += values.bucketCount[i]!;
    }
  }

  /** Returns the sum, and clears it. */
  flush(): SummedValues {
    const bucketIndex = this.#touched.slice(0, this.#length).sort();
    const bucketCount = new Float64Array(this.#length);
    for (let i = 0; i < this.#length; i++) {
      const bucket = bucketIndex[i]!;
      bucketCount[i] = saturated(this.#buckets[bucket]!);
      this.#buckets[bucket] = 0;
    }
    const values: SummedValues = {
      ...{
        count: saturated(this.#count),
        sum: saturated(this.#sum),
        min: this.#count > 0 ? this.#min : 0,
        max: this.#max,
      },
      ...{ none: saturated(this.#none), buckets: this.#length, bucketIndex, bucketCount },
    };
    this.#length = this.#count = this.#sum = this.#max = this.#none = 0;
    this.#min = Number.POSITIVE_INFINITY;
    return values;
  }
}
