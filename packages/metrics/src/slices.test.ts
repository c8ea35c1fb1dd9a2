import { expect, it } from 'vitest';
import { latencies } from '../tests/latencies.ts';
import { random } from './random.ts';
import { blocksOf, correlationOf, type Slice } from './slices.ts';

it('blocks have all values of their slices', () => {
  const slices = latencies(7, random(1));
  const [first, ...others] = blocksOf(slices, 3);
  const sum = (of: readonly Slice[]) => of.reduce((total, { count }) => total + count, 0);
  expect(others).toHaveLength(1);
  expect(first!.count).toBe(sum(slices.slice(0, 3)));
  expect(first!.max).toBe(Math.max(...slices.slice(0, 3).map(({ max }) => max)));
  expect(Array.from(first!.bucketCount).reduce((a, b) => a + b)).toBe(first!.count);
});

it('neighbours in random order do not correlate, neighbours of a slow wave do', () => {
  const next = random(2);
  const noise = Array.from({ length: 4000 }, () => next());
  const wave = Array.from({ length: 400 }, (_, i) => Math.sin(i / 9));
  expect(Math.abs(correlationOf([noise]))).toBeLessThan(0.05);
  expect(correlationOf([wave])).toBeGreaterThan(0.9);
  expect(correlationOf([[3, 3, 3]])).toBe(0);
});
