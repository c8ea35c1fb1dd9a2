import { BUCKET_COUNT, bucketOf } from '@rtprobe/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../host/host.ts';
import { suggestThreshold, suggestThresholds } from './suggest-thresholds.ts';

function distribution(values: readonly number[]) {
  const buckets = new Float64Array(BUCKET_COUNT);
  for (const value of values) buckets[bucketOf(value)]!++;
  return { count: values.length, maxNs: Math.max(0, ...values), buckets };
}

const steps = Array.from({ length: 24 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3) * 1000);

describe('a suggested threshold', () => {
  it.each([
    [[500], 1_000],
    [[1_000, 1_001], 2_000],
    [[49_000, 3_000], 50_000],
    [[51_000], 100_000],
    [[], 1_000],
  ])('after a minute of %j is the next step from the largest value on: %i', (values, expected) => {
    expect(suggestThreshold(distribution(values), 60, 10)).toBe(expected);
  });

  it('of a long run lets as many values exceed it as are wanted an hour', () => {
    const rare = [...Array(10_000).fill(40_000), ...Array(20).fill(900_000)];
    expect(suggestThreshold(distribution(rare), 3600, 10)).toBe(1_000_000);
    expect(suggestThreshold(distribution(rare), 7200, 10)).toBe(50_000);
  });

  it('is the lowest step that keeps the rate, up to the width of a bucket', () => {
    const values = fc.array(fc.integer({ min: 0, max: 59_000_000_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 60, max: 100_000 }), (seen, seconds) => {
        const threshold = suggestThreshold(distribution(seen), seconds, 10);
        const allowed = (10 * seconds) / 3600;
        const over = (ns: number) => seen.filter((value) => value > ns).length;
        expect(over(threshold)).toBeLessThanOrEqual(allowed);
        const lower = steps.findLast((step) => step < threshold);
        if (lower !== undefined) expect(over(lower * (1 - 1 / 16) - 1)).toBeGreaterThan(Math.floor(allowed));
      }),
    );
  });
});

describe('the suggestions of a host', () => {
  const task = (kthread: boolean) => ({ task: { kthread } });
  const sources = new Map(
    Object.entries({
      1: { measure: 'timer_latency' },
      2: { measure: 'wakeup_latency', ...task(false) },
      3: { measure: 'wakeup_latency', ...task(true) },
      4: { measure: 'stolen' },
    }).map(([id, source]) => [Number(id), source]),
  );
  const row = (source: number, values: readonly number[]) => ({
    ...{ source, count: values.length, max: Math.max(...values) },
    buckets: { index: values.map(bucketOf), count: values.map(() => 1) },
  });
  const rows = {
    all: [row(1, [30_000]), row(1, [70_000]), row(2, [4_000]), row(3, [900_000]), row(4, [5_000])],
  };
  const after = (seconds: number) =>
    suggestThresholds({
      name: 'simulated',
      state: { sources, rows, runStartedAt: 1e6, lastDataAt: 1e6 + seconds * 1e6 },
    } as unknown as Host);

  it('keep kernel threads apart, and leave out what only rules judge', () => {
    expect(after(60)).toEqual({
      ...{ host: 'simulated', seconds: 60, waitSeconds: 0 },
      thresholds: [
        { measure: 'timer_latency', kind: 'user', count: 2, maxNs: 70_000, thresholdNs: 100_000 },
        { measure: 'wakeup_latency', kind: 'user', count: 1, maxNs: 4_000, thresholdNs: 5_000 },
        { measure: 'wakeup_latency', kind: 'kthread', count: 1, maxNs: 900_000, thresholdNs: 1_000_000 },
      ],
    });
  });

  it('need a minute, and say how much of it is left', () => {
    expect(after(17.5)).toEqual({ host: 'simulated', seconds: 17.5, waitSeconds: 43, thresholds: [] });
  });
});
