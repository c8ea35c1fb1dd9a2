import { Command, type Spike as KernelSpike, Measure, PartKind } from '@rtprobe/abi';
import { describe, expect, it } from 'vitest';
import { factsText, irqLines, pciLine } from '../devices/testing.ts';
import { type Dump, emptyDump } from '../netlink/dumps.ts';
import { HostState } from './host-state.ts';
import { COMPLETE_MAX, SPIKES_MAX } from './spike-list.ts';

const spike = (id: number): KernelSpike => ({
  id: BigInt(id),
  ...{ time: BigInt(id), valueNs: 1n, measure: Measure.timerLatency },
});
const dump = (...ids: number[]): Dump => ({ ...emptyDump(Command.getSpikes), spikes: ids.map(spike) });

function host(): HostState {
  return new HostState(
    () => 'a',
    (code, detail) => expect.unreachable(`${code}: ${detail}`),
  );
}
const held = (state: HostState) => state.spikes.all.map((s) => Number(s.monoNs));

describe('the spikes of a host', () => {
  it('are listed once, whether they arrived as an event or in a dump', () => {
    const state = host();
    expect(state.applySpike(spike(1))).toBeDefined();
    expect(state.applySpike(spike(1))).toBeUndefined();
    state.applySpikes(dump(1, 2));
    expect(held(state)).toEqual([1, 2]);
  });

  it('keep the time at which they were shown when the clock is set', () => {
    const state = host();
    state.applyInfo({ instance: 1n, realtimeOffset: 9_000_000n });
    state.applySpikes(dump(1));
    const [shown] = state.spikes.all;
    state.applyInfo({ instance: 1n, realtimeOffset: 1_000_000n });
    state.applySpikes(dump(1, 2));
    expect(state.spikes.all.map(({ time }) => time)).toEqual([shown!.time, 1000]);
  });

  it('keep their devices when the line gets another one', () => {
    const state = host();
    const facts = (slot: string) =>
      factsText([
        ...irqLines(24, 'IO-APIC', 'edu'),
        ...irqLines(25, 'IO-APIC', 'edu'),
        pciLine(slot, '1234:11e8', 'irq=24', 'driver=edu'),
      ]);
    const read = (slot: string) => state.devices.add(new TextEncoder().encode(facts(slot)), 1);
    const part = [24, 25].map((number) => ({
      ...{ kind: PartKind.hardirq, number, name: 'edu', durationNs: 1n, count: 1 },
    }));
    const kernel = { ...spike(1), valueNs: 900n, part };
    read('04');
    state.applySpike(kernel);
    read('05');
    const device = { address: '0000:00:04.0' };
    const expected = { device, parts: [{ number: 24, device }, { number: 25 }] };
    expect(state.wholeSpike(state.spikes.get(1n)!)).toMatchObject(expected);
    expect(state.applyWholeSpike(kernel)).toMatchObject(expected);
    state.applySpikes({ ...emptyDump(Command.getSpikes), spikes: [kernel] });
    expect(state.spikes.all).toMatchObject([expected]);
    expect(state.incidents.all).toMatchObject([{ device }]);
  });

  it('that the module could not store remain, because only their event exists', () => {
    const state = host();
    for (const id of [1, 2, 3]) state.applySpike(spike(id));
    state.markSpikesRequested();
    state.applySpikes(dump(1, 2));
    expect(held(state)).toEqual([1, 2, 3]);
  });

  it('are removed when the list was cleared, except those that arrived since', () => {
    const state = host();
    for (const id of [1, 2]) state.applySpike(spike(id));
    state.markSpikesRequested();
    state.applySpike(spike(3));
    state.applySpikes(dump());
    expect(held(state)).toEqual([3]);
  });

  it('are limited: the newest are kept and the others counted', () => {
    const state = host();
    for (let id = 1; id <= SPIKES_MAX + 5; id++) state.applySpike(spike(id));
    expect(held(state)).toHaveLength(SPIKES_MAX);
    expect(held(state)[0]).toBe(6);
    expect(state.spikes.dropped).toBe(5);
  });

  it('keep the lists of the newest only, and everything that was reported without lists', () => {
    const state = host();
    const file = [{ fd: 3, path: '/dev/vda' }];
    for (let id = 1; id <= COMPLETE_MAX + 2; id++) {
      state.applySpike({ ...spike(id), process: { exe: '/usr/bin/fio' } });
      state.applyWholeSpike({ ...spike(id), process: { exe: '/usr/bin/fio', file } });
    }
    const processOf = (id: number) => state.wholeSpike(state.spikes.get(BigInt(id))!).process;
    expect(processOf(2)).toEqual({ exe: '/usr/bin/fio', exited: false, lockEvidence: 'none' });
    expect(state.spikes.get(2n)!.whole).toBe(false);
    expect(processOf(3)).toMatchObject({ files: file });
    expect(state.spikes.all.some((s) => s.process?.files)).toBe(false);
  });

  it('ignore the record of a spike that is not listed', () => {
    expect(host().applyWholeSpike(spike(5))).toBeUndefined();
  });
});
