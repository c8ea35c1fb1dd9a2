// Tasks, and their interrupt time.
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

export interface TaskInfo {
  pid: number;
  tgid: number;
  /** CLOCK_MONOTONIC ns as decimal digits; pid and start identify a task. */
  startNs: string;
  /** Hostile text. */
  comm: string;
  /** SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE. */
  policy: string;
  /** Real-time priority 1-99, or 0. */
  priority: number;
  nice: number;
  kthread: boolean;
  /** A part of rtprobe: a thread of the module, the agent, or the bridge. */
  own?: true;
  /** Path in the default cgroup hierarchy; hostile text. */
  cgroup?: string;
}

/** Maximum number of tasks in a `tasks` message: those with the most interrupt time. REST returns all. */
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
  /** Largest interrupt time between two context switches. */
  maxNs: Nanoseconds;
}

export interface TaskStat {
  task: TaskInfo;
  exited: boolean;
  /** Without interrupt time. */
  runtimeNs: Nanoseconds;
  runs: number;
  stolenNs: Nanoseconds;
  /** Most time first. */
  stolen: Stolen[];
  lastCpu: number;
}
