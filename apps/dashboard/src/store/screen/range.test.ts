import { describe, expect, it } from 'vitest';
import { RANGE_MIN_US } from '../address/view.ts';
import { fitRange, zoomRange } from './range.ts';

const S = 1e6;

describe('a stretch of time', () => {
  it('never ends after the newest data and keeps its length there', () => {
    expect(fitRange({ from: 950 * S, to: 1050 * S }, 0, 1000 * S)).toEqual({ from: 900 * S, to: 1000 * S });
  });

  it('does not leave the run behind', () => {
    const { from, to } = fitRange({ from: -900 * S, to: -800 * S }, 0, 1000 * S);
    expect(to - from).toBe(100 * S);
    expect(to).toBeGreaterThan(0);
  });

  it('is neither too short to show anything nor much longer than the run', () => {
    const short = fitRange({ from: 10 * S, to: 10 * S + 5 }, 0, 1000 * S);
    expect(short.to - short.from).toBe(RANGE_MIN_US);
    const long = fitRange({ from: -1e12, to: 1e12 }, 0, 1000 * S);
    expect(long.to - long.from).toBeCloseTo(1100 * S);
  });

  it('is zoomed about the moment under the pointer, which stays where it is', () => {
    const { from, to } = zoomRange({ from: 0, to: 100 * S }, 0.5, 20 * S);
    expect([from, to]).toEqual([10 * S, 60 * S]);
    expect((20 * S - from) / (to - from)).toBeCloseTo(0.2);
  });
});
