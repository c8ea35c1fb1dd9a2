// A trace as the kernel dumps it: irq 24 interrupts fio until cyclictest runs.
import { TRACE_EVENT_LEN, type Trace, TraceEvent } from '@rtprobe/abi';

interface Words {
  number?: number;
  pid?: number;
  pid2?: number;
  arg?: bigint;
}

function encode(cpu: number, events: readonly (readonly [bigint, number, Words])[]): Uint8Array {
  const bytes = new Uint8Array(events.length * TRACE_EVENT_LEN);
  const view = new DataView(bytes.buffer);
  events.forEach(([time, kind, { number = 0, pid = 0, pid2 = 0, arg = 0n }], i) => {
    const at = i * TRACE_EVENT_LEN;
    view.setBigUint64(at, time, true);
    view.setUint16(at + 8, kind, true);
    view.setUint16(at + 10, cpu, true);
    view.setUint32(at + 12, number, true);
    view.setUint32(at + 16, pid, true);
    view.setUint32(at + 20, pid2, true);
    view.setBigUint64(at + 24, arg, true);
  });
  return bytes;
}

/** Returns events of CPU 1 from a time on, in two messages; source 2 is irq 24. */
export function kernelTrace(from: bigint): Trace[] {
  const lock = 0xffff_8880_0000_1234n;
  const first = encode(1, [
    [from + 5_000n, TraceEvent.contentionBegin, { arg: lock }],
    [from + 10_000n, TraceEvent.hardirqEntry, { number: 24, arg: 2n }],
    [from + 385_003n, TraceEvent.hardirqExit, { number: 24, arg: 1n }],
  ]);
  const second = encode(1, [
    [from + 385_500n, TraceEvent.waking, { pid: 2, pid2: 5, number: 1 }],
    [from + 400_001n, TraceEvent.switch, { pid: 2, pid2: 5 }],
  ]);
  return [
    { cpu: 1, from, to: from + 500_000n, overwritten: 0, current: 5 },
    { cpu: 1, events: first },
    { cpu: 1, events: second },
    {
      task: [
        { pid: 2, comm: 'cyclictest', policy: 1, priority: 90 },
        { pid: 5, comm: 'fio' },
      ],
    },
  ];
}
