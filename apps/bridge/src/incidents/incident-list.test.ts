import type { Incident, Spike, SpikePart, TaskInfo } from '@rtprobe/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishIn } from '../explain/testing.ts';
import { IncidentList } from './incident-list.ts';

const MS = 1e6;

const task = (comm: string, pid: number): TaskInfo => ({
  ...{ pid, tgid: pid, startNs: '5', comm, policy: 'SCHED_OTHER', priority: 0, nice: 0, kthread: false },
});

let number = 0;

/** A spike whose window ended `at` ms after boot. */
function spike(at: number, ms: number, change: Partial<Spike> = {}): Spike {
  return {
    id: `a-${++number}`,
    host: 'lab',
    time: 1e15 + at * 1000,
    monoNs: String(at * MS),
    measure: 'timer_latency',
    valueNs: ms * MS,
    thresholdNs: MS,
    cpu: 1,
    onlineCpus: 4,
    ...{ number: 0, name: 'timer_latency', label: 'timer', mode: 'kernel', stack: [] },
    task: task('fio', 700),
    ...{ sentence: '', culprit: 'unaccounted' },
    ...change,
  };
}

const part = (kind: string, ms: number, change: Partial<SpikePart> = {}): SpikePart => ({
  ...{ kind: kind as SpikePart['kind'], number: 0, name: '', label: kind, durationNs: ms * MS, count: 1 },
  ...change,
});
const byIrq = (ms: number): Partial<Spike> => ({
  culprit: 'irq 34 rtprobe-edu',
  parts: [part('hardirq', ms, { number: 34, name: 'rtprobe-edu', label: 'irq 34' })],
});
const irq34 = (at: number, ms: number, change: Partial<Spike> = {}): Spike =>
  spike(at, ms, {
    ...{ measure: 'hardirq_duration', number: 34, name: 'rtprobe-edu', label: 'irq 34' },
    culprit: 'irq 34 rtprobe-edu',
    ...change,
  });

function incidentsOf(...spikes: Spike[]): Incident[] {
  const list = new IncidentList();
  for (const one of spikes) list.add(one);
  list.update();
  for (const { zh, symptoms } of list.all) {
    const of = spikes.filter(({ id }) => symptoms.includes(id));
    expect(zh?.sentence).toMatch(/\p{Script=Han}.*。$/u);
    expect(englishIn(zh!.sentence, of)).toEqual([]);
  }
  return list.all;
}

