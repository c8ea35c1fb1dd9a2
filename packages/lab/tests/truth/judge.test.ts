import { describe, expect, it } from 'vitest';
import { isMet, judge, type Row, rowOf } from './judge.ts';
import { KINDS, type Kind } from './kinds.ts';
import { parseWindows } from './windows.ts';

const kind = (name: string): Kind => KINDS.find((each) => each.name === name)!;

/** A window of 4 ms, and a spike of 4.1 ms on CPU 1 around it, with these parts. */
const said = (...parts: string[]): string =>
  [
    ...['callbacks_available=hrtimer,work,call', 'senders_available=work,call'],
    ...['window pid=226 from=1000000000 to=1004000000', 'spike=7', 'time=1004100000', 'value_ns=4100000'],
    ...['measure=wakeup_latency', 'cpu=1', ...parts.map((part) => `part=${part}`), 'parts_incomplete=0', ''],
  ].join('\n');

const verdict = (name: string, ...parts: string[]) =>
  judge(kind(name), parseWindows(said(...parts)).windows[0]!);

const CALL = 'vector 251 0 1 4010000 CAL callback=call function=inside_call';
const SENDER = 'sender_cpu=0 sender_pid=226 sender_comm=perl sender_function=start_call';

describe('a window', () => {
  it('is found, and its function and sender are right', () => {
    expect(verdict('function call', `${CALL} ${SENDER}`)).toMatchObject({
      ...{ found: true, named: true, sent: true, wrong: [] },
      shown: `${CALL} ${SENDER}`,
    });
  });

  it('is not found without a spike of its time, on another CPU, or if the largest part is too short', () => {
    const text = said(CALL);
    const other = [
      text.slice(0, text.indexOf('spike=')),
      text.replace('cpu=1', 'cpu=0'),
      text.replace('time=1004100000', 'time=1009100000'),
      text.replace(' 4010000 ', ' 2010000 '),
    ];
    for (const each of other)
      expect(judge(kind('function call'), parseWindows(each).windows[0]!), each).toMatchObject({
        found: false,
      });
  });

  it('has no name if nothing is stated, and that is not wrong', () => {
    expect(verdict('function call', 'vector 251 0 1 4010000 CAL')).toMatchObject({
      ...{ found: true, named: false, sent: false, wrong: [] },
    });
  });

  it('has a wrong name if the largest part states another function or callback', () => {
    for (const part of [
      CALL.replace('inside_call', 'flush_tlb_func'),
      CALL.replace('inside_call', 'inside_callback'),
      CALL.replace('callback=call', 'callback=work'),
    ])
      expect(verdict('function call', part)).toMatchObject({ named: false, wrong: [part] });
  });

  it('has a wrong sender if the task, its CPU or its function is another one', () => {
    for (const [is, not] of [
      ['sender_pid=226', 'sender_pid=227'],
      ['sender_cpu=0', 'sender_cpu=1'],
      ['start_call', 'tlb_finish_mmu'],
    ] as const)
      expect(verdict('function call', `${CALL} ${SENDER.replace(is, not)}`)).toMatchObject({
        ...{ named: true, sent: false, wrong: [expect.any(String)] },
      });
    const timer = 'vector 236 0 1 4010000 LOC callback=hrtimer function=inside_hrtimer sender_armed=1';
    for (const [cpu, sent] of [
      [1, true],
      [0, false],
    ] as const)
      expect(verdict('hrtimer', `${timer} sender_cpu=${cpu} sender_pid=226`)).toMatchObject({
        ...{ named: true, sent, wrong: sent ? [] : [expect.any(String)] },
      });
    const without = SENDER.slice(0, SENDER.indexOf(' sender_function'));
    expect(verdict('function call', `${CALL} ${without}`)).toMatchObject({
      ...{ sent: true, placed: false, wrong: [] },
    });
  });

  it('is as long as the largest part and the interrupts in it, if the host did not pause the CPU', () => {
    const parts = ['task 0 226 3 3500000 perl samples=3/3 in=inside_spin', 'vector 236 0 4 510000 LOC'];
    expect(verdict('preemption off', ...parts)).toMatchObject({ found: true });
    expect(verdict('preemption off', parts[0]!, 'task 0 1 1 510000 init')).toMatchObject({ found: false });
    const window = { ...parseWindows(said(parts[0]!)).windows[0]!, pausedNs: 400_000 };
    expect(judge(kind('preemption off'), window)).toMatchObject({ found: true });
    expect(judge(kind('preemption off'), { ...window, pausedNs: 0 })).toMatchObject({ found: false });
  });

  it('is named by a measure of functions', () => {
    const text = said()
      .replace('wakeup_latency', 'napi_duration')
      .replace('cpu=1', 'name=rtprobe-napi:\\x20inside_napi\\x20[rtprobe_disturb]\ncpu=1');
    const judged = (output: string) => judge(kind('NAPI'), parseWindows(output).windows[0]!);
    expect(judged(text)).toMatchObject({ found: true, named: true, wrong: [] });
    expect(judged(text.replace('inside_napi', 'e1000_clean'))).toMatchObject({
      ...{ named: false, wrong: [expect.any(String)] },
    });
  });

  it('is named by the poll of a network device', () => {
    const part =
      'softirq 3 0 1 4010000 NET_RX callback=napi function=rtprobe-napi:\\x20inside_napi\\x20[drv]';
    expect(verdict('NAPI', part)).toMatchObject({ named: true, wrong: [] });
    expect(verdict('NAPI', part.replace('inside_napi', 'e1000_clean'))).toMatchObject({
      wrong: [expect.any(String)],
    });
  });

  it('may have interrupts whose time the measure is without', () => {
    const tasklet = said('softirq 6 0 3 1900000 TASKLET callback=tasklet function=inside_tasklet')
      .replace('wakeup_latency', 'softirq_duration')
      .replace('value_ns=4100000', 'value_ns=2000000');
    const interrupt = said('vector 236 0 1 2050000 LOC')
      .replace('wakeup_latency', 'vector_duration')
      .replace('time=1004100000', 'time=1003000000')
      .replace('value_ns=4100000', 'value_ns=2050000');
    const judged = (text: string) => judge(kind('tasklet'), parseWindows(text).windows[0]!);
    expect(judged(tasklet)).toMatchObject({ found: false });
    const longer = tasklet.replace('1900000', '4900000').replace('value_ns=2000000', 'value_ns=5000000');
    expect(judged(longer)).toMatchObject({ found: false });
    expect(judged(`${tasklet}${interrupt.slice(interrupt.indexOf('spike='))}`)).toMatchObject({
      ...{ found: true, named: true, wrong: [] },
    });
  });

  it('is within the bounds of a measure that has them', () => {
    const bounds = (value: number, upper: number) =>
      judge(
        kind('preemption off, by preemptoff'),
        parseWindows(
          said('task 0 226 3 3500000 perl samples=3/3 in=inside_spin').replace(
            'value_ns=4100000',
            `value_ns=${value}\nlower_ns=${value}\nupper_ns=${upper}`,
          ),
        ).windows[0]!,
      );
    expect(bounds(3_200_000, 4_300_000)).toMatchObject({ found: true, named: true });
    expect(bounds(3_200_000, 3_900_000)).toMatchObject({ found: false });
    expect(bounds(4_200_000, 5_000_000)).toMatchObject({ found: false });
  });

  it('may be longer if the CPU waits for other CPUs after the function', () => {
    const late = (name: string) =>
      judge(
        kind(name),
        parseWindows(
          said('task 0 32 2 6010000 migration/1')
            .replace('time=1004100000', 'time=1006100000')
            .replace('value_ns=4100000', 'value_ns=6100000'),
        ).windows[0]!,
      );
    expect(late('stop_machine')).toMatchObject({ found: true });
    expect(late('preemption off')).toMatchObject({ found: false });
  });

  it('has no name if samples only found what runs the function', () => {
    const migration = 'task 0 32 2 4010000 migration/1 samples=2/2 in=';
    expect(verdict('stop_machine', `${migration}multi_cpu_stop`)).toMatchObject({ named: false, wrong: [] });
    expect(verdict('stop_machine', `${migration}schedule`)).toMatchObject({ wrong: [expect.any(String)] });
  });

  it('is named by samples only if more than half of them found the function', () => {
    const task = 'task 0 226 1 4010000 perl';
    expect(verdict('preemption off', `${task} samples=3/4 in=inside_spin preempt_off=4`)).toMatchObject({
      ...{ named: true, wrong: [] },
    });
    expect(verdict('preemption off', `${task} samples=2/4 in=inside_spin`)).toMatchObject({ named: false });
    expect(verdict('preemption off', `${task} samples=3/4 in=mutex_lock`)).toMatchObject({
      ...{ named: false, wrong: [expect.any(String)] },
    });
  });

  it('of many short calls may have others beside them, but not instead of them', () => {
    const flush = 'vector 251 0 1 2100 CAL callback=call function=flush_tlb_func';
    const other = 'vector 251 0 1 1900 CAL callback=call function=ipi_mb';
    const both = `${said(flush)}${said(other).slice(said(other).indexOf('spike='))}`;
    expect(judge(kind('TLB shootdown'), parseWindows(both).windows[0]!)).toMatchObject({
      named: true,
      wrong: [],
    });
    expect(verdict('TLB shootdown', other)).toMatchObject({ named: false, wrong: [other] });
    const work = other.replace('callback=call', 'callback=irq_work');
    expect(verdict('TLB shootdown', work)).toMatchObject({ named: false, wrong: [] });
  });
});

