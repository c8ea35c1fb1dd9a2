import { SUB_BITS } from '@rtprobe/abi/constants';
import { describe, expect, it } from 'vitest';
import { BUCKET_COUNT, BUCKET_ERROR, bucketOf, lowerEdge, upperEdge } from './buckets.ts';
import { random } from './random.ts';

/** The definition of the YAML, literally, in integers. */
function definition(v: bigint): number {
  if (v < 2n ** BigInt(SUB_BITS)) return Number(v);
  const o = v.toString(2).length - 1;
  const sub = Number((v >> BigInt(o - SUB_BITS)) % 2n ** BigInt(SUB_BITS));
  return Math.min((o - SUB_BITS + 1) * 2 ** SUB_BITS + sub, BUCKET_COUNT - 1);
}

describe('buckets', () => {
  it('are those of the definition, at and around every edge and at random', () => {
    const next = random(3);
    const values = Array.from({ length: 2000 }, () => Math.floor(2 ** (next() * 40)));
    for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
      const last = upperEdge(bucket);
      values.push(last - 1, last, last + 1);
    }
    for (const value of values.filter((v) => v >= 0)) {
      expect(bucketOf(value), `${value} ns`).toBe(definition(BigInt(value)));
    }
  });

  it('end where the next begins', () => {
    for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
      expect(bucketOf(upperEdge(bucket))).toBe(bucket);
      expect(bucketOf(upperEdge(bucket) + 1)).toBe(bucket + 1);
    }
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(BUCKET_COUNT - 1);
  });

  it('follow the layout of kmod/uapi/rtprobe.yaml', () => {
    // v < 16: its own bucket; else (o - 3) * 16 + ((v >> (o - 4)) mod 16), o the highest set bit.
    const known = [
      [0, 0],
      [15, 15],
      [16, 16],
      [31, 31],
      [32, 32],
      [33, 32],
      [600, 98],
      [1_000_000, 270],
      [2 ** 36 - 1, 527],
    ] as const;
    for (const [ns, bucket] of known) expect([ns, bucketOf(ns)]).toEqual([ns, bucket]);
  });

  it('hold every value between their edges, at octave ends and at random', () => {
    const next = random(1);
    const values = [0, 1, 15, 16];
    for (let octave = 1; octave < 36; octave++) values.push(2 ** octave - 1, 2 ** octave, 2 ** octave + 1);
    for (let i = 0; i < 20_000; i++) values.push(Math.floor(2 ** (next() * 36)));
    for (const ns of values) {
      const bucket = bucketOf(ns);
      expect(lowerEdge(bucket)).toBeLessThanOrEqual(ns);
      expect(upperEdge(bucket)).toBeGreaterThanOrEqual(ns);
    }
  });

  it('join without a hole and without an overlap', () => {
    for (let i = 0; i < BUCKET_COUNT - 1; i++) expect(upperEdge(i) + 1).toBe(lowerEdge(i + 1));
  });

  it('are at most 6.25 % wide', () => {
    for (let i = 16; i < BUCKET_COUNT - 1; i++) {
      expect((lowerEdge(i + 1) - lowerEdge(i)) / lowerEdge(i)).toBeLessThanOrEqual(BUCKET_ERROR);
    }
  });

  it('take everything beyond 68.7 s in the last one', () => {
    expect(bucketOf(2 ** 36)).toBe(BUCKET_COUNT - 1);
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(BUCKET_COUNT - 1);
    expect(upperEdge(BUCKET_COUNT - 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
