// Details of a synthetic spike beyond the live event: parts, processes, the flight recorder's slice. Made up, but they
// add up as the module's would.
import {
  type Spike,
  type SpikePart,
  TRACE_EVENTS,
  type Trace,
  type TraceCpu,
  type TraceEventKind,
} from '@rtprobe/protocol';

const BEFORE = 0.5;
const AFTER = 0.4;

class Cpu {
  readonly cpu: TraceCpu;

  constructor(cpu: number, fromNs: number, toNs: number, current: number) {
    const empty = { time: [], kind: [], number: [], pid: [], pid2: [], arg: [] };
    this.cpu = {
      ...{ cpu, fromNs: Math.round(fromNs), toNs: Math.round(toNs), overwritten: false, current },
      ...empty,
    };
  }

  add(
    at: number,
    kind: TraceEventKind,
    words: { number?: number; pid?: number; pid2?: number; arg?: number } = {},
  ): this {
    this.cpu.time.push(Math.round(at));
    this.cpu.kind.push(TRACE_EVENTS.indexOf(kind));
    for (const column of ['number', 'pid', 'pid2', 'arg'] as const) this.cpu[column].push(words[column] ?? 0);
    return this;
  }

  tick(at: number, length: number): this {
    return this.add(at, 'vector_entry').add(at + length, 'vector_exit');
  }
}

/** Returns parts in ns that add up to the value: the main cause, a softirq after it, the local timer, the rest. */
function partsOf(spike: Spike): SpikePart[] {
  const { cause, valueNs } = spike;
  const held = Math.min(cause?.durationNs ?? 0, valueNs);
  const rest = valueNs - held;
  const part = (
    kind: SpikePart['kind'],
    label: string,
    durationNs: number,
    name = '',
    number = 0,
  ): SpikePart => ({
    ...{ kind, number, name, label, durationNs, count: 1 },
  });
  const parts = [
    ...(cause ? [part('hardirq', cause.label, held, cause.name, cause.number)] : []),
    part('softirq', 'BLOCK', Math.round(rest * 0.4), '', 4),
    {
      ...part('irqs_off', `interrupts disabled in ${spike.task.comm}`, Math.round(rest * 0.3)),
      pid: spike.task.pid,
    },
  ];
  const known = parts.reduce((sum, each) => sum + each.durationNs, 0);
  return [...parts, part('unaccounted', 'unaccounted', valueNs - known)].sort(
    (a, b) => b.durationNs - a.durationNs,
  );
}

export function syntheticDetails(spike: Spike): Spike {
  if (spike.measure !== 'timer_latency') return spike;
  return {
    ...spike,
    parts: partsOf(spike),
    registers: ['rip=ffffffff81000000', 'rsp=ffffc90000000000'],
    process: {
      ...{
        exe: `/usr/bin/${spike.task.comm}`,
        cmdline: `${spike.task.comm} --synthetic`,
        uid: 1000,
        exited: false,
      },
      ...{ fileCount: 9, lockEvidence: 'contention' as const },
      locks: [{ name: 'blk_mq_dispatch_rq_list', address: '3', waitNs: 12_400 }],
      files: [0, 3, 4].map((fd) => ({ fd, path: fd === 0 ? '/dev/null' : `/srv/data/seq.${fd}.0` })),
      sockets: [
        {
          ...{ fd: 5, family: 'AF_INET', type: 'SOCK_STREAM', protocol: 'tcp', state: 'ESTABLISHED' },
          ...{ local: '127.0.0.1:8765', remote: '127.0.0.1:49112' },
        },
      ],
    },
    traced: true,
  };
}

/** Returns the slice of a timer spike; undefined for others. */
export function syntheticTrace(spike: Spike): Trace | undefined {
  if (spike.measure !== 'timer_latency') return undefined;
  const value = spike.valueNs;
  const end = value * (1 + AFTER);
  const irq = spike.cause?.number ?? 36;
  const held = spike.cause?.durationNs ?? 0;
  const { pid, comm, kthread } = spike.task;
  const rest = value - held;
  const own = new Cpu(spike.cpu, -value * BEFORE, end, 0)
    .tick(-value * 0.4, value * 0.004)
    .add(-value * 0.3, 'waking', { pid, pid2: 0, number: spike.cpu })
    .add(-value * 0.29, 'switch', { pid, pid2: 0 });
  if (held > 0)
    own
      .add(0, 'hardirq_entry', { number: irq })
      .add(held * 0.5, 'softirq_raise', { number: 4 })
      .add(held, 'hardirq_exit', { number: irq, arg: 1 });
  own
    .add(held + rest * 0.02, 'softirq_entry', { number: 4 })
    .add(held + rest * 0.42, 'softirq_exit', { number: 4 })
    .add(value * 0.995, 'irqs_off', { arg: Math.round(rest * 0.3) })
    .add(value * 0.997, 'vector_entry')
    .add(value, 'timer_expiry', { arg: value })
    .add(value, 'spike', { arg: value, number: 2 })
    .add(value * 1.004, 'vector_exit')
    .tick(value * 1.25, value * 0.003);
  const cpus = [own.cpu];
  if (spike.cpu !== 0) {
    const other = new Cpu(0, -value * BEFORE, end, 0);
    for (let i = 1; i < 9; i++) other.tick(value * (i / 8 - 0.4), value * 0.003);
    other.add(value * 0.9, 'switch', { pid: 900, pid2: 0 }).add(value * 1.1, 'switch', { pid: 0, pid2: 900 });
    cpus.push(other.cpu);
  }
  return {
    ...{ spike: spike.id, originNs: spike.monoNs, windowFromNs: 0, windowToNs: value, cpus },
    tasks: {
      [pid]: { comm, policy: 'SCHED_OTHER', priority: 0, kthread },
      900: { comm: 'kworker/0:1', policy: 'SCHED_OTHER', priority: 0, kthread: true },
    },
    names: spike.cause ? { [spike.cause.label]: spike.cause.name } : {},
  };
}
