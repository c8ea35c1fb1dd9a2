// Labels and titles of interrupts, vectors, softirqs, tasks and sources.
import { formatDuration, formatFrequency, visibleText } from '@rtprobe/metrics';
import {
  type Doubt,
  descriptorOf,
  type IdleState,
  type Measure,
  SOFTIRQS,
  type TraceTask,
  VECTORS,
} from '@rtprobe/protocol';

/** Returns "irq 36". */
export const irqLabel = (irq: number): string => `irq ${irq}`;

/** Returns "LOC", as in /proc/interrupts, where CAL stands for two vectors. */
export function vectorLabel(vector: number): string {
  return VECTORS[vector]?.label ?? `vector ${vector}`;
}

/** Returns "local timer"; undefined for a vector that this version does not have. */
export function vectorTitle(vector: number): string | undefined {
  return VECTORS[vector]?.title;
}

/** Returns "NET_RX", as in /proc/softirqs. */
export function softirqLabel(softirq: number): string {
  return SOFTIRQS[softirq]?.label ?? `softirq ${softirq}`;
}

/**
 * Returns the label of a source by the kind of source of its measure: "irq 36", "LOC", "NET_RX", "timer", a task's
 * name.
 */
export function sourceLabel(measure: Measure, number: number, name: string): string {
  const { source, label, title } = descriptorOf(measure);
  switch (source) {
    case 'irq':
      return irqLabel(number);
    case 'vector':
      return vectorLabel(number);
    case 'softirq':
      return softirqLabel(number);
    case 'cpu':
      return label ?? title;
    case 'task':
      return name;
    case 'irq-task':
      return `${irqLabel(number)} → ${name}`;
    case 'interrupt':
      return name || irqLabel(number);
  }
}

/** Returns "cyclictest/2", or only the number if the name is unknown. */
export function taskLabel(pid: number, task: Pick<TraceTask, 'comm'> | undefined): string {
  if (pid === 0) return 'idle';
  return task ? `${task.comm}/${pid}` : `pid ${pid}`;
}

/** Returns "C6, exit latency 133 µs, CPU at 1.20 GHz". `name` is empty if the CPU has no idle driver. */
export function idleWords({ index, exitLatencyNs, frequencyKhz }: IdleState, name: string): string {
  const latency = exitLatencyNs === undefined ? 'unknown' : formatDuration(exitLatencyNs);
  const frequency =
    frequencyKhz === undefined ? 'frequency unknown' : `CPU at ${formatFrequency(frequencyKhz)}`;
  return `${name ? visibleText(name) : `idle state ${index}`}, exit latency ${latency}, ${frequency}`;
}

const doubtWords: Readonly<Record<Doubt, string>> = {
  stall: 'a stall of the CPU',
  irqs_off: 'interrupts disabled',
  kernel_exit: 'interrupts disabled on the way out of the kernel',
};

/** Returns "a stall of the CPU, or interrupts disabled". */
export const doubtList = (couldBe: readonly Doubt[]): string =>
  couldBe.map((doubt) => doubtWords[doubt]).join(', or ');