describe('spikes of one CPU', () => {
  it('whose windows overlap are one incident of whatever held the CPU, with what was late because of it', () => {
    const held = irq34(120, 20);
    const timer = spike(120.02, 19.5, byIrq(19.5));
    const woken = spike(121, 21, {
      ...{ measure: 'wakeup_latency', victim: task('cyclictest', 1), ...byIrq(20) },
    });
    const [incident, ...others] = incidentsOf(held, timer, woken);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      ...{ id: held.id, primary: held.id, origin: 'linux', culprit: 'irq 34 rtprobe-edu' },
      ...{ valueNs: 21 * MS, cpus: [1], symptoms: [held.id, timer.id, woken.id] },
      sentence: 'Irq 34 rtprobe-edu held CPU 1 for 20 ms; late because of it: the timer, cyclictest/1.',
    });
  });

  it('name the function that the interrupt ran, whichever spike knows it', () => {
    const callback = { kind: 'hrtimer', function: 'poll [drv]' } as const;
    const loc = { number: 0, name: 'LOC', label: 'LOC' };
    const held = spike(120, 20, { ...loc, measure: 'vector_duration', culprit: 'LOC local timer' });
    const timer = spike(120.02, 19.5, {
      culprit: 'LOC local timer: hrtimer poll [drv]',
      parts: [part('vector', 19.5, { ...loc, callback })],
    });
    const [incident, ...others] = incidentsOf(held, timer);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      ...{ primary: timer.id, culprit: 'LOC local timer: hrtimer poll [drv]' },
      sentence:
        'The local timer interrupt (LOC) held CPU 1 for 19.5 ms in hrtimer poll [drv]; late because of it: the timer.',
    });
  });

  it('name what asked for the function', () => {
    const callback = { kind: 'call', function: 'flush [drv]' } as const;
    const sender = { cpu: 3, inInterrupt: true };
    const late = spike(120, 5, {
      culprit: 'CAL single-CPU function call: function flush [drv]',
      parts: [part('vector', 5, { number: 3, name: 'CAL_SINGLE', label: 'CAL', callback, sender })],
    });
    expect(incidentsOf(late)[0]).toMatchObject({
      sentence:
        'The single-CPU function call interrupt (CAL) held CPU 1 for 5 ms in function flush [drv] (asked for by an interrupt on CPU 3); late because of it: the timer.',
    });
  });

  it('do not name a function that took only a small part of the time', () => {
    const callback = { kind: 'hrtimer', function: 'tick [drv]' } as const;
    const loc = { number: 0, name: 'LOC', label: 'LOC' };
    const held = spike(120, 20, { ...loc, measure: 'vector_duration', culprit: 'LOC local timer' });
    const late = spike(120.1, 1.1, {
      culprit: 'LOC local timer: hrtimer tick [drv]',
      parts: [part('vector', 0.1, { ...loc, callback })],
    });
    expect(incidentsOf(held, late)[0]).toMatchObject({
      ...{ primary: held.id, culprit: 'LOC local timer' },
      sentence: 'The local timer interrupt (LOC) held CPU 1 for 20 ms; late because of it: the timer.',
    });
  });

  it('say how long the function ran that took most of an interrupt’s own time', () => {
    const callback = { kind: 'hrtimer', function: 'poll [drv]' } as const;
    const loc = { number: 0, name: 'LOC', label: 'LOC' };
    const held = spike(120, 20, {
      ...{ ...loc, measure: 'vector_duration', culprit: 'LOC local timer: hrtimer poll [drv]' },
      parts: [part('vector', 12, { ...loc, callback }), part('vector', 8, loc)],
    });
    expect(incidentsOf(held)[0]).toMatchObject({
      sentence: 'The local timer interrupt (LOC) held CPU 1 for 20 ms, 12 ms of it in hrtimer poll [drv].',
    });
  });

  it('name the work item that disabled interrupts in a worker', () => {
    const callback = { kind: 'work', function: 'scan' } as const;
    const off = spike(120, 5, { measure: 'irqsoff', culprit: 'interrupts disabled in kworker/1:1' });
    const timer = spike(120.02, 5.1, {
      culprit: 'interrupts disabled in kworker: work scan',
      parts: [part('irqs_off', 5.1, { name: 'kworker/1:1', pid: 33, callback })],
    });
    expect(incidentsOf(off, timer)[0]).toMatchObject({
      sentence:
        'kworker/1:1/33 disabled interrupts on CPU 1 for 5.10 ms in work scan; late because of it: the timer.',
    });
  });

  it('say that a task disabled preemption, and what was late because of it', () => {
    const kworker = { name: 'kworker/1:1', pid: 33, label: 'kworker/1:1' };
    const off = spike(120, 17, {
      ...{ measure: 'preemptoff', culprit: 'kworker/1:1', task: task('kworker/1:1', 33) },
      bounds: { lowerNs: 17 * MS, upperNs: 18 * MS, exact: false },
      parts: [part('task', 16.9, kworker), part('vector', 0.1, { label: 'LOC' })],
    });
    const late = spike(120.005, 16, {
      ...{ measure: 'wakeup_latency', culprit: 'kworker/1:1', victim: task('daq', 9) },
      parts: [part('task', 16, kworker)],
    });
    const [incident, ...others] = incidentsOf(late, off);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      primary: off.id,
      sentence: 'kworker/1:1/33 disabled preemption on CPU 1 for 17–18 ms; late because of it: daq/9.',
    });
  });

  it('name the interrupt that took most of the time with preemption disabled', () => {
    const off = spike(120, 10, {
      ...{ measure: 'preemptoff', culprit: 'irq 34 rtprobe-edu', task: task('fio', 5) },
      bounds: { lowerNs: 10 * MS, upperNs: 11 * MS, exact: false },
      parts: [part('hardirq', 9.9, { number: 34, name: 'rtprobe-edu', label: 'irq 34' })],
    });
    expect(incidentsOf(off)[0]!.sentence).toBe('Irq 34 rtprobe-edu held CPU 1 for 9.90 ms.');
  });

  it('whose windows are apart are incidents of their own', () => {
    expect(incidentsOf(irq34(100, 5), irq34(106, 5), spike(106, 1))).toHaveLength(2);
  });

  it('that are on another CPU at the same time are not part of it', () => {
    expect(incidentsOf(irq34(100, 20), spike(99, 4, { cpu: 2 }))).toHaveLength(2);
  });

  it('that only say that a line was disabled join nothing', () => {
    const line = spike(500, 450, { measure: 'irqline_off', number: 34, label: 'irq 34', culprit: 'x' });
    expect(incidentsOf(irq34(100, 5), irq34(300, 5), line)).toHaveLength(3);
  });

  it('include the time that the interrupt stole from a task, although its window is not recorded', () => {
    const stolen = spike(300, 20, {
      ...{
        measure: 'stolen',
        number: 34,
        name: 'rtprobe-edu',
        label: 'irq 34',
        culprit: 'irq 34 rtprobe-edu',
      },
      victim: task('cyclictest', 1),
    });
    const [incident, ...others] = incidentsOf(irq34(120, 20), stolen);
    expect(others).toEqual([]);
    expect(incident!.sentence).toBe(
      'Irq 34 rtprobe-edu held CPU 1 for 20 ms; late because of it: cyclictest/1.',
    );
  });
});

