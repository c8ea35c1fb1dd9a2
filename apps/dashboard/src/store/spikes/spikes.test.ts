import type { Spike } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { groupByCause, pairSpikes, SPIKES_MAX, SpikeList } from './spikes.ts';

let next = 0;

function spike(change: Partial<Spike> & { comm?: string } = {}): Spike {
  const { comm = 'fio', ...rest } = change;
  next++;
  return {
    id: `s${next}`,
    host: 'h',
    time: next * 1_000_000,
    monoNs: '1',
    measure: 'hardirq_duration',
    valueNs: 300_000,
    thresholdNs: 250_000,
    cpu: 1,
    number: 36,
    name: 'disk',
    label: 'irq 36',
    mode: 'user',
    task: {
      pid: 1,
      tgid: 1,
      startNs: '1',
      comm,
      policy: 'SCHED_OTHER',
      priority: 0,
      nice: 0,
      kthread: false,
    },
    stack: [],
    sentence: '',
    culprit: 'irq 36 disk',
    ...rest,
  };
}

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

describe('causes', () => {
  it('are listed worst first with count, last time and whom they interrupted most', () => {
    const spikes = [
      spike({ culprit: 'a', valueNs: 5, comm: 'x' }),
      spike({ culprit: 'b', valueNs: 9, comm: 'y' }),
      spike({ culprit: 'a', valueNs: 7, comm: 'z' }),
      spike({ culprit: 'a', valueNs: 6, comm: 'z' }),
    ];
    const [first, second] = groupByCause(spikes);
    expect([first!.cause, first!.count]).toEqual(['b', 1]);
    expect([second!.cause, second!.count, second!.worst.valueNs, second!.last]).toEqual([
      'a',
      3,
      7,
      spikes[3],
    ]);
    expect(second!.victims).toEqual([
      { comm: 'z', count: 2 },
      { comm: 'x', count: 1 },
    ]);
  });
});

describe('the two captures of one event', () => {
  const handler = spike({ valueNs: 400_000, time: 50_000_000 });
  const cause = {
    measure: 'hardirq_duration' as const,
    number: 36,
    name: 'disk',
    label: 'irq 36',
    durationNs: 400_000,
  };
  const timer = spike({ measure: 'timer_latency', valueNs: 430_000, time: 50_000_030, number: 0, cause });

  it('are shown as one, the late timer first', () => {
    expect(pairSpikes([handler, timer])).toEqual([{ spike: timer, handler }]);
  });

  it('stay apart on another CPU, at another time or with another duration', () => {
    for (const change of [{ cpu: 0 }, { time: 51_000_000 }, { valueNs: 399_999 }]) {
      expect(pairSpikes([{ ...handler, ...change }, timer])).toHaveLength(2);
    }
  });

  it('never share a handler between two timers', () => {
    const second = { ...timer, id: 'second' };
    const entries = pairSpikes([handler, timer, second]);
    expect(entries.filter((e) => e.handler !== undefined)).toHaveLength(1);
    expect(entries).toHaveLength(2);
  });
});
