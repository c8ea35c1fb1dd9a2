import { describe, expect, it } from 'vitest';
import { latencies } from '../tests/latencies.ts';
import { designEffect } from './design-effect.ts';
import { random } from './random.ts';

const steady = { spread: [0, 0], bursts: [1e9, 1] } as const;

describe('the design effect', () => {
  it('is about 1 for independent values', () => {
    const slices = latencies(300, random(3), steady);
    expect(designEffect(slices, 12_000)).toBeLessThan(1.5);
  });

  it('is large if values over the limit come in bursts', () => {
    const slices = latencies(300, random(3), { ...steady, bursts: [40, 3] });
    expect(designEffect(slices, 16_000)).toBeGreaterThan(100);
  });

  it('is that of a lower limit if few values are over it', () => {
    const slices = latencies(300, random(3), steady);
    expect(designEffect(slices, 1e9)).toBeLessThan(3);
  });

  it('is not known from few slices or values', () => {
    expect(designEffect(latencies(9, random(3)), 12_000)).toBeUndefined();
    expect(designEffect(latencies(20, random(3), { perSecond: 1 }), 12_000)).toBeUndefined();
  });
});
