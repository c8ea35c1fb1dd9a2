import type { Spike } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { RANGE_MIN_US } from '../address/view.ts';
import type { Session } from '../session/session.ts';
import type { Host } from '../stream/host.ts';
import { fitRange, rightEdge, zoomRange } from './time-window.ts';

const S = 1e6;

describe('the right edge of a live chart', () => {
  const edge = (time: number, spikes: readonly number[]): number => {
    const all = spikes.map((at) => ({ time: at }) as Spike);
    const host = { name: 'lab', time, info: { state: 'live' }, spikes: { all } } as unknown as Host;
    const state = { frozen: undefined, view: { range: undefined }, link: { state: 'open' } };
    return rightEdge({ host, state, receivedAt: new Map() } as unknown as Session);
  };

  it('is the newest frame, or a spike that came before the frame of its time', () => {
    expect(edge(100 * S, [])).toBe(100 * S);
    expect(edge(100 * S, [90 * S])).toBe(100 * S);
    expect(edge(100 * S, [90 * S, 100.1 * S])).toBe(100.1 * S);
  });

  it('does not follow a clock that leaps ahead', () => {
    expect(edge(100 * S, [200 * S])).toBe(100 * S);
  });
});

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
