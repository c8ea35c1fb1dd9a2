import { describe, expect, it } from 'vitest';
import { seededRandom } from '../tests/random.ts';
import {
  bucketLast,
  bucketOf,
  packBuckets,
  packIntervals,
  unpackBuckets,
  unpackIntervals,
} from './buckets.ts';
import { BUCKET_COUNT, SUB_BITS } from './generated.ts';

/** The definition of the YAML, word by word, in integers. */
function definition(v: bigint): number {
  if (v < 2n ** BigInt(SUB_BITS)) return Number(v);
  const o = v.toString(2).length - 1;
  const sub = Number((v >> BigInt(o - SUB_BITS)) % 2n ** BigInt(SUB_BITS));
  return Math.min((o - SUB_BITS + 1) * 2 ** SUB_BITS + sub, BUCKET_COUNT - 1);
}

describe('buckets', () => {
  it('are those of the definition, at and around every edge and at random', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 2000 }, () => Math.floor(2 ** (random() * 40)));
    for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
      const last = bucketLast(bucket);
      values.push(last - 1, last, last + 1);
    }
    for (const value of values.filter((v) => v >= 0)) {
      expect(bucketOf(value), `${value} ns`).toBe(definition(BigInt(value)));
    }
  });

  it('end where the next begins', () => {
    for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
      expect(bucketOf(bucketLast(bucket))).toBe(bucket);
      expect(bucketOf(bucketLast(bucket) + 1)).toBe(bucket + 1);
    }
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(BUCKET_COUNT - 1);
  });

  it('are packed and unpacked exactly, counts up to 40 bits', () => {
    const buckets = { index: Uint16Array.of(0, 16, 527), count: Float64Array.of(1, 2 ** 40 - 1, 2 ** 32) };
    expect(unpackBuckets(packBuckets(buckets))).toEqual(buckets);
  });

  it('are refused when they do not ascend, exceed the layout or are cut', () => {
    const pack = (...index: number[]) =>
      packBuckets({ index: Uint16Array.from(index), count: new Float64Array(index.length).fill(1) });
    expect(unpackBuckets(pack(3, 3))).toBeUndefined();
    expect(unpackBuckets(pack(BUCKET_COUNT))).toBeUndefined();
    expect(unpackBuckets(pack(3).subarray(1))).toBeUndefined();
  });
});

it('largest values of intervals are packed and unpacked exactly', () => {
  const intervals = [
    { generation: 1, ns: 5 },
    { generation: 2 ** 32, ns: 68_700_000_000 },
  ];
  expect(unpackIntervals(packIntervals(intervals))).toEqual(intervals);
  expect(unpackIntervals(new Uint8Array(17))).toBeUndefined();
});
