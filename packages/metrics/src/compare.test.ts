import { describe, expect, it } from 'vitest';
import { latencies } from '../tests/latencies.ts';
import { compareSlices } from './compare.ts';
import { random } from './random.ts';
import type { Slice } from './slices.ts';

const compare = (a: readonly Slice[], b: readonly Slice[]) => compareSlices(a, b, { random: random(9) });

// `npm run test:compare` counts false alarms of 1000 pairs.
describe('a comparison of runs', () => {
  it('raises no alarm about runs that do not differ, although their latencies depend on each other', () => {
    for (let seed = 21; seed <= 24; seed++) {
      const next = random(seed);
      const { verdict, slicesPerBlock } = compare(latencies(300, next), latencies(300, next));
      expect([seed, verdict]).toEqual([seed, 'none']);
      expect(slicesPerBlock).toBeGreaterThan(1);
    }
  });

  it('finds that latencies became higher or lower, with an interval of the difference', () => {
    const next = random(3);
    const a = latencies(300, next);
    const b = latencies(400, next, { factor: 1.6 });
    const { verdict, quantiles, blocks } = compare(a, b);
    expect(verdict).toBe('worse');
    const median = quantiles[0]!;
    expect(median).toMatchObject({ quantile: 0.5, differs: true });
    expect(median.low).toBeGreaterThan(0);
    expect(median.low).toBeLessThan(median.b - median.a);
    expect(median.high).toBeGreaterThan(median.b - median.a);
    expect(blocks[1]).toBeGreaterThan(blocks[0]);
    expect(compare(b, a).verdict).toBe('better');
  });

  it('lets the highest quantile that differs decide', () => {
    const next = random(4);
    const b = latencies(300, next, { factor: 0.4, burstFactor: 40, bursts: [12, 1] });
    const { verdict, quantiles } = compare(latencies(300, next), b);
    const lower = quantiles.filter((q) => q.differs && q.b < q.a).map((q) => q.quantile);
    const higher = quantiles.filter((q) => q.differs && q.b > q.a).map((q) => q.quantile);
    expect(lower).toContain(0.5);
    expect(higher).toContain(0.99);
    expect(verdict).toBe('worse');
  });

  it('raises no alarm about a single burst in one of the runs', () => {
    const next = random(5);
    const quiet = { bursts: [1e9, 1] as const };
    const b = [...latencies(150, next, quiet), ...latencies(5, next, { ...quiet, factor: 30 })];
    const { verdict } = compare(latencies(300, next, quiet), [...b, ...latencies(145, next, quiet)]);
    expect(verdict).toBe('unknown');
  });

  it('has no verdict about runs that are too short or depend on one long event', () => {
    const next = random(6);
    const short = compare(latencies(9, next), latencies(300, next, { factor: 9 }));
    expect(short).toMatchObject({ verdict: 'unknown', why: 'short' });
    expect(compare([], latencies(300, next))).toMatchObject({ verdict: 'unknown', why: 'short' });
    const few = compare(latencies(300, next), latencies(300, next, { perSecond: 0 }));
    expect(few).toMatchObject({ verdict: 'unknown', why: 'few_values', quantiles: [] });
    const rising = Array.from({ length: 40 }, (_, i) => latencies(8, next, { factor: 1.05 ** i })).flat();
    expect(compare(rising, rising)).toMatchObject({ verdict: 'unknown', why: 'dependent' });
  });

  it('gives quantiles only where both runs have ten values above', () => {
    const next = random(7);
    const levels = compare(latencies(100, next), latencies(40, next)).quantiles.map((q) => q.quantile);
    expect(levels).toEqual([0.5, 0.9, 0.99, 0.999]);
  });
});
