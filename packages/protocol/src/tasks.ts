// Tasks, and their interrupt time.
import type { Measure, Wait } from './generated.ts';
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
  /** The container, pod, virtual machine or unit of systemd that the cgroup belongs to, in words. */
  workload?: string;
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

/** Time of one kind in the cycles of a task. */
export interface CycleTime {
  sumNs: Nanoseconds;
  /** Most in one cycle. */
  maxNs: Nanoseconds;
}

export const CYCLE_TIMES = ['late', 'ran', 'interrupted', 'waited', 'blocked'] as const;
export type CycleTimeName = (typeof CYCLE_TIMES)[number];

/** How often and how long a task did something that a real-time task should not do within a cycle. */
export interface CycleSleeps {
  count: number;
  sumNs: Nanoseconds;
  maxNs: Nanoseconds;
}

/** The sleeps within cycles that had one reason. */
export interface CycleWait extends CycleSleeps {
  wait: Wait;
}

/** What makes the cycles of a task unpredictable. */
export interface UnsafeFindings {
  /** Its sleeps within cycles, by what it waited in, most time first. */
  waits: CycleWait[];
  /** Page faults within cycles: without and with I/O. */
  minorFaults: number;
  majorFaults: number;
  /** Waits in captured cycles that were priority inversions. */
  inversions: number;
  longestInversionNs: Nanoseconds;
  /** Missing if the task has exited, and for kernel threads. */
  memory?: {
    mappedKb: number;
    lockedKb: number;
    /** Memory that it maps from now on is locked, too. */
    locksFuture: boolean;
  };
}

/** The cycles of a watched task that ended: until it ran first, it ran, was interrupted, could run but did not, slept. */
export interface TaskCycles extends Record<CycleTimeName, CycleTime> {
  count: number;
  /** Median distance between the begins of the newest cycles; missing: too few. */
  periodNs?: Nanoseconds;
  /** How far apart the middle nine tenths of these distances are. */
  spreadNs?: Nanoseconds;
  /** The period that a rule gives, from whose points the late start is; missing: none does. */
  givenNs?: Nanoseconds;
  /** Missing with a module of an earlier release. */
  unsafe?: UnsafeFindings;
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
  /** Missing: no rule watches it, or no cycle has ended. */
  cycles?: TaskCycles;
}
