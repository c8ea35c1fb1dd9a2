import { BUCKET_COUNT, bucketOf } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { BASE, countTicks, distributionPoints } from './points.ts';

function bucketsOf(values: Record<number, number>): Float64Array {
  const buckets = new Float64Array(BUCKET_COUNT);
  for (const [ns, count] of Object.entries(values)) buckets[bucketOf(Number(ns))]! += count;
  return buckets;
}

describe('points of the distribution', () => {
  it('keep every value: drawn or counted beyond', () => {
    const buckets = bucketsOf({ 40: 5, 1000: 7, 90000: 1, 399000: 2, 500000: 3 });
    for (const logarithmic of [false, true]) {
      const { points, beyond } = distributionPoints(buckets, logarithmic ? 100 : 0, 400_000, logarithmic);
      const drawn = points.reduce((sum, p) => sum + (p.count === BASE ? 0 : p.count), 0);
      expect(drawn + beyond).toBe(18);
      expect(beyond).toBe(3);
    }
  });

  it('show a single value one high', () => {
    const { points } = distributionPoints(bucketsOf({ 300000: 1 }), 0, 400_000, false);
    expect(points.filter((p) => p.count === 1)).toHaveLength(1);
  });

  it('stay few enough to draw', () => {
    expect(distributionPoints(new Float64Array(BUCKET_COUNT), 0, 4e6, false).points.length).toBeLessThan(420);
  });

  it('ascend', () => {
    const { points } = distributionPoints(bucketsOf({ 1000: 1 }), 100, 1e6, true);
    for (let i = 1; i < points.length; i++) expect(points[i]!.ns).toBeGreaterThan(points[i - 1]!.ns);
  });
});

it('count ticks reach over the peak', () => {
  expect(countTicks(0)).toEqual([1, 10, 100, 1000]);
  expect(countTicks(40_000)).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
  expect(countTicks(2_000_000).at(-1)).toBeGreaterThanOrEqual(1_000_000);
});
