// Who did it and who paid for it: the tasks of a spike, in the one role or the other.
import type { Nanoseconds, Spike, TaskInfo } from '@rtprobe/protocol';

export interface TaskKey {
  pid: number;
  comm: string;
  /** Missing where only a pid was recorded. */
  startNs?: string;
}

export interface Caused {
  task: TaskKey;
  ns: Nanoseconds;
  /** In the kernel's words: "irqs off", "ran", "softirq", an interrupt thread's name. */
  through: 'irqs_off' | 'task' | 'softirq' | 'irq_thread';
}

const BY_TASK = new Set(['irqs_off', 'task', 'softirq', 'irq_thread']);

/**
 * Tasks that took a part of the value. Without a decomposition: the task that ran in the kernel while a timer waited
 * and no handler did, since then only interrupts that it kept off can be the reason.
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

/** Who waited or was interrupted; undefined where nobody in particular was. */
export function sufferedBy(spike: Spike): TaskInfo | undefined {
  if (spike.victim !== undefined) return spike.victim;
  if (spike.mode === 'idle' || spike.task.pid === 0) return undefined;
  return causedBy(spike).some((c) => c.task.pid === spike.task.pid) ? undefined : spike.task;
}
