import { MEASURES, measures, type SampleProfile, SOFTIRQS, VECTORS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import {
  isRealTime,
  policyText,
  profileText,
  senderText,
  softirqLabel,
  sourceLabel,
  vectorLabel,
  vectorTitle,
} from './label.ts';
import { text } from './text.ts';

describe('the label of a source', () => {
  it.each([
    ['hardirq_duration', 'irq 36'],
    ['vector_duration', 'CAL'],
    ['timer_latency', 'timer'],
    ['irq_thread_latency', 'irq 36'],
    ['irq_thread_duration', 'irq 36'],
    ['softirq_latency', 'NET_RX'],
    ['softirq_duration', 'NET_RX'],
    ['thread_latency', 'thread'],
    ['irqsoff', 'interrupts disabled'],
    ['irqline_off', 'irq 36'],
    ['wakeup_latency', 'fio'],
    ['irq_to_task', 'irq 36 → fio'],
    ['stolen', 'fio'],
    ['hrtimer_duration', 'hrtimer'],
    ['csd_duration', 'function call'],
    ['response_time', 'fio/3'],
    ['start_jitter', 'fio/3'],
  ] as const)('of %s is "%s"', (measure, label) => {
    const { source } = measures.find(({ name }) => name === measure)!;
    expect(sourceLabel(measure, source === 'irq' || source === 'irq-task' ? 36 : 3, 'fio')).toBe(label);
  });

  it('is not empty for any measure', () => {
    for (const measure of MEASURES) expect(sourceLabel(measure, 1, 'fio')).not.toBe('');
  });

  it('is its number where this version has no name for it', () => {
    expect([vectorLabel(99), vectorTitle(99), softirqLabel(99)]).toEqual([
      'vector 99',
      undefined,
      'softirq 99',
    ]);
  });
});

describe('titles', () => {
  it.each([
    ['vectors', VECTORS],
    ['softirqs', SOFTIRQS],
  ])('of %s differ from each other in both languages', (_, table) => {
    const all = Object.values(table);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(all.map(({ zh }) => zh?.title)).size).toBe(all.length);
  });

  it('of measures differ from each other in both languages', () => {
    expect(new Set(measures.map(({ title }) => title)).size).toBe(MEASURES.length);
    expect(new Set(measures.map(({ zh }) => zh?.title)).size).toBe(MEASURES.length);
  });
});

describe('the policy of a task', () => {
  const fifo = { policy: 'SCHED_FIFO', priority: 90, nice: 0 };
  const other = { policy: 'SCHED_OTHER', priority: 0, nice: -5 };

  it('has the priority of a real-time task, else the nice value', () => {
    expect(policyText(fifo)).toEqual({ en: 'SCHED_FIFO priority 90', zh: 'SCHED_FIFO 优先级 90' });
    expect(policyText(other)).toEqual({ en: 'SCHED_OTHER nice -5', zh: 'SCHED_OTHER nice -5' });
  });

  it('is short beside the name of a real-time task', () => {
    expect(policyText(fifo, 'short').en).toBe('FIFO 90');
  });

  it('of SCHED_DEADLINE has neither a priority nor a nice value', () => {
    const deadline = { policy: 'SCHED_DEADLINE', priority: 0, nice: 0 };
    expect([policyText(deadline), policyText(deadline, 'short')]).toEqual([
      text('SCHED_DEADLINE', 'SCHED_DEADLINE'),
      text('DEADLINE', 'DEADLINE'),
    ]);
    expect([deadline, { ...deadline, policy: 'SCHED_OTHER' }].map(isRealTime)).toEqual([true, false]);
  });
});

describe('where the samples of a part were', () => {
  const loop = { module: 'cnc', function: 'motion_loop' };
  const at = (address: string, samples: number) => ({ module: 'cnc', address, samples });
  it.each<[SampleProfile['user'], string]>([
    [undefined, '10 of 10 samples in user space'],
    [[], '10 of 10 samples in user space, module unknown'],
    [[{ ...loop, samples: 9 }, { samples: 1 }], '9 of 10 samples in motion_loop (cnc)'],
    [[at('0x1139', 10)], '10 of 10 samples in cnc+0x1139'],
    [[at('0x1139', 4), at('0x1140', 3), { samples: 3 }], '7 of 10 samples in cnc'],
    [[{ samples: 6 }, { ...loop, samples: 4 }], '6 of 10 samples in anonymous memory'],
    // No place has half of them, and a kernel function may have more than each.
    [[{ ...loop, samples: 4 }, { samples: 3 }], '10 of 10 samples in user space'],
    [[{ module: 'x\u202e', function: 'y\n', samples: 10 }], '10 of 10 samples in y\\u{a} (x\\u{202e})'],
  ])('in user mode: %j', (user, en) => {
    const profile = { samples: 10, inside: 10, ...(user && { user }) };
    expect(profileText(profile).en).toBe(en);
    expect(profileText({ ...profile, function: 'wait_dma' }).en).toBe('10 of 10 samples in wait_dma');
  });
});

describe('what asked for a function', () => {
  it.each([
    [
      { cpu: 3, task: { pid: 226, comm: 'stress-ng' }, function: 'tlb_finish_mmu' },
      'asked for by stress-ng/226 on CPU 3 in tlb_finish_mmu',
      '由 stress-ng/226 在 CPU 3 上通过 tlb_finish_mmu 请求',
    ],
    [{ cpu: 3, inInterrupt: true }, 'asked for by an interrupt on CPU 3', '由中断在 CPU 3 上请求'],
    [{ cpu: 0, task: { pid: 7, comm: '' } }, 'asked for by task 7 on CPU 0', '由任务 7 在 CPU 0 上请求'],
    [
      { cpu: 0, task: { pid: 0, comm: 'swapper/0' } },
      'asked for by the idle task on CPU 0',
      '由空闲任务在 CPU 0 上请求',
    ],
    [
      { cpu: 3, task: { pid: 226, comm: 'stress-ng' }, armed: true },
      'timer armed by stress-ng/226 on CPU 3',
      '定时器由 stress-ng/226 在 CPU 3 上设置',
    ],
    // Several tasks asked.
    [{ function: 'tlb_finish_mmu' }, 'asked for in tlb_finish_mmu', '通过 tlb_finish_mmu 请求'],
  ])('of %j is "%s"', (sender, en, zh) => {
    expect(senderText(sender)).toEqual({ en, zh });
  });
});
