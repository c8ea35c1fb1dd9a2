import { expect, it } from 'vitest';
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, backoff } from './backoff.ts';

it('waits grow from a quarter of a second to a cap, for ever', () => {
  expect(backoff(0, 0.999)).toBeLessThanOrEqual(BACKOFF_FIRST_MS);
  for (const attempt of [6, 100, 1e9]) {
    expect(backoff(attempt, 0)).toBe(BACKOFF_MAX_MS / 2);
    expect(backoff(attempt, 1)).toBe(BACKOFF_MAX_MS);
  }
});

it('waits of two screens differ', () => {
  expect(backoff(3, 0.1)).not.toBe(backoff(3, 0.9));
});
