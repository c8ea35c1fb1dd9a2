import type { Spike } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { Address } from '../address/address.ts';
import type { Host } from '../stream/host.ts';
import { FrozenScreen } from './frozen-screen.ts';
import { TimeWindow } from './time-window.ts';

const S = 1e6;

describe('the right edge of a live chart', () => {
  const edge = (time: number, spikes: readonly number[]): number => {
    const all = spikes.map((at) => ({ time: at }) as Spike);
    const host = { name: 'lab', time, info: { state: 'live' }, spikes: { all } } as unknown as Host;
    const address = new Address('/');
    const screen = new FrozenScreen(() => host, address);
    return new TimeWindow({ host: () => host, address, screen, stored: undefined }).rightEdge();
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
