import { describe, expect, it } from 'vitest';
import { medianInterval, valuesForInterval } from './median-interval.ts';
import { random } from './random.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('the interval of a median', () => {
  it.each([
    // Ranks from tables of the sign test: at 99 %, 8 to 11 values have the extremes, 20 values the fourth from each end.
    [8, 0.99, 1, 8],
    [11, 0.99, 1, 11],
    [12, 0.99, 2, 11],
    [20, 0.99, 4, 17],
    [6, 0.95, 1, 6],
    [10, 0.95, 2, 9],
    [25, 0.95, 8, 18],
  ])(
    'of %i values with confidence %f reaches from the one of rank %i to that of rank %i',
    (n, confidence, low, high) => {
      expect(medianInterval(upTo(n).reverse(), confidence)).toEqual({ median: (n + 1) / 2, low, high });
    },
  );

  it('needs 8 values at 99 % and 6 at 95 %', () => {
    expect([valuesForInterval(0.99), valuesForInterval(0.95)]).toEqual([8, 6]);
    expect(medianInterval(upTo(7), 0.99)).toBeUndefined();
  });

  it('contains the true median at least as often as it says, of a skewed distribution', () => {
    const next = random(5);
    let contained = 0;
    for (let i = 0; i < 2000; i++) {
      const values = Array.from({ length: 10 }, () => next() ** 8);
      const { low, high } = medianInterval(values, 0.95)!;
      if (low <= 0.5 ** 8 && 0.5 ** 8 <= high) contained++;
    }
    // 97.9 % is exact for ten values; three standard deviations are 1 %.
    expect(contained / 2000).toBeGreaterThan(0.969);
    expect(contained / 2000).toBeLessThan(0.989);
  });
});
