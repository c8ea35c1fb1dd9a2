import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('attempts are delayed twice as long each time up to a cap, and the delay is reset by a success', () => {
  const backoff = new Backoff(250, 10_000);
  const middle = 0.5;
  const delays = Array.from({ length: 8 }, () => backoff.next(middle));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.succeeded();
  expect(backoff.next(middle)).toBe(250);
});

it('attempts of many bridges are spread out', () => {
  expect(new Backoff(1000).next(0)).toBe(875);
  expect(new Backoff(1000).next(0.999)).toBeCloseTo(1125, 0);
});
