import { CALLBACKS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { type Arrow, arrowsOf, arrowsOfChain } from './arrows.ts';
import { chainOf } from './chain.ts';
import { buildTrace, CpuBuilder } from './testing.ts';
import { TraceIndex } from './trace-index.ts';

const short = ({ kind, from, to }: Arrow) =>
  `${from.slice.label} on ${from.slice.cpu} at ${from.atNs} ${kind} ${to.slice.label} on ${to.slice.cpu} at ${to.atNs}`;
const arrows = (...cpus: CpuBuilder[]) => arrowsOf(new TraceIndex(buildTrace(cpus))).arrows.map(short);
const sleeps = { number: 1 };

describe('the arrows of a trace', () => {
  it('lead from the waker on its CPU to the first run of the task on its own', () => {
    const disk = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(120, 'waking', { pid: 4, pid2: 5, number: 1 })
      .add(130, 'hardirq_exit', { number: 36 });
    const other = new CpuBuilder(1, 0, 1000, 5).switch(300, 5, 4).switch(400, 4, 5).switch(500, 5, 4);
    expect(arrows(disk, other)).toEqual(['irq 36 on 0 at 120 woke irq/36-virtio1/4 on 1 at 300']);
  });

  it('lead from the raise of a softirq to its run, from the first raise if there are several', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(110, 'softirq_raise', { number: 4 })
      .add(120, 'softirq_raise', { number: 4 })
      .add(130, 'hardirq_exit', { number: 36 })
      .add(140, 'softirq_entry', { number: 4 })
      .add(150, 'softirq_raise', { number: 4 })
      .add(160, 'softirq_exit', { number: 4 })
      .add(170, 'softirq_entry', { number: 4 })
      .add(180, 'softirq_exit', { number: 4 });
    expect(arrows(cpu)).toEqual([
      'irq 36 on 0 at 110 raised BLOCK on 0 at 140',
      'BLOCK on 0 at 150 raised BLOCK on 0 at 170',
    ]);
  });

  it('have none for a softirq whose raise could belong to a run before that has no entry', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'softirq_raise', { number: 4 })
      .add(200, 'softirq_exit', { number: 4 })
      .add(300, 'softirq_entry', { number: 4 })
      .add(400, 'softirq_exit', { number: 4 });
    expect(arrows(cpu)).toEqual([]);
  });

  it('have none for a task that was woken before it slept, and was only preempted', () => {
    const waker = new CpuBuilder(0, 0, 1000, 5).add(100, 'waking', { pid: 2, pid2: 5, number: 1 });
    const preempted = new CpuBuilder(1, 0, 1000, 2).switch(200, 2, 3).switch(300, 3, 2);
    expect(arrows(waker, preempted)).toEqual([]);
  });

  it('lead from the last waking of a task that slept in between', () => {
    const waker = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'waking', { pid: 2, pid2: 5, number: 1 })
      .add(250, 'waking', { pid: 2, pid2: 5, number: 1 });
    const slept = new CpuBuilder(1, 0, 1000, 2)
      .add(200, 'switch', { pid: 3, pid2: 2, ...sleeps })
      .switch(300, 3, 2);
    expect(arrows(waker, slept)).toEqual(['fio/5 on 0 at 250 woke cyclictest/2 on 1 at 300']);
  });

  it('have none where a CPU lost events in which the task may have run', () => {
    const waker = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'waking', { pid: 2, pid2: 5, number: 1 })
      .add(600, 'waking', { pid: 3, pid2: 5, number: 1 });
    const lost = new CpuBuilder(1, 500, 1000, 5).switch(550, 5, 2).switch(700, 2, 3);
    const whole = ['fio/5 on 0 at 100 woke cyclictest/2 on 1 at 550'];
    const kept = ['fio/5 on 0 at 600 woke kworker/1:1/3 on 1 at 700'];
    expect(arrows(waker, lost)).toEqual([...whole, ...kept]);
    lost.cpu.overwritten = true;
    expect(arrows(waker, lost)).toEqual(kept);
  });

  it('have none for a task that moved to another CPU before it ran', () => {
    const waker = new CpuBuilder(0, 0, 1000, 5).add(100, 'waking', { pid: 2, pid2: 5, number: 3 });
    expect(arrows(waker, new CpuBuilder(1, 0, 1000, 5).switch(300, 5, 2))).toEqual([]);
  });

  it('have none for a task whose sleep is not in the trace', () => {
    const waker = new CpuBuilder(0, 0, 1000, 5).add(200, 'waking', { pid: 2, pid2: 5, number: 1 });
    const ends = new CpuBuilder(3, 0, 150, 5).switch(150, 5, 2);
    expect(arrows(waker, ends, new CpuBuilder(1, 0, 1000, 5).switch(300, 5, 2))).toEqual([]);
  });

  it('have none for the first run of a softirq on a CPU whose earlier events were overwritten', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5)
      .add(110, 'softirq_raise', { number: 4 })
      .add(140, 'softirq_entry', { number: 4 })
      .add(160, 'softirq_exit', { number: 4 })
      .add(165, 'softirq_raise', { number: 4 })
      .add(170, 'softirq_entry', { number: 4 })
      .add(180, 'softirq_exit', { number: 4 });
    const [first, second] = arrows(cpu);
    expect(first).toBe('fio/5 on 0 at 110 raised BLOCK on 0 at 140');
    cpu.cpu.overwritten = true;
    expect(arrows(cpu)).toEqual([second]);
  });

  it('go from what asked for a function to its begin, if the trace proves that', () => {
    const asker = () => new CpuBuilder(0, 0, 1000, 5).add(100, 'send', { number: 1, arg: 1, pid2: 1 });
    const runs = (fromNs: number, cpu = 1, callback = CALLBACKS.indexOf('call') + 1) =>
      new CpuBuilder(cpu, fromNs, 1000, 3)
        .add(200, 'vector_entry', { number: 3 })
        .add(210, 'callback_entry', { number: callback, arg: 1, pid2: 1 })
        .add(290, 'callback_exit', { number: callback })
        .add(300, 'vector_exit', { number: 3 });
    expect(arrows(asker(), runs(0))).toEqual(['fio/5 on 0 at 100 asked CAL on 1 at 210']);
    // An earlier run can be missing.
    expect(arrows(asker(), runs(150))).toEqual([]);
    expect(arrows(asker(), runs(0, 2))).toEqual([]);
    // Another CPU can have armed a timer again.
    for (const timer of ['timer', 'hrtimer'] as const)
      expect(arrows(asker(), runs(0, 1, CALLBACKS.indexOf(timer) + 1))).toEqual([]);
  });

  it('go from stop_machine to its run on each CPU', () => {
    const asker = (number: number) =>
      new CpuBuilder(0, 0, 1000, 5).add(100, 'send', { number, arg: 1, pid2: 1 });
    const stopper = (cpu: number, kind = CALLBACKS.indexOf('stop') + 1) =>
      new CpuBuilder(cpu, 0, 1000, 9)
        .add(200 + cpu, 'callback_entry', { number: kind, arg: 1, pid2: 1 })
        .add(290, 'callback_exit', { number: kind });
    expect(arrows(asker(0xffffffff), stopper(1), stopper(2))).toEqual([
      'fio/5 on 0 at 100 asked pid 9 on 1 at 201',
      'fio/5 on 0 at 100 asked pid 9 on 2 at 202',
    ]);
    expect(arrows(asker(2), stopper(1), stopper(2))).toEqual(['fio/5 on 0 at 100 asked pid 9 on 2 at 202']);
    // Of a work item, another run took the request.
    expect(arrows(asker(2), stopper(1, 3), stopper(2, 3))).toEqual([]);
  });

  it('have none from a waker that is unknown', () => {
    const waker = new CpuBuilder(0, 0, 1000).add(100, 'waking', { pid: 2, pid2: 5, number: 1 });
    expect(arrows(waker, new CpuBuilder(1, 0, 1000, 5).switch(300, 5, 2))).toEqual([]);
  });

  it('are bounded; those near the window are kept', () => {
    const cpu = new CpuBuilder(0, 0, 1_000_000, 5);
    for (let i = 0; i < 9000; i++) {
      cpu.add(i * 100, 'softirq_raise', { number: 1 });
      cpu.add(i * 100 + 50, 'softirq_entry', { number: 1 }).add(i * 100 + 60, 'softirq_exit', { number: 1 });
    }
    const window = { windowFromNs: 899_000, windowToNs: 900_000 };
    const { arrows: kept, omitted } = arrowsOf(new TraceIndex(buildTrace([cpu], window)));
    expect([kept.length, omitted]).toEqual([8192, 808]);
    expect(kept[0]!.from.atNs).toBe(80_800);
    expect(kept.at(-1)!.from.atNs).toBe(899_900);
  });
});

