// Builds traces for tests, event by event, with the names of kmod/uapi/rtprobe.yaml.
import { TRACE_EVENTS, type Trace, type TraceCpu, type TraceEventKind } from '@rtprobe/protocol';

interface EventWords {
  number?: number;
  pid?: number;
  pid2?: number;
  arg?: number;
}

export class CpuBuilder {
  readonly cpu: TraceCpu;

  constructor(cpu: number, fromNs: number, toNs: number, current?: number) {
    this.cpu = {
      ...{
        cpu,
        fromNs,
        toNs,
        overwritten: false,
        time: [],
        kind: [],
        number: [],
        pid: [],
        pid2: [],
        arg: [],
      },
      ...(current !== undefined && { current }),
    };
  }

  add(at: number, kind: TraceEventKind, words: EventWords = {}): this {
    this.cpu.time.push(at);
    this.cpu.kind.push(TRACE_EVENTS.indexOf(kind));
    for (const column of ['number', 'pid', 'pid2', 'arg'] as const) this.cpu[column].push(words[column] ?? 0);
    return this;
  }

  irq(from: number, to: number, number: number): this {
    return this.add(from, 'hardirq_entry', { number }).add(to, 'hardirq_exit', { number, arg: 1 });
  }

  switch(at: number, previous: number, next: number): this {
    return this.add(at, 'switch', { pid: next, pid2: previous });
  }
}

export function buildTrace(cpus: CpuBuilder[], change: Partial<Trace> = {}): Trace {
  const task = (comm: string, priority = 0) => ({
    ...{ comm, policy: priority ? 'SCHED_FIFO' : 'SCHED_OTHER', priority, kthread: comm.startsWith('irq/') },
  });
  return {
    spike: '7-1',
    originNs: '5000000000',
    windowFromNs: 0,
    windowToNs: Math.max(...cpus.map((c) => c.cpu.toNs)),
    cpus: cpus.map((c) => c.cpu),
    tasks: {
      2: task('cyclictest', 90),
      3: task('kworker/1:1'),
      4: task('irq/36-virtio1', 50),
      5: task('fio'),
    },
    names: { 'irq 36': 'virtio1-req.0', 'irq 24': 'rtprobe-edu' },
    ...change,
  };
}
