import type { Spike } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { type ChainStep, chainOf } from './chain.ts';
import { chainSentence } from './describe.ts';
import { buildTrace, CpuBuilder } from './testing.ts';

const task = (pid: number, comm: string) => ({
  ...{ pid, tgid: pid, startNs: '1', comm, policy: 'SCHED_OTHER', priority: 0, nice: 0, kthread: false },
});
const spike = (change: Partial<Spike> & Pick<Spike, 'measure'>) => ({
  ...{ cpu: 1, number: 0, name: '', label: '', task: task(5, 'fio') },
  ...change,
});
const short = ({ from, how, to, at, durationNs }: ChainStep) =>
  `${from.label} ${how} ${to.label} at ${at} for ${durationNs}`;

describe('the chain of a spike', () => {
  it('goes from the interrupt over softirq and thread to the task that was woken last', () => {
    const disk = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(120, 'softirq_raise', { number: 4 })
      .add(130, 'hardirq_exit', { number: 36, arg: 1 })
      .add(140, 'softirq_entry', { number: 4 })
      .add(160, 'waking', { pid: 3, pid2: 5, number: 0 })
      .add(170, 'softirq_exit', { number: 4 })
      .switch(200, 5, 3)
      .add(250, 'waking', { pid: 2, pid2: 3, number: 1 });
    const here = new CpuBuilder(1, 0, 1000, 5).irq(260, 400, 24).switch(500, 5, 2);
    const trace = buildTrace([here, disk], { windowFromNs: 100, windowToNs: 500 });
    expect(
      chainOf(trace, spike({ measure: 'irq_to_task', victim: task(2, 'cyclictest') })).map(short),
    ).toEqual([
      'irq 36 raised BLOCK at 120 for 20',
      'BLOCK woke kworker/1:1/3 at 160 for 40',
      'kworker/1:1/3 woke cyclictest/2 at 250 for 250',
      'irq 24 held cyclictest/2 at 260 for 140',
      'fio/5 held cyclictest/2 at 250 for 110',
    ]);
  });

  it('names the functions that woke and held', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'vector_entry', { number: 0 })
      .add(110, 'callback_entry', { number: 1, arg: 1 })
      .add(120, 'waking', { pid: 2, pid2: 5, number: 0 })
      .add(190, 'callback_exit', { number: 1 })
      .add(200, 'vector_exit', { number: 0 })
      .switch(300, 5, 2);
    const trace = buildTrace([cpu], {
      ...{ windowFromNs: 120, windowToNs: 300, names: { 'function 1': 'hrtimer_wakeup' } },
    });
    const chain = chainOf(trace, spike({ measure: 'wakeup_latency', cpu: 0, victim: task(2, 'cyclictest') }));
    expect(chain.map((step) => `${step.from.callback ?? ''} ${short(step)}`)).toEqual([
      'hrtimer hrtimer_wakeup LOC woke cyclictest/2 at 120 for 180',
      ' fio/5 held cyclictest/2 at 200 for 100',
      'hrtimer hrtimer_wakeup LOC held cyclictest/2 at 120 for 70',
      ' LOC held cyclictest/2 at 190 for 10',
    ]);
    expect(chainSentence(chain)).toBe(
      'The local timer interrupt (LOC): hrtimer hrtimer_wakeup woke cyclictest/2.',
    );
  });

  const asked = (...wrong: Parameters<CpuBuilder['add']>[]) => {
    const asker = new CpuBuilder(3, 0, 1000, 5)
      .add(10, 'send', { number: 1, arg: 1, pid2: 1 })
      .add(90, 'send', { number: 1, arg: 1, pid2: 2 })
      .add(100, 'send', { number: 1, arg: 1, pid2: 1 });
    const cpu = new CpuBuilder(1, 0, 1000, 3).add(20, 'callback_entry', { number: 5, arg: 1, pid2: 1 });
    cpu.add(30, 'callback_exit', { number: 5 });
    for (const event of wrong) cpu.add(...event);
    cpu
      .add(200, 'vector_entry', { number: 3 })
      .add(210, 'callback_entry', { number: 5, arg: 1, pid2: 1 })
      .add(290, 'callback_exit', { number: 5 })
      .add(300, 'vector_exit', { number: 3 });
    const trace = buildTrace([cpu, asker], {
      ...{ windowFromNs: 150, windowToNs: 310, names: { 'function 1': 'flush' } },
    });
    return chainOf(trace, spike({ measure: 'timer_latency' }));
  };

  it('names the task that asked for a function on this CPU', () => {
    expect(asked().map(short)).toEqual([
      'fio/5 asked CAL at 100 for 110',
      'CAL held timer at 210 for 80',
      'CAL held timer at 200 for 20',
    ]);
    expect(chainSentence(asked())).toBe(
      'fio/5 asked for the single-CPU function call interrupt (CAL): function flush.',
    );
  });

  it('does not name who asked for an earlier run of the same item', () => {
    const early = asked(
      [110, 'callback_entry', { number: 5, arg: 1, pid2: 1 }],
      [120, 'callback_exit', { number: 5 }],
    );
    expect(early.map(({ how }) => how)).toEqual(['held', 'held']);
  });

  it('of a late timer holds interrupts and interrupts disabled, never a task that merely ran', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 5)
      .irq(100, 400, 36)
      .add(700, 'irqs_off', { arg: 600 })
      .add(700, 'vector_entry', { number: 0 })
      .add(710, 'timer_expiry', { arg: 610 });
    const trace = buildTrace([cpu], { windowFromNs: 100, windowToNs: 710 });
    expect(chainOf(trace, spike({ measure: 'timer_latency' })).map(short)).toEqual([
      'irq 36 held timer at 100 for 300',
      'interrupts disabled in fio held timer at 400 for 300',
      'LOC held timer at 700 for 10',
    ]);
  });

  it('of a preempted task says what ran where it waited, before and after it moved', () => {
    const there = new CpuBuilder(0, 0, 1000, 2).switch(100, 2, 3).switch(300, 3, 5);
    const here = new CpuBuilder(1, 0, 1000, 5)
      .add(250, 'migrate', { pid: 2, pid2: 5, number: 1 })
      .switch(400, 5, 2);
    const trace = buildTrace([here, there], { windowFromNs: 100, windowToNs: 400 });
    expect(
      chainOf(trace, spike({ measure: 'preemption_latency', victim: task(2, 'cyclictest') })).map(short),
    ).toEqual(['kworker/1:1/3 held cyclictest/2 at 100 for 150', 'fio/5 held cyclictest/2 at 250 for 150']);
  });

  it('tells what lock a task waited for', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 2)
      .add(50, 'contention_begin', { arg: 1 })
      .switch(60, 2, 5)
      .add(400, 'waking', { pid: 2, pid2: 5, number: 1 })
      .switch(450, 5, 2)
      .add(460, 'contention_end', { arg: 1 });
    const trace = buildTrace([cpu], { windowFromNs: 400, windowToNs: 450, names: { 'lock 1': 'pi_lock' } });
    const chain = chainOf(trace, spike({ measure: 'wakeup_latency', victim: task(2, 'cyclictest') }));
    expect(chain.map(short)).toEqual([
      'cyclictest/2 waited pi_lock at 50 for 410',
      'fio/5 woke cyclictest/2 at 400 for 50',
      'fio/5 held cyclictest/2 at 400 for 50',
    ]);
  });

  it('of a softirq tells who raised it and what ran before it', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 5)
      .add(10, 'hardirq_entry', { number: 36 })
      .add(20, 'softirq_raise', { number: 3 })
      .add(30, 'hardirq_exit', { number: 36 })
      .add(40, 'softirq_entry', { number: 1 })
      .add(90, 'softirq_exit', { number: 1 })
      .add(100, 'softirq_entry', { number: 3 })
      .add(150, 'softirq_exit', { number: 3 });
    const trace = buildTrace([cpu], { windowFromNs: 20, windowToNs: 100 });
    expect(chainOf(trace, spike({ measure: 'softirq_latency', number: 3 })).map(short)).toEqual([
      'irq 36 raised NET_RX at 20 for 80',
      'TIMER held NET_RX at 40 for 50',
      'fio/5 held NET_RX at 30 for 20',
      'irq 36 held NET_RX at 20 for 10',
    ]);
  });

  it('of a vector names the function that took most of its time, and no other', () => {
    const held = (from: number, to: number) => {
      const cpu = new CpuBuilder(1, 0, 1000, 5)
        .add(100, 'vector_entry', { number: 0 })
        .add(from, 'callback_entry', { number: 1, arg: 1 })
        .add(to, 'callback_exit', { number: 1 })
        .add(400, 'vector_exit', { number: 0 });
      const names = { 'function 1': 'tick_nohz_handler' };
      const trace = buildTrace([cpu], { windowFromNs: 100, windowToNs: 400, names });
      return chainOf(trace, spike({ measure: 'vector_duration' })).at(-1)!.from;
    };
    expect(held(150, 390)).toMatchObject({ label: 'LOC', callback: 'hrtimer tick_nohz_handler' });
    expect(held(150, 200).callback).toBeUndefined();
  });

  it('of a softirq begins at its first raise since it ran before', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 5)
      .add(10, 'hardirq_entry', { number: 36 })
      .add(20, 'softirq_raise', { number: 3 })
      .add(30, 'hardirq_exit', { number: 36 })
      .add(40, 'hardirq_entry', { number: 24 })
      .add(50, 'softirq_raise', { number: 3 })
      .add(60, 'hardirq_exit', { number: 24 })
      .add(100, 'softirq_entry', { number: 3 })
      .add(150, 'softirq_exit', { number: 3 });
    const trace = buildTrace([cpu], { windowFromNs: 20, windowToNs: 100 });
    const [first] = chainOf(trace, spike({ measure: 'softirq_latency', number: 3 }));
    expect(short(first!)).toBe('irq 36 raised NET_RX at 20 for 80');
  });

  it('of a handler says whom it held', () => {
    const trace = buildTrace([new CpuBuilder(1, 0, 1000, 5).irq(100, 400, 24)], {
      windowFromNs: 100,
      windowToNs: 400,
    });
    const chain = chainOf(trace, spike({ measure: 'hardirq_duration', number: 24 }));
    expect(chain.map(short)).toEqual(['irq 24 held fio/5 at 100 for 300']);
  });

  it('has no step that no event shows', () => {
    const trace = buildTrace([new CpuBuilder(1, 0, 1000, 5)], { windowFromNs: 0, windowToNs: 500 });
    for (const measure of [
      'timer_latency',
      'wakeup_latency',
      'softirq_latency',
      'irqsoff',
      'preemptoff',
      'softirqsoff',
      'irqline_off',
    ] as const) {
      const victim = measure === 'wakeup_latency' ? { victim: task(2, 'cyclictest') } : {};
      const held = chainOf(trace, spike({ measure, ...victim })).filter((step) => step.how !== 'held');
      expect(held, measure).toEqual([]);
    }
  });
});