describe('spikes of several CPUs', () => {
  it('are linked by the irq that woke the task that was late', () => {
    const late = spike(112, 13, { measure: 'irq_to_task', number: 34, cpu: 3, victim: task('daq', 9) });
    expect(incidentsOf(irq34(110, 10), late)).toHaveLength(1);
    expect(incidentsOf(irq34(110, 10), { ...late, number: 35 })).toHaveLength(2);
  });

  it('are linked by a late task that woke the other', () => {
    const waker = spike(110, 10, { measure: 'irq_thread_latency', number: 9, victim: task('irq/9-x', 50) });
    const woken = { measure: 'irq_to_task', number: 3, cpu: 2, victim: task('daq', 9) } as const;
    expect(incidentsOf(waker, spike(111, 9, { ...woken, waker: task('irq/9-x', 50) }))).toHaveLength(1);
    expect(incidentsOf(waker, spike(111, 9, { ...woken, waker: task('other', 51) }))).toHaveLength(2);
  });

  it('are one incident if they hit every CPU at once, which is no cause', () => {
    const all = [0, 1, 2, 3].map((cpu) => spike(200 + cpu / 10, 30 + cpu, { cpu }));
    const [incident, ...others] = incidentsOf(...all);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ cpus: [0, 1, 2, 3], origin: 'unproven', onlineCpus: 4 });
    expect(incident!.sentence).toContain(
      'its cause is not proven; late at the same time on 4 of 4 CPUs: the timer',
    );
    expect(incidentsOf(...all.slice(1))).toHaveLength(3);
  });

  it('stay apart on all CPUs if their windows share too little', () => {
    const two = { onlineCpus: 2 };
    expect(incidentsOf(irq34(120, 20, two), spike(118, 2, { cpu: 0, ...two }))).toHaveLength(2);
  });
});

