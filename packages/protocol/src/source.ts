// Sources of values, and the rows of frames.
import type { Measure } from './generated.ts';
import type { TaskInfo } from './tasks.ts';

export interface SourceInfo {
  id: number;
  measure: Measure;
  /** Irq number, vector or softirq; 0 for measures by cpu or task. */
  number: number;
  /** Action, vector, softirq or task; hostile text. */
  name: string;
  /** Label for people: "irq 36", "LOC", "NET_RX", "timer", a task's name. */
  label: string;
  chip?: string;
  /** CPUs the irq may run on, as a list. */
  affinity?: string;
  threaded: boolean;
  /** The action was freed or the task has exited. */
  retired: boolean;
  /** wakeup_latency, irq_to_task and preemption_latency: the newest task of that name. */
  task?: TaskInfo;
}

/** A row of frames: one source on one CPU. */
export interface RowInfo {
  row: number;
  source: number;
  cpu: number;
}
