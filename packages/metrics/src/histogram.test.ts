import { describe, expect, it } from 'vitest';
import { bucketOf } from './buckets.ts';
import { Histogram, subtractBuckets } from './histogram.ts';
import { percentile, samplesNeeded } from './percentile.ts';
import { random } from './random.ts';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ns of values) {
    histogram.buckets[bucketOf(ns)]! += 1;
    histogram.count++;
    histogram.sum += ns;
    histogram.min = Math.min(histogram.min, ns);
    histogram.max = Math.max(histogram.max, ns);
  }
  return histogram;
}

function draw(count: number, seed: number): number[] {
  const next = random(seed);
  return Array.from({ length: count }, () => Math.floor(2 ** (8 + next() * 18)));
}

describe('merging histograms', () => {
  it('equals the histogram of all values, in whatever order', () => {
    const [a, b, c] = [draw(500, 1), draw(3000, 2), draw(40, 3)];
    const all = histogramOf([...a, ...b, ...c]);
    const merged = histogramOf(c);
    merged.merge(histogramOf(a));
    merged.merge(histogramOf(b));
    expect(merged).toEqual(all);
  });

  it('leaves least and largest alone when the other is empty', () => {
    const histogram = histogramOf([400]);
    histogram.merge(new Histogram());
    expect([histogram.min, histogram.max, histogram.count]).toEqual([400, 400, 1]);
  });

  it('is undone by subtraction', () => {
    const before = histogramOf(draw(700, 4));
    const added = draw(90, 5);
    const after = new Histogram();
    after.copyFrom(before);
    after.merge(histogramOf(added));
    const out = new Float64Array(before.buckets.length);
    expect(subtractBuckets(after.buckets, before.buckets, out)).toBe(90);
    expect(out).toEqual(histogramOf(added).buckets);
  });
});

describe('percentiles', () => {
  it('are never below the true value and at most 6.25 % above it', () => {
    for (let seed = 10; seed < 30; seed++) {
      const values = draw(20_000, seed).sort((x, y) => x - y);
      const { buckets, count, max } = histogramOf(values);
      for (const quantile of [0.5, 0.9, 0.99, 0.999]) {
        const truth = values[Math.ceil(count * quantile) - 1]!;
        const read = percentile(buckets, count, max, quantile)!;
        expect(read).toBeGreaterThanOrEqual(truth);
        expect(read).toBeLessThanOrEqual(truth * 1.0625);
      }
    }
  });

  it('are given only where ten samples lie beyond', () => {
    expect([0.5, 0.99, 0.999, 0.99999].map(samplesNeeded)).toEqual([20, 1000, 10_000, 1_000_000]);
    const { buckets, max } = histogramOf(draw(10_000, 6));
    expect(percentile(buckets, 9_999, max, 0.999)).toBeUndefined();
    expect(percentile(buckets, 10_000, max, 0.999)).toBeTypeOf('number');
  });

  it('never exceed the exact maximum', () => {
    const { buckets, count, max } = histogramOf(Array.from({ length: 30 }, () => 1_001));
    expect(percentile(buckets, count, max, 0.5)).toBe(1_001);
  });

  it('are not averaged: merged CPUs differ from the mean of each', () => {
    const quiet = histogramOf(Array.from({ length: 1000 }, () => 1_000));
    const busy = histogramOf(Array.from({ length: 1000 }, (_, i) => (i < 900 ? 1_000 : 1_000_000)));
    const merged = new Histogram();
    merged.merge(quiet);
    merged.merge(busy);
    const p = (h: Histogram) => percentile(h.buckets, h.count, h.max, 0.97)!;
    expect(p(merged)).toBeGreaterThan(900_000);
    expect((p(quiet) + p(busy)) / 2).toBeLessThan(600_000);
  });
});