describe('the primary spike', () => {
  it('is never one that is unaccounted or the probe, however long', () => {
    const unaccounted = spike(150, 50, { parts: [part('unaccounted', 50)] });
    const probe = spike(150, 45, { parts: [part('probe', 45)], culprit: 'rtprobe itself' });
    const [incident] = incidentsOf(unaccounted, probe, spike(150, 5, byIrq(3)));
    expect(incident).toMatchObject({ culprit: 'irq 34 rtprobe-edu', origin: 'linux', valueNs: 50 * MS });
  });

  it('is the probe if nothing else explains it', () => {
    const probe = part('probe', 34, { label: 'rtprobe itself' });
    const [incident] = incidentsOf(spike(150, 45, { parts: [probe], culprit: 'rtprobe itself' }));
    expect(incident).toMatchObject({ culprit: 'rtprobe itself', origin: 'linux' });
    expect(incident!.sentence).toBe('rtprobe itself held CPU 1 for 34 ms; late because of it: the timer.');
  });

  it('is none whose cause was late itself', () => {
    const running = part('task', 18, { name: 'ksoftirqd/1', label: 'ksoftirqd/1', pid: 21 });
    const first = spike(120, 12, {
      measure: 'wakeup_latency',
      victim: task('ksoftirqd/1', 21),
      ...byIrq(10),
    });
    const second = spike(135, 28, {
      ...{ measure: 'wakeup_latency', victim: task('cyclictest', 1), culprit: 'ksoftirqd/1' },
      parts: [running, part('hardirq', 10, { number: 34, label: 'irq 34' })],
    });
    expect(incidentsOf(first, second)[0]!.culprit).toBe('irq 34 rtprobe-edu');
  });

  it('states of firmware only what its counter proves', () => {
    const timer = spike(200, 9, { culprit: 'firmware', parts: [part('firmware', 9, { number: 3 })] });
    const woken = spike(200.1, 9, { measure: 'wakeup_latency', victim: task('cyclictest', 1) });
    expect(incidentsOf(timer, woken)[0]).toMatchObject({
      ...{ primary: timer.id, origin: 'unproven' },
      sentence:
        'The timer on CPU 1 fired 9 ms late; 3 SMIs took at most 9 ms of that time; also late: cyclictest/1.',
    });
    expect(incidentsOf(timer, spike(200, 9, byIrq(2)))[0]).toMatchObject({
      ...{ culprit: 'irq 34 rtprobe-edu', origin: 'linux' },
    });
  });

  it('is of an idle state only for as long as the state takes to leave', () => {
    const left = (ms: number) =>
      spike(200, ms, {
        mode: 'idle',
        parts: [part('idle_exit', ms, { name: 'C6', idleState: { index: 3, exitLatencyNs: 133_000 } })],
      });
    expect(incidentsOf(left(0.13))[0]).toMatchObject({
      origin: 'linux',
      sentence: 'CPU 1 took 130 µs to leave idle state C6; late because of it: the timer.',
    });
    expect(incidentsOf(left(9))[0]).toMatchObject({
      origin: 'unproven',
      sentence: 'The timer on CPU 1 fired 9 ms late; the CPU was in idle state C6 or leaving it for 9 ms.',
    });
  });

  it('is the one of the host in words and in sentence, if the host took most of a handler', () => {
    const own = irq34(200, 40, { culprit: 'host', hostDelayNs: 21 * MS });
    expect(incidentsOf(own)).toMatchObject([
      { culprit: 'host', origin: 'outside', sentence: 'The host did not run CPU 1 for 21 ms.' },
    ]);
    const less = irq34(400, 40, { hostDelayNs: 15 * MS });
    expect(incidentsOf(less)).toMatchObject([
      { origin: 'linux', sentence: 'Irq 34 rtprobe-edu held CPU 1 for 40 ms.' },
    ]);
  });

  it('is the one of the host, if the host did not run the CPU while a handler ran', () => {
    const handler = irq34(200, 97);
    const timer = spike(200, 97, { culprit: 'host', parts: [part('host', 96.5), part('unaccounted', 0.5)] });
    expect(incidentsOf(handler, timer)[0]).toMatchObject({
      ...{ origin: 'outside', primary: timer.id },
      sentence: 'The host did not run CPU 1 for 96.5 ms; late because of it: the timer.',
    });
  });
});

describe('the sentence in Chinese', () => {
  const chinese = (...spikes: Spike[]) => incidentsOf(...spikes)[0]!.zh!.sentence;

  it('says what the cause did, and what was late because of it', () => {
    const timer = spike(120.02, 19.5, byIrq(19.5));
    const woken = spike(121, 21, { measure: 'wakeup_latency', victim: task('cyclictest', 1), ...byIrq(20) });
    expect(chinese(irq34(120, 20), timer, woken)).toBe(
      'irq 34 rtprobe-edu 占用 CPU 1 共 20 ms；因此迟到：定时器、cyclictest/1。',
    );
    expect(chinese(spike(150, 45, { parts: [part('probe', 34, { label: 'rtprobe itself' })] }))).toBe(
      'rtprobe 自身占用 CPU 1 共 34 ms；因此迟到：定时器。',
    );
    expect(chinese(spike(200, 97, { parts: [part('host', 96.5)] }))).toBe(
      '宿主机有 96.5 ms 未运行 CPU 1；因此迟到：定时器。',
    );
  });

  it('counts the names beyond the first, each once', () => {
    const late = [1, 2, 3, 4, 5, 6, 7, 7].map((pid) =>
      spike(120, 20, { measure: 'wakeup_latency', victim: task('t', pid) }),
    );
    expect(chinese(irq34(120, 20), ...late)).toBe(
      'irq 34 rtprobe-edu 占用 CPU 1 共 20 ms；因此迟到：t/1、t/2、t/3、t/4、t/5，另有 2 个。',
    );
  });

  it('says if the cause is not proven, and if every CPU was late', () => {
    expect(chinese(...[0, 1, 2, 3].map((cpu) => spike(200, 30 + cpu, { cpu })))).toBe(
      'CPU 3 上的定时器触发晚了 33 ms；原因未证实；4 个 CPU 中的 4 个同时迟到：定时器。',
    );
  });
});

