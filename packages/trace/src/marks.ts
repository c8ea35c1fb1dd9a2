// Events without a duration, which a timeline marks.
import { TRACE_EVENTS, type Trace } from '@rtprobe/protocol';
import { softirqLabel, taskLabel } from './label.ts';

export const MARKS = [
  'softirq_raise',
  'waking',
  'migrate',
  'marker',
  'timer_expiry',
  'contention_begin',
  'contention_end',
  'spike',
] as const;
export type MarkKind = (typeof MARKS)[number];

export interface Mark {
  cpu: number;
  atNs: number;
  kind: MarkKind;
  /** "NET_RX", the task, the lock, the text of a marker; empty for timer_expiry and spike. */
  label: string;
  /** waking, migrate, marker: the task. */
  pid?: number;
  /** waking: the CPU of the last run of the task. */
  lastCpu?: number;
  /** migrate: the CPU that the task moves to. */
  nextCpu?: number;
  /** timer_expiry: how late; spike: its value. */
  ns?: number;
}

const isMark = (kind: string | undefined): kind is MarkKind =>
  (MARKS as readonly (string | undefined)[]).includes(kind);

/** Returns "lock 3", or its name if known. */
export const lockLabel = (trace: Pick<Trace, 'names'>, lock: number): string =>
  trace.names[`lock ${lock}`] ?? `lock ${lock}`;

/** Returns the marks by CPU as in the trace, then by time. */
export function marksOf(trace: Trace): Mark[] {
  const marks: Mark[] = [];
  for (const { cpu, time, kind, number, pid, arg } of trace.cpus) {
    for (let i = 0; i < time.length; i++) {
      const name = TRACE_EVENTS[kind[i]!];
      if (!isMark(name)) continue;
      const mark: Mark = { cpu, atNs: time[i]!, kind: name, label: '' };
      if (name === 'softirq_raise') mark.label = softirqLabel(number[i]!);
      else if (name === 'waking') {
        mark.label = taskLabel(pid[i]!, trace.tasks[pid[i]!]);
        Object.assign(mark, { pid: pid[i]!, lastCpu: number[i]! });
      } else if (name === 'migrate') {
        mark.label = taskLabel(pid[i]!, trace.tasks[pid[i]!]);
        Object.assign(mark, { pid: pid[i]!, nextCpu: number[i]! });
      } else if (name === 'marker') {
        mark.label = trace.names[`marker ${number[i]!}`] ?? '';
        mark.pid = pid[i]!;
      } else if (name === 'timer_expiry' || name === 'spike') mark.ns = arg[i]!;
      else mark.label = lockLabel(trace, arg[i]!);
      marks.push(mark);
    }
  }
  return marks;
}
