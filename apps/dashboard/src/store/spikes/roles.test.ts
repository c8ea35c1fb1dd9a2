import type { Spike, TaskInfo } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { causedBy, sufferedBy } from './roles.ts';

const task = (pid: number, comm: string): TaskInfo => ({
  ...{ pid, tgid: pid, startNs: '1', comm, policy: 'SCHED_OTHER', priority: 0, nice: 0, kthread: false },
});

const spike = (change: Partial<Spike>): Spike =>
  ({ measure: 'timer_latency', valueNs: 412_000, mode: 'kernel', task: task(7, 'fio'), ...change }) as Spike;

describe('the tasks of a spike', () => {
  it('are those its parts name, each with its share', () => {
    const made = spike({
      victim: task(9, 'cyclictest'),
      parts: [
        { kind: 'hardirq', number: 36, name: 'disk', label: 'irq 36', durationNs: 301_000, count: 1 },
        { kind: 'irqs_off', number: 0, name: '', label: 'kworker/1:1', pid: 8, durationNs: 74_000, count: 1 },
        { kind: 'unaccounted', number: 0, name: '', label: '', durationNs: 37_000, count: 1 },
      ],
    });
    expect(causedBy(made)).toEqual([
      { task: { pid: 8, comm: 'kworker/1:1' }, ns: 74_000, through: 'irqs_off' },
    ]);
    expect(sufferedBy(made)?.comm).toBe('cyclictest');
  });

  it('are the one that ran in the kernel while no handler did, and then it is not a victim, too', () => {
    expect(causedBy(spike({})).map((c) => c.task.comm)).toEqual(['fio']);
    expect(sufferedBy(spike({}))).toBeUndefined();
  });

  it('make nobody guilty of what an interrupt did, or of what happened in user space or idle', () => {
    const cause = {
      measure: 'hardirq_duration',
      number: 36,
      name: 'disk',
      label: 'irq 36',
      durationNs: 4e5,
    } as const;
    expect(causedBy(spike({ cause }))).toEqual([]);
    expect(sufferedBy(spike({ cause }))?.comm).toBe('fio');
    expect(causedBy(spike({ mode: 'user' }))).toEqual([]);
    expect(sufferedBy(spike({ mode: 'idle' }))).toBeUndefined();
  });
});
