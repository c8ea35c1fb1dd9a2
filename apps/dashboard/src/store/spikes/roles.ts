// Tasks of a spike by role: those that caused it and those that suffered it.
import { type Nanoseconds, partWords, type Spike, type TaskInfo } from '@rtprobe/protocol';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';

export interface TaskKey {
  pid: number;
  comm: string;
  /** Missing where only a pid was recorded. */
  startNs?: string;
}

export interface Caused {
  task: TaskKey;
  ns: Nanoseconds;
  /** How it caused the spike: the kind of the part that it took. */
  through: 'irqs_off' | 'task' | 'softirq' | 'irq_thread';
}

/** Returns how a task caused a spike, in the page's language. */
export function throughText(through: Caused['through']): string {
  return through === 'task' ? t('tasks.ran') : titleOf(partWords[through]);
}

const BY_TASK = new Set(['irqs_off', 'task', 'softirq', 'irq_thread']);

/**
 * Returns the tasks that took a part of the value. Without parts: the task that ran in the kernel while a timer was
 * late and no handler ran, because only interrupts that it disabled can be the cause.
 */
export function causedBy(spike: Spike): Caused[] {
  if (spike.parts !== undefined) {
    return spike.parts
      .filter((part) => BY_TASK.has(part.kind) && part.pid !== undefined && part.pid > 0)
      .map((part) => ({
        task: taskOf(spike, part.pid!, part.label),
        ns: part.durationNs,
        through: part.kind as Caused['through'],
      }));
  }
  const waited = spike.measure === 'timer_latency' || spike.measure === 'irqsoff';
  if (!waited || spike.cause !== undefined || spike.mode !== 'kernel' || spike.task.pid === 0) return [];
  return [{ task: spike.task, ns: spike.valueNs, through: 'irqs_off' }];
}

function taskOf(spike: Spike, pid: number, label: string): TaskKey {
  const known = [spike.task, spike.victim, spike.waker].find((task) => task?.pid === pid);
  return known ?? { pid, comm: label };
}

/** Returns the task that waited or was interrupted; undefined if there is none. */
export function sufferedBy(spike: Spike): TaskInfo | undefined {
  if (spike.victim !== undefined) return spike.victim;
  if (spike.mode === 'idle' || spike.task.pid === 0) return undefined;
  return causedBy(spike).some((c) => c.task.pid === spike.task.pid) ? undefined : spike.task;
}
