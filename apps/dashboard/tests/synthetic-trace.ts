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
import { explain } from '../../bridge/src/explain/sentence.ts';

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
    ...(cause
      ? [
          {
            ...part('hardirq', cause.label, held, cause.name, cause.number),
            ...(spike.device && { device: spike.device }),
          },
        ]
      : []),
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

/** Returns the slice of a timer or wakeup spike; undefined for others. */
export function syntheticTrace(spike: Spike): Trace | undefined {
  if (spike.measure === 'wakeup_latency') return wakeupTrace(spike);
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

const KWORKER = 900;
const POLL = 901;
/** Pids of the tasks that CPU 0 wakes one after the other. */
const SHORT = [910, 911, 912];

/**
 * A disk interrupt on CPU 0 raises a softirq, which queues a work item, whose worker wakes the victim on the spike's CPU, where
 * another task runs on, where the timer samples it. CPU 2 has only timer samples, and CPU 3 nothing.
 */
function wakeupTrace({ id, monoNs, valueNs: value, cpu, victim, task }: Spike): Trace {
  const pid = victim!.pid;
  const [from, to] = [-value * 1.2, value * 1.6];
  const sleeps = { number: 1 };
  const disk = new Cpu(0, from, to, 0)
    .add(-value * 0.5, 'hardirq_entry', { number: 36 })
    .add(-value * 0.46, 'softirq_raise', { number: 4 })
    .add(-value * 0.44, 'hardirq_exit', { number: 36, arg: 1 })
    .add(-value * 0.42, 'softirq_entry', { number: 4 })
    .add(-value * 0.38, 'send', { number: 0, arg: 2, pid2: 1 })
    .add(-value * 0.36, 'waking', { pid: KWORKER, number: 0 })
    .add(-value * 0.34, 'softirq_exit', { number: 4 })
    .add(-value * 0.25, 'switch', { pid: KWORKER, pid2: 0 })
    .add(-value * 0.22, 'callback_entry', { number: 3, arg: 2, pid2: 1 })
    .add(0, 'waking', { pid, pid2: KWORKER, number: cpu })
    .add(value * 0.1, 'callback_exit', { number: 3 })
    .add(value * 0.15, 'switch', { pid: 0, pid2: KWORKER, ...sleeps });
  for (const [i, short] of SHORT.entries()) {
    const at = value * (0.3 + i * 0.25);
    if (i === 1) disk.add(at - value * 0.05, 'send', { number: cpu, arg: 5, pid2: 2 });
    disk
      .add(at, 'vector_entry')
      .add(at + value * 0.01, 'callback_entry', { number: 1, arg: 3 })
      .add(at + value * 0.03, 'waking', { pid: short, number: 0 })
      .add(at + value * 0.05, 'callback_exit', { number: 1 })
      .add(at + value * 0.06, 'vector_exit')
      .add(at + value * 0.08, 'switch', { pid: short, pid2: 0 })
      .add(at + value * 0.12, 'waking', { pid: POLL, pid2: short, number: cpu })
      .add(at + value * 0.16, 'switch', { pid: 0, pid2: short, ...sleeps });
  }
  const late = new Cpu(cpu, from, to, task.pid);
  for (let i = 0; i < 8; i++) {
    const at = value * (i * 0.25 - 0.7);
    late
      .add(at, 'vector_entry')
      .add(at + value * 0.005, 'callback_entry', { number: 1, arg: 1 })
      .add(at + value * 0.02, 'callback_exit', { number: 1 })
      .add(at + value * 0.022, 'softirq_raise', { number: 1 })
      .add(at + value * 0.025, 'vector_exit')
      .add(at + value * 0.03, 'softirq_entry', { number: 1 })
      .add(at + value * 0.04, 'softirq_exit', { number: 1 });
    // The timer of the probe: it finds the task that runs on.
    late
      .add(at + value * 0.004, 'sample', { number: i === 5 ? 1 : 0, arg: 4 })
      .add(at + value * 0.004, 'timer_expiry');
    if (i === 3)
      late.add(value, 'switch', { pid, pid2: task.pid }).add(value * 1.001, 'spike', { arg: value });
  }
  late
    .add(value * 0.61, 'vector_entry', { number: 3 })
    .add(value * 0.62, 'callback_entry', { number: 5, arg: 5, pid2: 2 })
    .add(value * 0.66, 'callback_exit', { number: 5 })
    .add(value * 0.67, 'vector_exit', { number: 3 })
    .add(value * 1.05, 'marker', { pid, number: 1 })
    .add(value * 1.25, 'marker', { pid, number: 2 })
    .add(value * 1.3, 'switch', { pid: POLL, pid2: pid, ...sleeps })
    .add(value * 1.4, 'switch', { pid: task.pid, pid2: POLL, ...sleeps });
  const sampled = new Cpu(2, from, to, 0);
  for (let i = 0; i < 10; i++) {
    const at = value * (i * 0.25 - 1);
    sampled
      .add(at, 'vector_entry')
      .add(at + value * 0.004, 'timer_expiry')
      .add(at + value * 0.006, 'vector_exit');
  }
  const named = (comm: string, priority = 0) => ({
    ...{ comm, policy: priority ? 'SCHED_FIFO' : 'SCHED_OTHER', priority, kthread: comm.startsWith('k') },
  });
  return {
    ...{ spike: id, originNs: monoNs, windowFromNs: 0, windowToNs: value },
    cpus: [inOrder(late.cpu), disk.cpu, sampled.cpu, new Cpu(3, from, to, 0).cpu],
    tasks: {
      [pid]: named(victim!.comm, 90),
      [task.pid]: named(task.comm),
      [KWORKER]: named('kworker/0:1'),
      [POLL]: named('poll'),
      ...Object.fromEntries(SHORT.map((short, i) => [short, named(`reader-${i}`)])),
    },
    names: {
      'irq 36': 'virtio1-req.0',
      'marker 1': 'cycle 1042',
      'marker 2': 'output written',
      'function 1': 'tick_nohz_handler',
      'function 2': 'blk_mq_requeue_work',
      'function 3': 'hrtimer_wakeup',
      'function 4': 'ext4_mb_regular_allocator [ext4]',
      'function 5': 'flush_tlb_func',
    },
  };
}

/** Sorts the events of a CPU by time. */
function inOrder(cpu: TraceCpu): TraceCpu {
  const order = cpu.time.map((_, i) => i).sort((a, b) => cpu.time[a]! - cpu.time[b]!);
  const sorted = (column: readonly number[]) => order.map((i) => column[i]!);
  return {
    ...{ ...cpu, time: sorted(cpu.time), kind: sorted(cpu.kind), number: sorted(cpu.number) },
    ...{ pid: sorted(cpu.pid), pid2: sorted(cpu.pid2), arg: sorted(cpu.arg) },
  };
}

/** The ids of such spikes are those of other spikes and this. */
const WOKEN = '-woken';
export const wokenId = ({ id }: Spike): string => `${id}${WOKEN}`;

/** Returns the id of the spike that was made. */
export const madeId = (id: string): string => (id.endsWith(WOKEN) ? id.slice(0, -WOKEN.length) : id);

/** Returns the spike of an id among those that were made, and the wakeup spike of the id that wokenId gives. */
export function spikeById(spikes: readonly Spike[], id: string): Spike | undefined {
  const found = spikes.find((spike) => spike.id === madeId(id));
  return found && id.endsWith(WOKEN) ? wakeupSpike(found) : found;
}

/** Returns a spike whose victim another CPU woke: its timeline has arrows between CPUs. */
function wakeupSpike(base: Spike): Spike {
  const victim = {
    ...base.task,
    pid: 812,
    tgid: 812,
    comm: 'cyclictest',
    policy: 'SCHED_FIFO',
    priority: 90,
  };
  const { cause: _, ...rest } = base;
  const spike: Spike = {
    ...rest,
    ...{ id: wokenId(base), measure: 'wakeup_latency', number: 0, name: victim.comm, label: victim.comm },
    ...{ cpu: 1, victim, valueNs: 412_000, traced: true },
  };
  return { ...spike, sentence: explain(spike, 'en'), zh: { sentence: explain(spike, 'zh') } };
}
