// The trace of a spike: its slice of the flight recorder, as REST returns it.
import type { Nanoseconds } from './units.ts';

/**
 * Kinds by number, as in kmod/uapi/rtprobe.yaml (trace-event), which defines number, pid, pid2 and arg of each. An
 * exception is the arg of contention events: it is the lock's number in this trace, from 1, because addresses do not
 * fit a double.
 */
export const TRACE_EVENTS = [
  'hardirq_entry',
  'hardirq_exit',
  'vector_entry',
  'vector_exit',
  'softirq_raise',
  'softirq_entry',
  'softirq_exit',
  'nmi',
  'switch',
  'waking',
  'timer_expiry',
  'irqs_off',
  'contention_begin',
  'contention_end',
  'spike',
  'idle',
  'probe',
  'callback_entry',
  'callback_exit',
  'sample',
  'send',
  'task_class',
  'migrate',
  'marker',
] as const;
export type TraceEventKind = (typeof TRACE_EVENTS)[number];

export interface TraceTask {
  /** Hostile text. */
  comm: string;
  /** Empty if unknown. */
  policy: string;
  priority: number;
  kthread: boolean;
}

/** Events of one CPU as columns of equal length, oldest first. Times are ns since the trace's origin. */
export interface TraceCpu {
  cpu: number;
  fromNs: Nanoseconds;
  toNs: Nanoseconds;
  /** Earlier events were overwritten before they could be copied. */
  overwritten: boolean;
  /** Task that ran at `fromNs`, if known. */
  current?: number;
  time: Nanoseconds[];
  /** Index into TRACE_EVENTS. */
  kind: number[];
  number: number[];
  pid: number[];
  pid2: number[];
  arg: number[];
}

export interface Trace {
  /** Id of the spike. */
  spike: string;
  /** CLOCK_MONOTONIC ns of time 0, decimal digits. */
  originNs: string;
  /** Start and end of the spike's window. */
  windowFromNs: Nanoseconds;
  windowToNs: Nanoseconds;
  cpus: TraceCpu[];
  /** Tasks by pid. */
  tasks: Record<number, TraceTask>;
  /**
   * Names of the irqs, locks and functions in the trace, hostile text: "irq 36" → "virtio1-req.0", "lock 1" →
   * "&dev->lock", "function 1" → "tick_nohz_handler".
   */
  names: Record<string, string>;
}
