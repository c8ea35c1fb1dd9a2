// What a machine can measure, and what its kernel needs for the rest. docs/reference/kernels.md has the same table.
import { type DoctorMeasure, MEASURES, type Measure } from '@rtprobe/protocol';
import type { Machine } from './machine.ts';

const STATUS = '/proc/rtprobe/status';

const TRACEPOINTS = {
  en: (names: string) => `The kernel needs the tracepoints ${names}.`,
  zh: (names: string) => `内核需要跟踪点 ${names}。`,
};
const withTracepoints = (names: string) => ({ en: TRACEPOINTS.en(names), zh: TRACEPOINTS.zh(names) });

const NEEDS: Readonly<Partial<Record<Measure, { en: string; zh: string }>>> = {
  irqline_off: { en: 'The kernel needs CONFIG_KPROBES.', zh: '内核需要 CONFIG_KPROBES。' },
  preemptoff: {
    en: 'The kernel must preempt kernel code: PREEMPT_RT, or full or lazy preemption.',
    zh: '内核必须抢占内核代码：PREEMPT_RT，或 full、lazy 抢占。',
  },
  softirqsoff: {
    en: 'The kernel must be PREEMPT_RT with a lock for softirqs; from Linux 6.18 with CONFIG_PREEMPT_RT_NEEDS_BH_LOCK.',
    zh: '内核必须是带软中断锁的 PREEMPT_RT；从 Linux 6.18 起需要 CONFIG_PREEMPT_RT_NEEDS_BH_LOCK。',
  },
  vector_duration: {
    en: 'Only x86 kernels with the tracepoints of interrupt vectors have it.',
    zh: '只有带中断向量跟踪点的 x86 内核支持。',
  },
  tasklet_duration: withTracepoints('tasklet_entry, tasklet_exit'),
  csd_duration: withTracepoints('csd_function_entry, csd_function_exit'),
};
const OTHER = {
  en: 'The loaded module found no way to measure it on this kernel.',
  zh: '已加载的模块在此内核上没有测量它的方法。',
};

/** Returns all measures, available or not. */
export function measuresFor(available: readonly string[]): DoctorMeasure[] {
  return MEASURES.map((measure) => {
    if (available.includes(measure)) return { measure, available: true };
    const { en, zh } = NEEDS[measure] ?? OTHER;
    return { measure, available: false, needs: en, zh };
  });
}

/** Returns what the loaded module reports; undefined if none is loaded, or its files could not be read. */
export function measuresOf(machine: Machine): DoctorMeasure[] | undefined {
  const line = /^measures_available=(.*)$/m.exec(machine.text(STATUS) ?? '')?.[1];
  return line === undefined ? undefined : measuresFor(line.split(','));
}