it('a disturbance without end is cut after a while, so that an incident stays bounded', () => {
  const spikes = Array.from({ length: 400 }, (_, i) => spike(i * 100, 120));
  const incidents = incidentsOf(...spikes);
  expect(incidents).toHaveLength(4);
  expect(incidents.flatMap(({ symptoms }) => symptoms)).toHaveLength(400);
});

const anySpike = fc.record({
  at: fc.integer({ min: 0, max: 90_000 }),
  ms: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 20_000 })),
  cpu: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('timer', 'irq', 'woken', 'stolen', 'chain'),
  pid: fc.integer({ min: 1, max: 6 }),
});

function made(any: readonly { at: number; ms: number; cpu: number; kind: string; pid: number }[]): Spike[] {
  const changes: Record<string, (pid: number) => Partial<Spike>> = {
    timer: () => ({ parts: [part('unaccounted', 1)] }),
    irq: (pid) => ({ ...irq34(1, 1), id: '', number: pid, label: `irq ${pid}`, culprit: `irq ${pid}` }),
    woken: (pid) => ({ measure: 'wakeup_latency', victim: task('t', pid), ...byIrq(1) }),
    stolen: (pid) => ({ measure: 'stolen', number: pid, label: `irq ${pid}`, victim: task('t', pid + 1) }),
    chain: (pid) => ({
      ...{ measure: 'irq_to_task', number: pid, victim: task('t', pid + 2), waker: task('t', pid) },
    }),
  };
  return any.map(({ at, ms, cpu, kind, pid }, i) => {
    const { id, monoNs, time, valueNs, ...change } = changes[kind]!(pid);
    return { ...spike(at, ms, { ...change, cpu }), id: `a-${i + 1}` };
  });
}

const anySpikes = fc.array(anySpike, { maxLength: 60 }).map(made);

describe('whatever spikes there are', () => {
  const shuffled = anySpikes.chain((spikes) =>
    fc.record({
      spikes: fc.constant(spikes),
      order: fc.shuffledSubarray(spikes, { minLength: spikes.length }),
      batch: fc.integer({ min: 1, max: 9 }),
    }),
  );

  it('their incidents are the same in any order of arrival and in any batches', () => {
    fc.assert(
      fc.property(shuffled, ({ spikes, order, batch }) => {
        const list = new IncidentList();
        const followed = new Map<string, Incident>();
        for (let i = 0; i < order.length; i += batch) {
          for (const one of order.slice(i, i + batch)) list.add(one);
          const { changed, removed } = list.update();
          for (const id of removed) followed.delete(id);
          for (const incident of changed) followed.set(incident.id, incident);
        }
        const expected = incidentsOf(...spikes);
        const sorted = (all: Iterable<Incident>) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(sorted(list.all)).toEqual(sorted(expected));
        expect(sorted(followed.values())).toEqual(sorted(expected));
      }),
    );
  });

  it('each is in exactly one incident', () => {
    fc.assert(
      fc.property(anySpikes, (spikes) => {
        const ids = incidentsOf(...spikes).flatMap(({ symptoms }) => symptoms);
        expect(ids.toSorted()).toEqual(spikes.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('a list that was read anew from any time on agrees from one reach later on', () => {
    fc.assert(
      fc.property(anySpikes, fc.integer({ min: 0, max: 60_000 }), (spikes, from) => {
        const endOf = ({ monoNs }: Spike) => Number(monoNs) / MS;
        const list = new IncidentList();
        for (const one of spikes.filter((s) => endOf(s) >= from)) list.add(one);
        list.update();
        for (const one of spikes.filter((s) => endOf(s) >= from + 32_000)) {
          const whole = incidentsOf(...spikes).find(({ symptoms }) => symptoms.includes(one.id));
          expect(list.of(one.id)).toEqual(whole);
        }
      }),
    );
  });
});
