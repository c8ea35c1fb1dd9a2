import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeast, upperShare } from './binomial.ts';

/** Probability of k or fewer of n, summed term by term. */
function atMost(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return sum;
}

describe('the upper limit of a share', () => {
  it('is that at which k or fewer would be seen with 5 % probability', () => {
    const cases = fc
      .record({ n: fc.integer({ min: 2, max: 400 }), k: fc.nat(40) })
      .filter(({ n, k }) => k < n);
    fc.assert(
      fc.property(cases, ({ n, k }) => {
        expect(atMost(k, n, upperShare(k, n))).toBeCloseTo(0.05, 8);
      }),
    );
  });

  it('is near three in n if none was seen', () => {
    expect(upperShare(0, 1_000_000) * 1e6).toBeCloseTo(2.9957, 3);
    expect(upperShare(0, 59)).toBeCloseTo(0.0495, 4);
  });

  it('is right for many samples, where it nears the limit of Poisson', () => {
    // Upper 95 % limits of a Poisson mean with 1 and 10 events.
    expect(upperShare(1, 1e9) * 1e9).toBeCloseTo(4.7439, 3);
    expect(upperShare(10, 1e9) * 1e9).toBeCloseTo(16.9622, 3);
  });

  it('is everything without samples, or if all were over', () => {
    expect([upperShare(0, 0), upperShare(7, 7)]).toEqual([1, 1]);
  });
});

it('the probability of k or more is what is left of fewer', () => {
  const cases = fc.record({
    n: fc.integer({ min: 1, max: 200 }),
    k: fc.nat(30),
    p: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  });
  fc.assert(
    fc.property(cases, ({ n, k, p }) => {
      const expected = k === 0 ? 1 : k > n ? 0 : 1 - atMost(k - 1, n, p);
      expect(atLeast(k, n, p)).toBeCloseTo(expected, 8);
    }),
  );
});
