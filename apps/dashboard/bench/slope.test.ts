import { random } from '@rtprobe/metrics';
import { expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

const x = Array.from({ length: 60 }, (_, i) => i);

/** Returns samples that rise and wander: each keeps 70 % of the previous deviation. */
function wandering(slope: number, seed: number): number[] {
  const rng = random(seed);
  let deviation = 0;
  return x.map((i) => {
    deviation = deviation * 0.7 + (rng() - 0.5) * 10;
    return 100 + slope * i + deviation;
  });
}

const intervals = (slope: number) =>
  Array.from({ length: 400 }, (_, seed) => slopeOf(x, wandering(slope, seed + 1000)));

it('the interval contains the true slope nine times in ten, although the samples wander', () => {
  for (const truth of [0, 0.5]) {
    const holding = intervals(truth).filter(({ low, high }) => low <= truth && truth <= high);
    expect(holding.length / 400).toBeGreaterThan(0.88);
  }
});

it('a clear rise is distinguished from none', () => {
  expect(intervals(0.5).filter(({ low }) => low > 0).length / 400).toBeGreaterThan(0.9);
});

it('a straight line has an interval of width zero', () => {
  const line = x.map((i) => 3 * i);
  for (const value of Object.values(slopeOf(x, line))) expect(value).toBeCloseTo(3, 6);
});
