import type { HostInfo, Spike } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { readFrozen, readLive } from '../reading/read-host.ts';
import { Host } from '../stream/host.ts';
import { worstOf } from './worst.ts';

function hostWith(maxNs: number, thresholdNs: number): Host {
  const info: HostInfo = {
    host: 'h',
    index: 0,
    state: 'live',
    since: 0,
    history: false,
    config: { measures: ['timer_latency'], periodNs: 1e6, thresholdNs, intervalNs: 1e8 },
  };
  const host = new Host(info);
  const timer = { id: 0, measure: 'timer_latency', number: 0, name: '', label: 'timer' } as const;
  host.setSources([{ ...timer, threaded: false, retired: false }], [{ row: 0, source: 0, cpu: 3 }]);
  const { total } = host.series('timer_latency', -1)!;
  total.count = 10;
  total.max = maxNs;
  return host;
}

function spike(valueNs: number, id = 's'): Spike {
  return { id, measure: 'timer_latency', valueNs, cpu: 3, time: 77 } as Spike;
}

describe('the worst value', () => {
  it('has the spike with exactly its value', () => {
    const host = hostWith(412_345, 250_000);
    host.spikes.merge([spike(412_344, 'near'), spike(412_345, 'it')]);
    const worst = worstOf(readLive(host), 'timer_latency', -1)!;
    expect([worst.ns, worst.spike?.id, worst.cpu, worst.at]).toEqual([412_345, 'it', 3, 77]);
  });

  it('without a spike of exactly its value has the reason and no cause', () => {
    const host = hostWith(412_345, 250_000);
    host.spikes.add(spike(412_344));
    expect(worstOf(readLive(host), 'timer_latency', -1)!.without).toBe('verdict.notHeld');
    expect(worstOf(readLive(hostWith(9000, 250_000)), 'timer_latency', -1)!.without).toBe('verdict.under');
    expect(worstOf(readLive(hostWith(9000, 0)), 'timer_latency', -1)!.without).toBe('verdict.noThreshold');
  });

  it('does not exist before the first value', () => {
    const host = hostWith(0, 0);
    host.series('timer_latency', -1)!.total.count = 0;
    expect(worstOf(readLive(host), 'timer_latency', -1)).toBeUndefined();
  });
});

it('a frozen reading does not change while the host receives data', () => {
  const host = hostWith(5000, 250_000);
  const frozen = readFrozen(host);
  host.series('timer_latency', -1)!.total.max = 9_000_000;
  host.spikes.add(spike(9_000_000));
  expect(worstOf(frozen, 'timer_latency', -1)!.ns).toBe(5000);
  expect(frozen.spikes).toHaveLength(0);
  expect(worstOf(readLive(host), 'timer_latency', -1)!.ns).toBe(9_000_000);
});
