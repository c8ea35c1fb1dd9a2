import { Callback, Doubt, PartKind, Wait } from '@rtprobe/abi';
import { descriptorOf, MEASURES, type Measure, PART_KINDS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { toParts } from '../translate/part.ts';
import { causeOf, explain as explainIn, type SpikeFacts } from './sentence.ts';
import { englishIn } from './testing.ts';

const task = {
  pid: 411,
  tgid: 411,
  startNs: '5',
  comm: 'camera-grab',
  policy: 'SCHED_OTHER',
  priority: 0,
  nice: 0,
  kthread: false,
};

function spike(change: Partial<SpikeFacts>): SpikeFacts {
  return {
    id: '1-1',
    host: 'a',
    time: 0,
    monoNs: '0',
    measure: 'timer_latency',
    valueNs: 812_000,
    thresholdNs: 500_000,
    cpu: 0,
    number: 0,
    name: 'timer_latency',
    label: 'timer',
    mode: 'kernel',
    task,
    stack: ['do_disturb+0x44/0x90 [rtprobe_disturb]', 'ksys_write+0x6b/0xf0'],
    ...change,
  };
}

/** Explains a spike in English. Every case below also has a Chinese explanation, without English. */
function explain(facts: SpikeFacts): string {
  const [english, chinese] = [explainIn(facts), explainIn(facts, 'zh')];
  expect(englishIn(english, facts)).not.toEqual([]);
  expect(englishIn(chinese, facts)).toEqual([]);
  expect(chinese).toMatch(/\p{Script=Han}.*。$/u);
  expect(chinese).not.toMatch(/[\p{Cc}\p{Cf}]|。。/u);
  return english;
}

const edu = { measure: 'hardirq_duration', number: 24, name: 'rtprobe-edu', label: 'irq 24' } as const;

describe('the sentence of a spike', () => {
  it('names a hard handler, how long it ran on which CPU, and the task that it interrupted', () => {
    const facts = spike({ ...edu, valueNs: 3_020_000, cpu: 1, mode: 'user', stack: [] });
    expect(explain(facts)).toBe(
      'Irq 24 rtprobe-edu ran on CPU 1 for 3.02 ms. It interrupted camera-grab/411 in user space.',
    );
    expect(causeOf(facts).words).toBe('irq 24 rtprobe-edu');
  });

  it('names a vector by its purpose', () => {
    const facts = spike({ measure: 'vector_duration', number: 0, name: 'LOC', label: 'LOC', mode: 'idle' });
    expect(explain(facts)).toBe('The local timer interrupt (LOC) ran on CPU 0 for 812 µs. The CPU was idle.');
    expect(causeOf(facts).words).toBe('LOC local timer');
  });

  it('names a handler as the cause of a late timer if it ran for half of the delay', () => {
    const facts = spike({ cause: { ...edu, durationNs: 640_000 } });
    expect(explain(facts)).toBe(
      'The timer on CPU 0 fired 812 µs late. The handler of irq 24 rtprobe-edu ran for 640 µs and ended in that time. ' +
        'camera-grab/411 was running in the kernel (do_disturb [rtprobe_disturb]).',
    );
    expect(causeOf(facts).words).toBe('irq 24 rtprobe-edu');
  });

  it('does not name a handler that ran for less', () => {
    const facts = spike({ cause: { ...edu, durationNs: 9_000 } });
    expect(explain(facts)).toContain(
      'The longest hard handler in that time, irq 24 rtprobe-edu, took only 9 µs',
    );
    expect(causeOf(facts).words).toBe('interrupts disabled in camera-grab?');
  });

  it('says "may" if the stack does not show that interrupts were enabled again', () => {
    expect(explain(spike({}))).toBe(
      'The timer on CPU 0 fired 812 µs late. No measured handler ended in that time. ' +
        'camera-grab/411 was running in the kernel (do_disturb [rtprobe_disturb]). ' +
        'Interrupts may have been disabled and enabled again there.',
    );
    const shown = spike({ stack: ['_raw_spin_unlock_irqrestore+0x1b/0x40', 'fio_submit+0x1/0x2'] });
    expect(explain(shown)).toContain('(fio_submit), where interrupts were enabled again.');
    expect(causeOf(shown).words).toBe('interrupts disabled in camera-grab');
  });

  it('never says that user space disabled interrupts', () => {
    const facts = spike({ mode: 'user', stack: [] });
    expect(explain(facts)).toContain('The delay lies outside of what is measured');
    expect(causeOf(facts).words).toBe('unaccounted, in user space');
  });

  it('says that a softirq ran in the context of a task', () => {
    const facts = spike({ stack: ['net_rx_action+0x10/0x20', 'handle_softirqs+0xe1/0x2c0'] });
    expect(explain(facts)).toContain(
      'A softirq was running in the context of camera-grab/411 (net_rx_action)',
    );
  });
});

const kworker = { ...task, pid: 33, comm: 'kworker/1:1', kthread: true };
const cyclictest = { ...task, pid: 2, comm: 'cyclictest', policy: 'SCHED_FIFO', priority: 90 };
const micro = (us: number) => BigInt(us) * 1000n;
const kernelParts = [
  { kind: PartKind.hardirq, number: 36, name: 'virtio1-req.0', durationNs: micro(301), count: 1 },
  { kind: PartKind.irqsOff, name: 'kworker/1:1', pid: 33, durationNs: micro(74), count: 1 },
  { kind: PartKind.unaccounted, durationNs: micro(37), count: 1 },
];
const stack = ['_raw_spin_unlock_irqrestore+0x1b/0x40', 'blk_mq_dispatch_rq_list+0x2a/0x7f0'];

describe('the sentence of a spike that is decomposed', () => {
  it('names the parts, largest first, with the place where interrupts were off', () => {
    const facts = spike({
      ...{ measure: 'wakeup_latency', valueNs: 412_000, cpu: 1, victim: cyclictest, task: kworker, stack },
      parts: toParts(kernelParts),
    });
    expect(explain(facts)).toBe(
      'cyclictest/2 on CPU 1 ran 412 µs late: 301 µs irq 36 (virtio1-req.0) handler, ' +
        '74 µs interrupts disabled in kworker/1:1/33 (blk_mq_dispatch_rq_list), 37 µs unaccounted.',
    );
    expect(causeOf(facts).words).toBe('irq 36 virtio1-req.0');
  });

  it('gives no place for disabled interrupts if the stack does not show one', () => {
    const switched = ['__schedule+0x4/0x9', 'worker_thread+0x1/0x2'];
    const woken = { measure: 'wakeup_latency', task: kworker, stack: switched } as const;
    expect(explain(spike({ ...woken, parts: toParts(kernelParts) }))).toContain(
      'interrupts disabled in kworker/1:1/33, 37 µs unaccounted',
    );
    expect(explain(spike({ task: kworker, stack: switched, parts: toParts(kernelParts) }))).toContain(
      'interrupts disabled in kworker/1:1/33 (__schedule), 37 µs unaccounted',
    );
    const facts = spike({ task: cyclictest, stack, parts: toParts(kernelParts) });
    expect(explain(facts)).toContain('interrupts disabled in kworker/1:1/33, 37 µs unaccounted');
  });

  it.each([
    [{ kind: PartKind.nmi }, '9 µs NMI handlers', 'NMI'],
    [{ kind: PartKind.hardirq, number: 24, name: 'edu' }, '9 µs irq 24 (edu) handler', 'irq 24 edu'],
    [
      { kind: PartKind.vector, number: 0, name: 'Local' },
      '9 µs local timer interrupt (LOC)',
      'LOC local timer',
    ],
    [{ kind: PartKind.softirq, number: 3, name: 'net_rx' }, '9 µs softirq NET_RX', 'NET_RX'],
    [
      { kind: PartKind.irqThread, number: 24, name: 'edu', pid: 9 },
      '9 µs thread of irq 24 (edu)',
      'irq 24 thread edu',
    ],
    [{ kind: PartKind.task, name: 'fio', pid: 9 }, '9 µs fio/9 running', 'fio'],
    [
      { kind: PartKind.irqsOff, name: 'fio', pid: 9 },
      '9 µs interrupts disabled in fio/9',
      'interrupts disabled in fio',
    ],
    [{ kind: PartKind.idleExit }, '9 µs idle exit', 'idle exit'],
    [
      { kind: PartKind.idleExit, idleState: 1 },
      '9 µs idle exit (idle state 1, exit latency unknown, frequency unknown)',
      'idle exit',
    ],
    [{ kind: PartKind.switch }, '9 µs context switch to it', 'context switch'],
    [
      { kind: PartKind.throttled, name: 'make', pid: 9 },
      '9 µs make/9 running although it was runnable (throttled)',
      'throttled',
    ],
    [{ kind: PartKind.throttled }, '9 µs the CPU idle although it was runnable (throttled)', 'throttled'],
    [
      { kind: PartKind.fairServer, name: 'make', pid: 9 },
      '9 µs make/9 running by the fair server',
      'fair server',
    ],
    [
      { kind: PartKind.lateTimer, name: 'make', pid: 9 },
      '9 µs late timer while make/9 ran',
      'late timer in make',
    ],
    [{ kind: PartKind.ownRun }, '9 µs own run time', 'own run time'],
    [{ kind: PartKind.blocked, number: 202, name: 'futex' }, '9 µs blocked in futex', 'blocked in futex'],
    [
      { kind: PartKind.blocked, number: 999 },
      '9 µs blocked in system call 999',
      'blocked in system call 999',
    ],
    [
      { kind: PartKind.blocked, number: 0xffff_ffff },
      '9 µs blocked outside of system calls, such as by a page fault',
      'blocked',
    ],
    [
      {
        ...{ kind: PartKind.blocked, number: 0, name: 'read', wait: Wait.blockIo },
        waker: { cpu: 0, inInterrupt: 1, kind: PartKind.hardirq, number: 36, name: 'virtio1-req.0' },
      },
      '9 µs blocked by block I/O in read (woken by irq 36 (virtio1-req.0) on CPU 0)',
      'blocked by block I/O in read',
    ],
    [
      {
        ...{ kind: PartKind.blocked, number: 0xffff_ffff, wait: Wait.pageFaultIo },
        waker: { cpu: 1, inInterrupt: 1 },
      },
      '9 µs blocked by page fault with block I/O (woken by an interrupt on CPU 1)',
      'blocked by page fault with block I/O',
    ],
    [
      {
        ...{ kind: PartKind.blocked, number: 202, name: 'futex', wait: Wait.futex },
        ...{ meanwhile: { pid: 0, comm: 'swapper/1' }, meanwhileNs: 8000n },
        waker: {
          ...{ cpu: 0, task: { pid: 8, comm: 'holder' }, released: 1, inverted: 1 },
          ...{ displacedNs: 7000n, displacedBy: { pid: 9, comm: 'middle' }, displacedByNs: 6000n },
        },
      },
      '9 µs blocked in futex (released by holder/8 on CPU 0; priority inversion: middle/9 ran for 6 µs while holder/8 could run; meanwhile its CPU ran the idle task for 8 µs)',
      'blocked in futex',
    ],
    [
      {
        ...{ kind: PartKind.blocked, number: 202, name: 'futex', wait: Wait.futexPi },
        waker: { cpu: 0, task: { pid: 8, comm: 'killer' } },
      },
      '9 µs blocked by futex with priority inheritance in futex (woken by killer/8 on CPU 0)',
      'blocked by futex with priority inheritance in futex',
    ],
    [{ kind: PartKind.probe }, '9 µs rtprobe itself', 'rtprobe itself'],
    [{ kind: PartKind.other }, '9 µs other parts', 'other parts'],
    [{ kind: PartKind.unaccounted }, '9 µs unaccounted', 'unaccounted'],
    [{ kind: 77 }, '9 µs unaccounted', 'unaccounted'],
    [
      { kind: PartKind.vector, number: 0, callback: Callback.hrtimer, function: 'tick_nohz_handler' },
      '9 µs local timer interrupt (LOC): hrtimer tick_nohz_handler',
      'LOC local timer: hrtimer tick_nohz_handler',
    ],
    [
      { kind: PartKind.softirq, number: 1, callback: Callback.timer, function: 'poll_link [e1000]' },
      '9 µs softirq TIMER: timer poll_link [e1000]',
      'TIMER: timer poll_link [e1000]',
    ],
    [
      { kind: PartKind.task, name: 'kworker/2:1', pid: 9, callback: Callback.work, function: 'scan' },
      '9 µs kworker/2:1/9 running: work scan',
      'kworker: work scan',
    ],
    [
      { kind: PartKind.irqsOff, name: 'kworker/2:1', pid: 9, callback: Callback.work, function: 'scan' },
      '9 µs interrupts disabled in kworker/2:1/9: work scan',
      'interrupts disabled in kworker: work scan',
    ],
    [
      {
        ...{ kind: PartKind.task, name: 'migration/2', pid: 23 },
        ...{ callback: Callback.stop, function: 'take_cpu_down' },
        sender: { cpu: 0, task: { pid: 812, comm: 'sh' }, function: 'takedown_cpu' },
      },
      '9 µs migration/2/23 running: stopper function take_cpu_down (asked for by sh/812 on CPU 0 in takedown_cpu)',
      'migration: stopper function take_cpu_down',
    ],
  ])('words a part %o as %s', (part, words, cause) => {
    const parts = toParts([{ durationNs: micro(9), count: 1, ...part }]);
    const facts = spike({ measure: 'thread_latency', valueNs: 9000, parts });
    expect(explain(facts)).toBe(`The probe thread on CPU 0 ran 9 µs late: ${words}.`);
    expect(causeOf(facts).words).toBe(cause);
  });

  it('names the function that took most of an interrupt’s own time', () => {
    const loc = { kind: PartKind.vector, number: 0, count: 1 };
    const parts = toParts([
      { ...loc, durationNs: micro(4000), callback: Callback.hrtimer, function: 'poll [drv]' },
      { ...loc, durationNs: micro(100) },
    ]);
    const facts = spike({ measure: 'vector_duration', number: 0, label: 'LOC', valueNs: 4_100_000, parts });
    expect(explain(facts)).toMatch(
      /for 4\.10 ms: 4 ms local timer interrupt \(LOC\): hrtimer poll \[drv\], 100 µs local timer interrupt \(LOC\)/,
    );
    expect(causeOf(facts)).toMatchObject({ words: 'LOC local timer: hrtimer poll [drv]', proof: 'proven' });
  });

  it('says where the timer found what took at least half of the value', () => {
    const hog = { kind: PartKind.task, name: 'hog', pid: 9, durationNs: micro(4000), count: 3 };
    const worker = { kind: PartKind.task, name: 'kworker/1:1', pid: 33, durationNs: micro(900), count: 1 };
    const sampled = { samples: 4, samplesInside: 3, sampledFunction: 'wait_dma [drv]' };
    const facts = (part: object) =>
      spike({
        ...{ measure: 'wakeup_latency', valueNs: 4_900_000, victim: cyclictest },
        parts: toParts([
          { ...hog, ...part },
          { ...worker, samples: 1, samplesInside: 1 },
        ]),
      });
    const rest = ', 900 µs kworker/1:1/33 running.';
    expect(explain(facts(sampled))).toContain(
      `late: 4 ms hog/9 running ×3 (3 of 4 samples in wait_dma [drv])${rest}`,
    );
    expect(explain(facts({ samples: 4, samplesInside: 4 }))).toContain(
      `(4 of 4 samples in user space)${rest}`,
    );
    expect(explain(facts({ ...sampled, samples: 1, samplesInside: 1 }))).toContain(
      '(1 sample, in wait_dma [drv])',
    );
    expect(explain(facts({ ...sampled, samplesPreemptOff: 4, samplesBhOff: 1 }))).toContain(
      '(3 of 4 samples in wait_dma [drv], preemption disabled, softirqs disabled in 1)',
    );
    expect(explain(facts({}))).toContain(`late: 4 ms hog/9 running ×3${rest}`);
    expect(causeOf(facts(sampled)).words).toBe('hog');
  });

  it('says what asked for a function; the cause is the function, whoever asked', () => {
    const flush = { kind: PartKind.vector, number: 3, callback: Callback.call, function: 'flush_tlb_func' };
    const sender = { cpu: 3, task: { pid: 226, comm: 'stress-ng' }, function: 'tlb_finish_mmu' };
    const parts = toParts([{ ...flush, durationNs: micro(9), count: 2, sender }]);
    const facts = spike({ measure: 'thread_latency', valueNs: 9000, parts });
    expect(explain(facts)).toBe(
      'The probe thread on CPU 0 ran 9 µs late: 9 µs single-CPU function call interrupt (CAL): function flush_tlb_func ×2 (asked for by stress-ng/226 on CPU 3 in tlb_finish_mmu).',
    );
    expect(causeOf(facts).words).toBe('CAL single-CPU function call: function flush_tlb_func');
  });

  it('says what armed the timer of a function', () => {
    const softirq = { kind: PartKind.softirq, number: 1, name: 'TIMER', callback: Callback.timer };
    const sender = { cpu: 3, task: { pid: 226, comm: 'stress-ng' }, armed: 1 };
    const parts = toParts([
      { ...softirq, function: 'tcp_write_timer', durationNs: micro(9), count: 1, sender },
    ]);
    expect(explain(spike({ measure: 'thread_latency', valueNs: 9000, parts }))).toContain(
      'timer tcp_write_timer (timer armed by stress-ng/226 on CPU 3)',
    );
  });

  it('says of an idle state what its driver advertises, and the frequency', () => {
    const state = { idleState: 3, name: 'C6', exitLatencyNs: micro(133), frequencyKhz: 1_200_000 };
    const parts = toParts([{ kind: PartKind.idleExit, durationNs: micro(9), count: 1, ...state }]);
    const facts = spike({ measure: 'thread_latency', valueNs: 9000, parts });
    expect(explain(facts)).toBe(
      'The probe thread on CPU 0 ran 9 µs late: 9 µs idle exit (C6, exit latency 133 µs, CPU at 1.20 GHz).',
    );
    expect(causeOf(facts)).toMatchObject({ words: 'idle exit C6', proof: 'proven' });
  });

  it('names an IRQ thread by its source, because comm is truncated, and a task without a name by its pid', () => {
    const source = { measure: 'hardirq_duration', number: 24, name: 'rtprobe-edu' } as const;
    const parts = toParts(
      [
        {
          kind: PartKind.irqThread,
          number: 24,
          name: 'irq/24-rtprobe-',
          pid: 9,
          durationNs: micro(9),
          count: 1,
        },
        {
          kind: PartKind.irqThread,
          number: 25,
          name: 'irq/25-s-ahci',
          pid: 8,
          durationNs: micro(8),
          count: 1,
        },
        { kind: PartKind.task, pid: 7, durationNs: micro(7), count: 1 },
      ],
      new Map([[3, source]]),
    );
    expect(explain(spike({ measure: 'thread_latency', valueNs: 24_000, parts }))).toBe(
      'The probe thread on CPU 0 ran 24 µs late: 9 µs thread of irq 24 (rtprobe-edu), ' +
        '8 µs thread of irq 25 (ahci), 7 µs task 7 running.',
    );
  });

  it('has a case above for every kind of part', () => {
    expect(PART_KINDS).toHaveLength(Object.keys(PartKind).length);
  });

  it('counts runs, sums up small parts and says if the start was overwritten', () => {
    const many = [50, 40, 30, 20, 3, 2].map((us, i) => ({
      ...{ kind: PartKind.hardirq, number: i, name: '', durationNs: micro(us), count: i + 1 },
    }));
    const facts = spike({ valueNs: 145_000, parts: toParts(many), partsIncomplete: true });
    expect(explain(facts)).toBe(
      'The timer on CPU 0 fired 145 µs late: 50 µs irq 0 handler, 40 µs irq 1 handler ×2, ' +
        '30 µs irq 2 handler ×3, 20 µs irq 3 handler ×4, 5 µs in 2 smaller parts. ' +
        'The flight recorder had overwritten the start of this time.',
    );
  });

  it.each([
    [
      'user',
      Doubt.stall | Doubt.kernelExit,
      'unaccounted (a stall of the CPU, or interrupts disabled on the way out of the kernel).',
      'unaccounted, in user space',
    ],
    [
      'kernel',
      Doubt.stall | Doubt.irqsOff,
      'unaccounted (a stall of the CPU, or interrupts disabled).',
      'unaccounted',
    ],
    ['idle', undefined, 'unaccounted.', 'unaccounted, CPU idle'],
  ] as const)('says what an unaccounted delay of the timer can be in mode %s', (mode, bits, ends, short) => {
    const couldBe = bits !== undefined && { couldBe: bits };
    const parts = toParts([{ kind: PartKind.unaccounted, durationNs: micro(800), ...couldBe }]);
    const facts = spike({ measure: 'timer_latency', mode, stack, parts });
    expect(explain(facts)).toContain(ends);
    expect(causeOf(facts).words).toBe(short);
  });

  it('says that a stall would look the same, if the record says so of the largest part', () => {
    const off = { kind: PartKind.irqsOff, name: 'fio', pid: 9, durationNs: micro(800), count: 1 };
    const words = (couldBe?: number) =>
      explain(
        spike({ valueNs: 8e5, parts: toParts([{ ...off, ...(couldBe !== undefined && { couldBe }) }]) }),
      );
    expect(words(Doubt.stall)).toMatch(
      /interrupts disabled in fio\/9.*\. A stall of the CPU would look the same\.$/,
    );
    expect(words()).not.toContain('stall');
  });

  it('says the CPU once for a task of which nothing is known', () => {
    const parts = toParts([{ kind: PartKind.hardirq, number: 24, name: 'edu', durationNs: micro(812) }]);
    const facts = spike({ measure: 'wakeup_latency', valueNs: 812_000, cpu: 1, parts });
    expect(explain(facts)).toBe('A task on CPU 1 ran 812 µs late: 812 µs irq 24 (edu) handler.');
  });

  it('names no cause for an unaccounted value', () => {
    const facts = spike({
      ...{ measure: 'wakeup_latency', victim: cyclictest },
      parts: toParts([
        { kind: PartKind.unaccounted, durationNs: micro(800) },
        { kind: PartKind.hardirq, number: 24, name: 'edu', durationNs: micro(12) },
      ]),
    });
    expect(causeOf(facts).words).toBe('unaccounted');
  });
});

describe('each measure has its sentence', () => {
  const held = { valueNs: 412_000, cpu: 1, task: kworker, stack };
  const cases: Record<string, readonly [Partial<SpikeFacts>, string, string]> = {
    timer_latency: [
      { stack: [], mode: 'idle' },
      'The timer on CPU 1 fired 412 µs late. No measured handler ended in that time. ' +
        'The CPU was idle. The record does not show what delayed the timer.',
      'unaccounted, CPU idle',
    ],
    hardirq_duration: [
      { number: 24, name: 'edu', label: 'irq 24', mode: 'idle' },
      'Irq 24 edu ran on CPU 1 for 412 µs. The CPU was idle.',
      'irq 24 edu',
    ],
    vector_duration: [
      { number: 1, name: 'RES', label: 'RES', mode: 'idle' },
      'The reschedule interrupt (RES) ran on CPU 1 for 412 µs. The CPU was idle.',
      'RES reschedule',
    ],
    irq_thread_latency: [
      { number: 24, name: 'edu', label: 'irq 24' },
      'The thread of irq 24 (edu) on CPU 1 ran 412 µs after it was woken.',
      'unaccounted',
    ],
    irq_thread_duration: [
      { number: 24, name: 'edu', label: 'irq 24' },
      'The thread of irq 24 (edu) ran on CPU 1 for 412 µs.',
      'irq 24 edu',
    ],
    hrtimer_duration: [
      { name: 'tick_nohz_handler', label: 'hrtimer' },
      'The hrtimer function tick_nohz_handler ran on CPU 1 for 412 µs.',
      'hrtimer tick_nohz_handler',
    ],
    timer_duration: [
      { name: 'delayed_work_timer_fn', label: 'timer' },
      'The timer function delayed_work_timer_fn ran on CPU 1 for 412 µs.',
      'timer delayed_work_timer_fn',
    ],
    work_duration: [
      { name: 'edu_work [edu]', label: 'work item' },
      'The work function edu_work [edu] ran on CPU 1 for 412 µs.',
      'work item edu_work [edu]',
    ],
    tasklet_duration: [
      { name: 'edu_tasklet [edu]', label: 'tasklet' },
      'The tasklet function edu_tasklet [edu] ran on CPU 1 for 412 µs.',
      'tasklet edu_tasklet [edu]',
    ],
    csd_duration: [
      { name: 'flush_tlb_func', label: 'function call' },
      'The function call flush_tlb_func ran on CPU 1 for 412 µs.',
      'function call flush_tlb_func',
    ],
    napi_duration: [
      { name: 'eth0: virtnet_poll [virtio_net]', label: 'NAPI' },
      'The NAPI poll eth0: virtnet_poll [virtio_net] ran on CPU 1 for at most 412 µs.',
      'NAPI eth0: virtnet_poll [virtio_net]',
    ],
    softirq_latency: [
      {
        ...{ number: 3, name: 'net_rx', label: 'NET_RX' },
        stack: ['handle_softirqs.constprop.0+0x1/0x2', '__local_bh_enable_ip+0x7a/0xc0', stack[1]!],
      },
      'Softirq NET_RX on CPU 1 ran 412 µs after it was raised. It ran in the context of kworker/1:1/33 (blk_mq_dispatch_rq_list).',
      'unaccounted',
    ],
    softirq_duration: [
      { number: 3, name: 'NET_RX', label: 'NET_RX', stack: [] },
      'Softirq NET_RX ran on CPU 1 for 412 µs. It ran in the context of kworker/1:1/33.',
      'NET_RX',
    ],
    thread_latency: [{ victim: cyclictest }, 'The probe thread on CPU 1 ran 412 µs late.', 'unaccounted'],
    irqsoff: [
      { bounds: { lowerNs: 300_000, upperNs: 412_000, exact: false } },
      'Interrupts were disabled on CPU 1 for 300–412 µs while ' +
        'kworker/1:1/33 ran in the kernel (blk_mq_dispatch_rq_list).',
      'interrupts disabled in kworker/1:1',
    ],
    preemptoff: [
      { bounds: { lowerNs: 300_000, upperNs: 412_000, exact: false } },
      'kworker/1:1/33 disabled preemption on CPU 1 for 300–412 µs.',
      'unaccounted',
    ],
    softirqsoff: [
      { bounds: { lowerNs: 300_000, upperNs: 412_000, exact: false } },
      'kworker/1:1/33 disabled softirqs on CPU 1 for 300–412 µs.',
      'unaccounted',
    ],
    irqline_off: [
      {
        number: 24,
        name: 'edu',
        label: 'irq 24',
        stack: ['kprobe_ftrace_handler+0x1/0x2', '0xffffffffc050c0de', 'enable_irq+0x1/0x2', stack[1]!],
      },
      'Irq 24 (edu) was disabled for 412 µs. kworker/1:1/33 was running when the line was enabled again (blk_mq_dispatch_rq_list).',
      'irq 24 edu disabled',
    ],
    wakeup_latency: [
      { victim: cyclictest, waker: kworker },
      'cyclictest/2 on CPU 1 ran 412 µs late. It was woken while kworker/1:1/33 was running.',
      'unaccounted',
    ],
    preemption_latency: [
      { victim: cyclictest },
      'cyclictest/2 on CPU 1 could run but did not for 412 µs.',
      'unaccounted',
    ],
    response_time: [
      { victim: cyclictest, number: 2, name: 'cyclictest', label: 'cyclictest/2', thresholdNs: 400_000 },
      'cyclictest/2 on CPU 1 needed 412 µs, 12 µs over its deadline of 400 µs.',
      'unaccounted',
    ],
    irq_to_task: [
      {
        victim: cyclictest,
        number: 24,
        name: 'cyclictest',
        label: 'irq 24 → cyclictest',
        waker: { ...task, pid: 0 },
      },
      'cyclictest/2 on CPU 1 ran 412 µs after irq 24.',
      'unaccounted',
    ],
    stolen: [
      { number: 24, name: 'edu', label: 'irq 24', victim: cyclictest },
      'Irq 24 edu took 412 µs from cyclictest/2 on CPU 1 between two context switches.',
      'irq 24 edu',
    ],
  };

  it.each(MEASURES)('%s', (measure) => {
    const words = cases[measure];
    // The label of the sources of a new measure is a name: only known sources have a translated one.
    const facts = spike({ ...held, measure, ...(words ? words[0] : { name: 'CPU', label: 'CPU' }) });
    // A measure without a sentence of its own is described by its title; see the test below.
    expect(explain(facts)).toContain(words?.[1] ?? descriptorOf(measure).title.toLowerCase());
    if (words) expect([explain(facts), causeOf(facts).words]).toEqual(words.slice(1));
  });

  it('a task that waited for a lock has the lock, for how long, and who had it', () => {
    const locks = [
      { name: 'i2c_transfer+0x21/0x60 [i2c_core]', address: '0x1', waitNs: 15_400_000, owner: kworker },
    ];
    const victimProcess = { exited: false, lockEvidence: 'contention', locks } as const;
    const facts = spike({
      ...held,
      measure: 'wakeup_latency',
      victim: cyclictest,
      victimProcess: { ...victimProcess, locks },
    });
    expect(explain(facts)).toBe(
      'cyclictest/2 on CPU 1 ran 412 µs late. It had waited 15.4 ms in i2c_transfer [i2c_core] ' +
        'for a lock that kworker/1:1/33 held when the wait began.',
    );
  });

  it('a duration that this version does not have is described by its name', () => {
    const facts = spike({ ...held, measure: 'exec_duration' as Measure, name: 'exec', label: 'exec' });
    expect(explain(facts)).toBe('The exec_duration of exec on CPU 1 took 412 µs.');
  });

  it('irqsoff is placed where the first interrupt was taken', () => {
    const first = ['preempt_schedule_irq+0x2e/0x60', 'asm_sysvec_reschedule_ipi+0x1a/0x20', stack[1]!];
    const facts = spike({ ...held, measure: 'irqsoff', stack: first });
    expect(explain(facts)).toContain('ran in the kernel (blk_mq_dispatch_rq_list).');
  });

  it('a softirq of ksoftirqd has no place', () => {
    const own = ['handle_softirqs+0x1/0x2', 'run_ksoftirqd+0x1/0x2', 'smpboot_thread_fn+0x1/0x2'];
    const facts = spike({
      ...held,
      measure: 'softirq_duration',
      number: 3,
      name: 'net_rx',
      label: 'NET_RX',
      stack: own,
    });
    expect(explain(facts)).toBe(
      'Softirq NET_RX ran on CPU 1 for 412 µs. It ran in the context of kworker/1:1/33.',
    );
  });

  it('irqsoff of a task of rtprobe is rtprobe itself', () => {
    const own = { ...task, pid: 77, comm: 'rtprobe', kthread: true, own: true as const };
    const facts = spike({ measure: 'irqsoff', mode: 'kernel', task: own, stack: [] });
    expect(causeOf(facts).words).toBe('rtprobe itself');
    expect(explain(facts)).toContain('while rtprobe itself (rtprobe/77) ran in the kernel');
  });

  it('irqsoff is one figure where it was measured at both ends', () => {
    const facts = spike({
      measure: 'irqsoff',
      bounds: { lowerNs: 9000, upperNs: 9000, exact: true },
      mode: 'idle',
    });
    expect(explain(facts)).toBe('Interrupts were disabled on CPU 0 for 9 µs while the CPU was idle.');
    expect(causeOf(facts).words).toBe('interrupts disabled, CPU idle');
  });

  it('a measure without words of its own is named by its title', () => {
    const facts = spike({ measure: 'pcie_latency' as Measure, name: 'nvme0', label: 'nvme0', valueNs: 9000 });
    expect(explain(facts)).toBe('The pcie_latency of nvme0 on CPU 0 was 9 µs.');
    expect(causeOf({ ...facts, parts: toParts([{ kind: PartKind.nmi, durationNs: 9n }]) }).words).toBe('NMI');
  });
});

describe('hostile names', () => {
  const evil = 'a\u202e\n</b>\u0000';

  it.each(MEASURES)('show nothing invisible in the sentence of %s', (measure) => {
    const facts = spike({
      ...{ measure, name: evil, label: evil, number: 4000 },
      ...{ task: { ...task, comm: evil }, victim: { ...task, comm: evil }, waker: { ...task, comm: evil } },
      parts: toParts([
        { kind: PartKind.hardirq, number: 1, name: evil, durationNs: 3n },
        { kind: PartKind.irqThread, number: 1, name: evil, durationNs: 3n },
        { kind: PartKind.task, name: evil, pid: 3, durationNs: 3n },
        { kind: PartKind.irqsOff, name: evil, pid: 4, durationNs: 3n },
        { kind: PartKind.vector, number: 4000, name: evil, durationNs: 3n },
      ]),
    });
    const text = explain(facts) + causeOf(facts).words;
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('the sentence in Chinese', () => {
  const chinese = (change: Partial<SpikeFacts>) => explainIn(spike(change), 'zh');

  it('names a handler, and what it interrupted', () => {
    expect(chinese({ ...edu, valueNs: 3_020_000, cpu: 1, mode: 'user', stack: [] })).toBe(
      'irq 24 rtprobe-edu 在 CPU 1 上运行了 3.02 ms。被打断的是用户空间中的 camera-grab/411。',
    );
    const vector = { measure: 'vector_duration', number: 0, name: 'LOC', label: 'LOC' } as const;
    expect(chinese({ ...vector, task: { ...task, pid: 0 } })).toBe(
      '本地定时器中断（LOC）在 CPU 0 上运行了 812 µs。被打断的是内核中的空闲任务（do_disturb [rtprobe_disturb]）。',
    );
    expect(chinese({ ...vector, number: 6, name: 'SPU', label: 'SPU', mode: 'idle' })).toBe(
      '伪中断（SPU）在 CPU 0 上运行了 812 µs。CPU 空闲。',
    );
  });

  it('says of a late timer what is proven', () => {
    expect(chinese({ cause: { ...edu, durationNs: 640_000 } })).toBe(
      'CPU 0 上的定时器触发晚了 812 µs。其间 irq 24 rtprobe-edu 的处理程序运行了 640 µs 并结束。' +
        'camera-grab/411 在内核中运行（do_disturb [rtprobe_disturb]）。',
    );
    expect(chinese({ mode: 'user', stack: [] })).toBe(
      'CPU 0 上的定时器触发晚了 812 µs。其间没有任何被测量的处理程序结束。' +
        'camera-grab/411 在用户空间中运行，而用户空间不能关中断。延迟在测量范围之外。',
    );
  });

  it('lists the parts with their names first, and what unaccounted time can be', () => {
    const victim = { measure: 'wakeup_latency', valueNs: 412_000, cpu: 1, victim: cyclictest } as const;
    expect(chinese({ ...victim, task: kworker, stack, parts: toParts(kernelParts) })).toBe(
      'CPU 1 上的 cyclictest/2 运行晚了 412 µs：irq 36 (virtio1-req.0) 处理程序 301 µs，' +
        'kworker/1:1/33 关中断（blk_mq_dispatch_rq_list）74 µs，未归因 37 µs。',
    );
    const parts = toParts([
      { kind: PartKind.unaccounted, durationNs: micro(300), couldBe: Doubt.stall | Doubt.kernelExit },
      { kind: PartKind.softirq, number: 3, durationNs: micro(80), count: 2 },
      { kind: PartKind.firmware, number: 3, durationNs: micro(32), count: 1 },
    ]);
    expect(chinese({ ...victim, parts, partsIncomplete: true })).toBe(
      'CPU 1 上的 cyclictest/2 运行晚了 412 µs：软中断 NET_RX 2 次共 80 µs，固件（3 次 SMI，上限）32 µs，' +
        '未归因 300 µs（可能是 CPU 停顿，或退出内核途中关中断）。飞行记录器已覆盖此时段的开头。',
    );
  });

  it('says for how long interrupts were disabled', () => {
    const bounds = { lowerNs: 300_000, upperNs: 412_000, exact: false };
    expect(chinese({ measure: 'irqsoff', bounds, task: kworker, stack })).toBe(
      'CPU 0 关中断 300–412 µs，期间 kworker/1:1/33 在内核中运行（blk_mq_dispatch_rq_list）。',
    );
    expect(chinese({ measure: 'irqsoff', bounds: { ...bounds, lowerNs: 0 }, mode: 'idle' })).toBe(
      'CPU 0 关中断最多 412 µs，期间 CPU 空闲。',
    );
  });
});
