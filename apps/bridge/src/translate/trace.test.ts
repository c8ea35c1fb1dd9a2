import { type Trace as KernelTrace, Measure } from '@rtprobe/abi';
import { describe, expect, it } from 'vitest';
import { kernelTrace } from '../../tests/kernel-trace.ts';
import { toTrace } from './trace.ts';

const spike = { id: 1n, time: 1_400_000n, valueNs: 350_000n, measure: Measure.wakeupLatency };
const naming = { id: '7-1', spike, sources: new Map() };

function read(messages: readonly KernelTrace[]) {
  const faults: string[] = [];
  const trace = toTrace(messages, naming, (detail) => faults.push(detail));
  return { trace, faults };
}

describe('a trace of the kernel', () => {
  it('begins at its earliest CPU, and knows the window of its spike in its own time', () => {
    const other: KernelTrace = { cpu: 0, from: 900_000n, to: 1_500_000n, overwritten: 1 };
    const { trace, faults } = read([...kernelTrace(1_000_000n), other]);
    expect(faults).toEqual([]);
    expect(trace).toMatchObject({ originNs: '900000', windowFromNs: 150_000, windowToNs: 500_000 });
    expect(trace!.cpus).toMatchObject([
      { cpu: 1, fromNs: 100_000, toNs: 600_000, overwritten: false, current: 5 },
      { cpu: 0, fromNs: 0, toNs: 600_000, overwritten: true, time: [] },
    ]);
    expect(trace!.cpus[0]!.time).toEqual([105_000, 110_000, 485_003, 485_500, 500_001]);
  });

  it('may have events beside the header of their CPU', () => {
    const [header, events] = kernelTrace(1_000_000n);
    expect(read([{ ...events, ...header }]).trace!.cpus[0]!.time).toHaveLength(3);
  });

  it('numbers locks, whose addresses no double holds, and names those that are not known by address', () => {
    const { trace } = read(kernelTrace(0n));
    expect(trace!.cpus[0]!.arg[0]).toBe(1);
    expect(trace!.names).toEqual({ 'lock 1': 'lock 0xffff888000001234' });
  });

  it('names functions by their place in the list', () => {
    const { trace } = read([...kernelTrace(0n), { function: ['scan', 'poll [drv]'] }]);
    expect(trace!.names).toMatchObject({ 'function 1': 'scan', 'function 2': 'poll [drv]' });
  });

  it('names markers of programs by their place in the list', () => {
    const { trace } = read([...kernelTrace(0n), { marker: ['cycle 7', 'done'] }]);
    expect(trace!.names).toMatchObject({ 'marker 1': 'cycle 7', 'marker 2': 'done' });
  });

  it('is read without the messages that make no sense, and each is told', () => {
    const [header, events, more, tasks] = kernelTrace(1_000_000n);
    const { trace, faults } = read([
      ...[header!, events!, { cpu: 1, events: new Uint8Array(31) }, { cpu: 7, events: more!.events! }],
      ...[{ cpu: 3, from: 2n, to: 1n }, tasks!],
    ]);
    expect(faults).toHaveLength(3);
    expect(trace!.cpus).toHaveLength(1);
    expect(trace!.tasks[5]).toEqual({ comm: 'fio', policy: '', priority: 0, kthread: false });
  });

  it('of no CPU is none', () => {
    expect(read([{ task: [{ pid: 1, comm: 'init' }] }]).trace).toBeUndefined();
  });
});
