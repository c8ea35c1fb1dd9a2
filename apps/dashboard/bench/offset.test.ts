import { describe, expect, it } from 'vitest';
import { offsetAt, quantile } from './offset.ts';

describe('the offset of two clocks', () => {
  const sample = (at: number, halfMs: number) => ({ at, offset: 1000 + halfMs / 10, halfMs });

  it('is that of the sample closest to the moment', () => {
    const samples = [sample(2000, 3), sample(4000, 1), sample(20_000, 0.1)];
    expect(offsetAt(samples, 2500)).toBe(samples[1]);
    expect(offsetAt(samples, 18_000)).toBe(samples[2]);
    expect(() => offsetAt(samples, 90_000)).toThrow(/no sample/);
  });

  it('has quantiles that are values', () => {
    expect([0.5, 0.99, 1].map((q) => quantile([4, 1, 3, 2], q))).toEqual([2, 4, 4]);
  });
});
