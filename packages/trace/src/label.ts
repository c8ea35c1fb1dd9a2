// What a person calls an interrupt, a vector, a softirq or a task.
import { SoftirqName, Vector, VectorName } from '@rtprobe/abi';
import type { TraceTask } from '@rtprobe/protocol';

const vectorTitles: Readonly<Record<string, string>> = {
  loc: 'local timer',
  res: 'reschedule',
  cal: 'function call',
  cal_single: 'function call',
  iwi: 'irq_work',
  err: 'APIC error',
  spu: 'spurious',
  trm: 'thermal event',
  thr: 'machine check threshold',
  dfr: 'deferred machine check',
  plt: 'platform',
};

/** "irq 36". */
export const irqLabel = (irq: number): string => `irq ${irq}`;

/** "LOC", as in /proc/interrupts, where CAL stands for two vectors. */
export function vectorLabel(vector: number): string {
  return vector === Vector.calSingle ? 'CAL' : (VectorName[vector]?.toUpperCase() ?? `vector ${vector}`);
}

/** "local timer"; undefined for a vector this version does not know. */
export function vectorTitle(vector: number): string | undefined {
  return vectorTitles[VectorName[vector] ?? ''];
}

/** "NET_RX", as in /proc/softirqs. */
export function softirqLabel(softirq: number): string {
  return SoftirqName[softirq]?.toUpperCase() ?? `softirq ${softirq}`;
}

/** "cyclictest/2"; a name that is not known leaves the number. */
export function taskLabel(pid: number, task: Pick<TraceTask, 'comm'> | undefined): string {
  if (pid === 0) return 'idle';
  return task ? `${task.comm}/${pid}` : `pid ${pid}`;
}
