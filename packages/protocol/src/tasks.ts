// Tasks and what interrupts and softirqs took from them.
import type { Measure } from './measures.ts';
import type { TaskInfo } from './model.ts';
import type { Nanoseconds } from './units.ts';

/** Tasks in a `tasks` message: those most time was taken from. REST gives all. */
export const TASKS_LIVE_MAX = 200;

export interface Stolen {
  /** hardirq_duration, vector_duration or softirq_duration; missing: NMIs. */
  measure?: Measure;
  number: number;
  /** Hostile text. */
  name: string;
  label: string;
  count: number;
  sumNs: Nanoseconds;
  /** Most it took between two switches. */
  maxNs: Nanoseconds;
}

export interface TaskStat {
  task: TaskInfo;
  exited: boolean;
  /** Stolen time taken out. */
  runtimeNs: Nanoseconds;
  runs: number;
  stolenNs: Nanoseconds;
  /** Most taken first. */
  stolen: Stolen[];
  lastCpu: number;
}
