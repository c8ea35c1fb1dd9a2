import { describe, expect, it } from 'vitest';
import { SPIKES_MAX, SpikeList } from './spike-list.ts';
import { spike } from './test-spike.ts';

describe('the list of spikes', () => {
  it('holds each once, in order of time, whatever order they come in', () => {
    const [a, b, c] = [spike(), spike(), spike()];
    const list = new SpikeList();
    expect([list.add(b), list.add(a), list.add(b)]).toEqual([true, true, false]);
    list.merge([a, b, c]);
    expect(list.all).toEqual([a, b, c]);
  });

  it('is bounded and counts what it forgot', () => {
    const list = new SpikeList();
    for (let i = 0; i < SPIKES_MAX + 5; i++) list.add(spike());
    expect([list.all.length, list.forgotten]).toEqual([SPIKES_MAX, 5]);
  });
});
