import { describe, expect, it } from 'vitest';
import { culpritOf, explain, type SpikeFacts } from './explain.ts';

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
const edu = { measure: 'hardirq_duration', number: 24, name: 'rtprobe-edu', label: 'irq 24' } as const;

describe('the sentence of a spike', () => {
  it('names a hard handler, how long it held which CPU and whom it interrupted', () => {
    const facts = spike({ ...edu, valueNs: 3_020_000, cpu: 1, mode: 'user', stack: [] });
    expect(explain(facts)).toBe(
      'Irq 24 rtprobe-edu held CPU 1 for 3.02 ms; it interrupted camera-grab/411 in user space.',
    );
    expect(culpritOf(facts)).toBe('irq 24 rtprobe-edu');
  });

  it('calls a vector by what it is for', () => {
    const facts = spike({ measure: 'vector_duration', number: 0, name: 'LOC', label: 'LOC', mode: 'idle' });
    expect(explain(facts)).toBe('The local timer interrupt (LOC) held CPU 0 for 812 µs; the CPU was idle.');
    expect(culpritOf(facts)).toBe('LOC local timer');
  });

  it('blames a handler for a late timer when it ran for half of the delay', () => {
    const facts = spike({ cause: { ...edu, durationNs: 640_000 } });
    expect(explain(facts)).toBe(
      'The timer on CPU 0 fired 812 µs late: the handler of irq 24 rtprobe-edu ran for 640 µs and ended in that time; ' +
        'camera-grab/411 was running in the kernel, at do_disturb [rtprobe_disturb].',
    );
    expect(culpritOf(facts)).toBe('irq 24 rtprobe-edu');
  });

  it('does not blame a handler that ran for less', () => {
    const facts = spike({ cause: { ...edu, durationNs: 9_000 } });
    expect(explain(facts)).toContain(
      'the longest hard handler in that time, irq 24 rtprobe-edu, took only 9.00 µs',
    );
    expect(culpritOf(facts)).toBe('interrupts off in camera-grab?');
  });

  it('only suspects interrupts that were off when the stack does not show them coming back on', () => {
    expect(explain(spike({}))).toBe(
      'The timer on CPU 0 fired 812 µs late; no measured handler ended in that time. ' +
        'camera-grab/411 was running in the kernel, at do_disturb [rtprobe_disturb]: ' +
        'if interrupts were off, this is where they came back on.',
    );
    const shown = spike({ stack: ['_raw_spin_unlock_irqrestore+0x1b/0x40', 'fio_submit+0x1/0x2'] });
    expect(explain(shown)).toContain('at fio_submit, where interrupts came back on.');
    expect(culpritOf(shown)).toBe('interrupts off in camera-grab');
  });

  it('never says that user space turned interrupts off', () => {
    const facts = spike({ mode: 'user', stack: [] });
    expect(explain(facts)).toContain('the delay lies outside of what is measured');
    expect(culpritOf(facts)).toBe('unseen, in user space');
  });

  it('says that a softirq ran on top of a task that only lent its context', () => {
    const facts = spike({ stack: ['net_rx_action+0x10/0x20', 'handle_softirqs+0xe1/0x2c0'] });
    expect(explain(facts)).toContain('A softirq was running on top of camera-grab/411, at net_rx_action');
  });
});
