import { describe, expect, it } from 'vitest';
import { spike } from '../stream/test-spike.ts';
import { pairSpikes } from './spike-pairs.ts';

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
