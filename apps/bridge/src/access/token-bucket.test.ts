import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

it('a bucket allows a burst, then the rate', () => {
  const start = performance.now();
  const bucket = new TokenBucket(10, 5);
  const at = (ms: number): boolean => bucket.take(start + ms);
  expect(Array.from({ length: 7 }, () => at(1))).toEqual([true, true, true, true, true, false, false]);
  expect(at(60)).toBe(false);
  expect(at(120)).toBe(true);
  expect(at(130)).toBe(false);
});