describe('the arrows of the chain', () => {
  it('are those that led to the spike', () => {
    const disk = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(110, 'softirq_raise', { number: 4 })
      .add(130, 'hardirq_exit', { number: 36 })
      .add(140, 'softirq_entry', { number: 4 })
      .add(150, 'waking', { pid: 2, pid2: 5, number: 1 })
      .add(160, 'waking', { pid: 3, pid2: 5, number: 0 })
      .add(170, 'softirq_exit', { number: 4 })
      .switch(200, 5, 3);
    const here = new CpuBuilder(1, 0, 1000, 5).switch(500, 5, 2);
    const trace = buildTrace([disk, here], { windowFromNs: 150, windowToNs: 500 });
    const task = {
      ...{ pid: 2, tgid: 2, startNs: '1', comm: 'cyclictest', policy: 'SCHED_FIFO', priority: 90, nice: 0 },
      kthread: false,
    };
    const spike = { measure: 'wakeup_latency' as const, cpu: 1, number: 0, name: '', label: '' };
    const steps = chainOf(trace, { ...spike, task, victim: task });
    const { arrows: all } = arrowsOf(new TraceIndex(trace));
    expect(all.length).toBe(3);
    expect([...arrowsOfChain(all, steps)].map(short)).toEqual([
      'irq 36 on 0 at 110 raised BLOCK on 0 at 140',
      'BLOCK on 0 at 150 woke cyclictest/2 on 1 at 500',
    ]);
  });
});
