import { describe, expect, it } from 'vitest';
import { packBuckets, packIntervals, unpackBuckets, unpackIntervals } from './buckets.ts';
import { BUCKET_COUNT } from './generated.ts';

describe('buckets', () => {
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
