import { describe, expect, it } from 'vitest';
import { countOfLevel, LEVEL_MAX, levelOf } from './level.ts';

describe('levels', () => {
  it('keep a single value visible and nothing invisible', () => {
    expect([levelOf(0), levelOf(1), levelOf(0.1)]).toEqual([0, 1, 1]);
  });

  it('give counts up to 16 back exactly', () => {
    for (let count = 0; count <= 16; count++) expect(countOfLevel(levelOf(count))).toBe(count);
  });

  it('are within 3 % beyond that and never run down', () => {
    let previous = 0;
    for (let count = 17; count < 2_000_000; count = Math.ceil(count * 1.07)) {
      const level = levelOf(count);
      expect(level).toBeGreaterThanOrEqual(previous);
      expect(Math.abs(countOfLevel(level) - count) / count).toBeLessThan(0.035);
      previous = level;
    }
    expect(levelOf(Number.MAX_SAFE_INTEGER)).toBe(LEVEL_MAX);
  });
});
