import { describe, expect, it } from 'vitest';
import { causeKey, causeParts } from './cause.ts';
import type { CallbackInfo, Spike } from './spike.ts';

const task = {
  ...{ pid: 7, tgid: 7, startNs: '1', policy: 'SCHED_OTHER', priority: 0, nice: 0 },
  kthread: true,
};
const spike = {
  ...{ measure: 'timer_latency', label: 'timer', name: 'timer', mode: 'kernel' },
  stack: ['unlock+0x1b/0x40', 'submit.isra.0+0x2/0x9 [nvme]', 'write+0x1/0x2', 'entry+0x1/0x9'],
  task: { ...task, comm: 'kworker/1:2-events' },
  cause: { measure: 'hardirq_duration', number: 36, name: 'virtio1-req.0', label: 'irq 36', durationNs: 5 },
} satisfies Partial<Spike>;

describe('the cause of a spike', () => {
  it('is who did it, the innermost functions, and the kind of task that was interrupted', () => {
    expect(causeParts(spike)).toEqual({
      measure: 'timer_latency',
      source: 'irq 36 virtio1-req.0',
      frames: ['unlock', 'submit', 'write'],
      victim: 'kworker/*-events',
    });
  });

  it('is the same at another offset, behind another way in, and in another worker', () => {
    const stack = ['unlock+0x20/0x40', 'submit.constprop.0+0x3/0x9 [nvme]', 'write+0x1/0x2', 'other+0x1/0x2'];
    expect(causeKey({ ...spike, stack, task: { ...task, comm: 'kworker/0:11-events' } })).toBe(
      causeKey(spike),
    );
  });

  it.each([
    ['source', { cause: { ...spike.cause, number: 37, label: 'irq 37' } }],
    ['function', { stack: ['other+0x1/0x2', ...spike.stack.slice(1)] }],
    ['victim', { task: { ...task, comm: 'fio' } }],
    ['measure', { measure: 'hardirq_duration' as const }],
  ])('is another one with another %s', (_what, change) => {
    expect(causeKey({ ...spike, ...change })).not.toBe(causeKey(spike));
  });

  it('takes all idle tasks for one', () => {
    const swapper = (n: number) =>
      causeKey({ ...spike, mode: 'idle', task: { ...task, comm: `swapper/${n}` } });
    expect(swapper(0)).toBe(swapper(3));
  });

  it.each([
    ['irqs_off', 'fio', 'interrupts off', 'interrupts disabled'],
    ['idle_exit', '', 'idle or leaving it', 'idle exit'],
    ['switch', '', 'the switch itself', 'context switch'],
    ['probe', '', 'the probe itself', 'rtprobe itself'],
    ['other', '', 'others', 'other parts'],
  ] as const)(
    'of kind %s (%s) is the same whether a release called it "%s" or "%s"',
    (kind, name, was, is) => {
      const key = (label: string) =>
        causeKey({ ...spike, parts: [{ kind, name, label, number: 0, durationNs: 5, count: 1 }] });
      expect(key(was)).toBe(key(is));
      expect(key(is)).not.toBe(causeKey(spike));
    },
  );

  it('is the function that ran, whatever worker ran it', () => {
    const part = { kind: 'task', number: 0, durationNs: 5, count: 1 } as const;
    const key = (name: string, fn?: string) =>
      causeKey({
        ...spike,
        parts: [
          { ...part, name, label: name, ...(fn && { callback: { kind: 'work', function: fn } as const }) },
        ],
      });
    expect(key('kworker/1:2', 'scan.isra.0')).toBe(key('kworker/0:7', 'scan'));
    expect(key('kworker/1:2', 'scan')).not.toBe(key('kworker/1:2', 'flush'));
    expect(key('kworker/1:2', 'scan')).not.toBe(key('kworker/1:2'));
  });

  it('is the function that a thread of each CPU ran, whatever the CPU', () => {
    const key = (name: string, kind: CallbackInfo['kind']) =>
      causeKey({
        ...spike,
        parts: [
          {
            ...{ kind: 'task', name, label: name, number: 0, durationNs: 5, count: 1 },
            callback: { kind, function: 'f' },
          },
        ],
      });
    expect(key('migration/1', 'stop')).toBe(key('migration/2', 'stop'));
    expect(key('rcuc/1', 'rcu')).toBe(key('ksoftirqd/2', 'rcu'));
    expect(key('migration/1', 'stop')).not.toBe(key('migration/1', 'rcu'));
    // A task can call a function on its own CPU.
    expect(key('fio', 'call')).not.toBe(key('stress', 'call'));
  });

  it('of an interrupt differs by the function that it ran', () => {
    const part = { kind: 'vector', number: 0, name: 'LOC', label: 'LOC', durationNs: 5, count: 1 } as const;
    const source = (callback?: CallbackInfo) =>
      causeParts({ ...spike, parts: [{ ...part, ...(callback && { callback }) }] }).source;
    expect(source()).toBe('LOC');
    expect(source({ kind: 'hrtimer', function: 'poll [drv]' })).toBe('LOC hrtimer poll [drv]');
  });

  it('of a CPU with disabled interrupts is the same whatever a release called that', () => {
    const { cause, ...bare } = spike;
    const off = { ...bare, measure: 'irqsoff', name: '' } as const;
    expect(causeKey({ ...off, label: 'interrupts off' })).toBe(
      causeKey({ ...off, label: 'interrupts disabled' }),
    );
  });
});