describe('a row', () => {
  const row = (name: string, ...parts: string[]): Row => {
    const { windows, ...available } = parseWindows(said(...parts));
    return rowOf(kind(name), available, windows);
  };

  it('counts what the kernel does not report apart', () => {
    const { windows } = parseWindows(said('vector 251 0 1 4010000 CAL'));
    const none = rowOf(kind('function call'), { callbacks: [], senders: [] }, windows);
    expect(none).toMatchObject({ windows: 1, found: 1, named: null, sent: null, wrong: 0 });
    expect(isMet(none)).toBe(true);
    expect(row('hrtimer', 'vector 236 0 1 4010000 LOC')).toMatchObject({ named: 0, sent: null });
    const { windows: timers } = parseWindows(said('softirq 1 0 1 4010000 TIMER'));
    const senders = { callbacks: ['timer'], senders: ['timer'] };
    expect(rowOf(kind('timer_list'), senders, timers)).toMatchObject({ named: 0, sent: 0, placed: null });
  });

  it('meets the targets only if all are found and named and nothing is wrong', () => {
    const good = row('function call', `${CALL} ${SENDER}`);
    expect(isMet(good)).toBe(true);
    for (const less of [{ found: 0 }, { named: 0 }, { sent: 0 }, { wrong: 1 }, { windows: 0 }])
      expect(isMet({ ...good, ...less }), JSON.stringify(less)).toBe(false);
  });
});
