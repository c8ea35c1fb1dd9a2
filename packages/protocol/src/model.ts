// What the bridge knows of a host, in the form it travels to browsers and over REST.
import type { PartKind } from './generated.ts';
import type { HistoryStats } from './history.ts';
import type { Measure } from './measures.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/**
 * live: data flow. stale: the connection stands but nothing came for a while. replay: a recording plays.
 * offline: no agent, or no module.
 */
export const HOST_STATES = ['live', 'stale', 'replay', 'offline'] as const;
export type HostState = (typeof HOST_STATES)[number];

/** What can be captured at a spike beside value, task and decomposition. */
export const CAPTURES = ['stack', 'registers', 'process', 'files', 'sockets', 'locks', 'trace'] as const;
export type Capture = (typeof CAPTURES)[number];

export interface HostConfig {
  measures: Measure[];
  periodNs: Nanoseconds;
  /** 0: no value makes a spike. */
  thresholdNs: Nanoseconds;
  intervalNs: Nanoseconds;
  /** SCHED_FIFO priority of the thread_latency probe; missing where the module has none. */
  threadPriority?: number;
  /** What a spike of the general threshold captures. */
  capture?: Capture[];
  /** Whether the flight recorder runs. */
  recorder?: boolean;
}

/** What only a bridge on the same machine can tell; what cannot be read is missing. */
export interface MachineFacts {
  /** Of the kernel; hostile text. */
  cmdline?: string;
  clocksource?: string;
  /** Of cpufreq; those of all policies where they differ. */
  governor?: string;
}

export interface HostInfo {
  /** Name of the host, unique in a bridge; hostile text. */
  host: string;
  /** The number that binary frames name the host by. */
  index: number;
  state: HostState;
  /** Why it is stale or offline and what to do, in plain words. */
  reason?: string;
  /** When the state began. */
  since: UnixMicros;
  /** Newest data; missing before the first. */
  lastDataAt?: UnixMicros;
  /** Missing until the module first answered. */
  kernel?: { release: string; version: string; machine: string; preemptRt: boolean };
  cpuModel?: string;
  /** Online CPUs as the kernel lists them, such as "0-3,6". */
  cpusOnline?: string;
  cpusPossible?: number;
  clock?: 'tsc' | 'mono';
  moduleVersion?: string;
  /** Measures this kernel can give. */
  measuresAvailable?: Measure[];
  /** Whether irqsoff is exact or sampled. */
  irqsoffExact?: boolean;
  /** Whether lockdep tells held locks. */
  lockdep?: boolean;
  /** Events a CPU's flight recorder holds; 0: there is none. */
  recorderEvents?: number;
  config?: HostConfig;
  /** Missing where the bridge runs on another machine. */
  machine?: MachineFacts;
  /** When the histograms were last cleared, or the module was loaded: the run this page shows. */
  runStartedAt?: UnixMicros;
  /** Only in replay. */
  replay?: {
    file: string;
    positionUs: number;
    lengthUs: number;
    speed: number;
    paused: boolean;
    /** The recorder was cut off; what is whole is played. */
    truncated?: boolean;
  };
  /** Whether the bridge keeps the host's past on disk: runs, causes, notes and what this page did not see. */
  history: boolean;
  /** Only while the stream is written to a file, or after that failed. */
  recording?: { file: string; bytes: number; error?: string };
}

export interface SourceInfo {
  id: number;
  measure: Measure;
  /** Irq number, vector or softirq; 0 for measures by cpu or task. */
  number: number;
  /** Action, vector, softirq or task; hostile text. */
  name: string;
  /** What a person calls it: "irq 36", "LOC", "NET_RX", "timer", a task's name. */
  label: string;
  chip?: string;
  /** CPUs the irq may run on, as a list. */
  affinity?: string;
  threaded: boolean;
  /** The action was freed or the task has exited. */
  retired: boolean;
  /** wakeup_latency and irq_to_task: the newest task of that name. */
  task?: TaskInfo;
}

/** Rows are what frames carry: one source on one CPU. */
export interface RowInfo {
  row: number;
  source: number;
  cpu: number;
}

export interface TaskInfo {
  pid: number;
  tgid: number;
  /** CLOCK_MONOTONIC ns as decimal digits: with the pid it names the task. */
  startNs: string;
  /** Hostile text. */
  comm: string;
  /** SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE. */
  policy: string;
  /** Real-time priority 1-99, or 0. */
  priority: number;
  nice: number;
  kthread: boolean;
  /** Path in the default cgroup hierarchy; hostile text. */
  cgroup?: string;
}

/** What was read about a task from process context shortly after a spike; all texts are hostile. */
export interface ProcessInfo {
  exe?: string;
  cmdline?: string;
  uid?: number;
  /** It was exiting, so that little could be read. */
  exited: boolean;
  /** Open files, those not listed included. */
  fileCount?: number;
  /** Lists come with the whole spike only (REST), not with the live event. */
  files?: { fd: number; path: string }[];
  sockets?: {
    fd: number;
    /** AF_INET, SOCK_STREAM, tcp, ESTABLISHED; a bare number where it has no name here. */
    family: string;
    type: string;
    protocol: string;
    state: string;
    local: string;
    remote: string;
  }[];
  lockEvidence: 'none' | 'lockdep' | 'contention' | 'blocked_on';
  locks?: { name: string; address: string; waitNs?: Nanoseconds; owner?: TaskInfo }[];
}

/** One named part of a spike's value; parts are net of each other and add up to it. */
export interface SpikePart {
  kind: PartKind;
  number: number;
  /** Hostile text. */
  name: string;
  /** What a person calls it: "irq 36", "NET_RX", "kworker/1:1". */
  label: string;
  /** The task, for kinds that have one. */
  pid?: number;
  durationNs: Nanoseconds;
  count: number;
}

export interface Spike {
  /** Unique over module reloads: instance and number. */
  id: string;
  host: string;
  /** When the value was complete. */
  time: UnixMicros;
  /** The same as CLOCK_MONOTONIC ns, decimal digits. */
  monoNs: string;
  measure: Measure;
  valueNs: Nanoseconds;
  thresholdNs: Nanoseconds;
  cpu: number;
  number: number;
  name: string;
  label: string;
  mode: 'user' | 'kernel' | 'idle';
  /** The interrupted task. */
  task: TaskInfo;
  /** timer_latency: the longest hard handler inside the window, if one ran. */
  cause?: { measure: Measure; number: number; name: string; label: string; durationNs: Nanoseconds };
  /** Innermost frame first. */
  stack: string[];
  /** One plain sentence; never claims more than the record holds. */
  sentence: string;
  /** Who did it, in a few words, for tables and marks: "irq 36 virtio1-req.0" or "interrupts disabled in fio". */
  culprit: string;
  /** Rule it crossed; missing: the general threshold. */
  rule?: number;
  /** irqsoff: what is proven and what is possible. */
  bounds?: { lowerNs: Nanoseconds; upperNs: Nanoseconds; exact: boolean };
  /** Who waited; missing where nobody in particular did. */
  victim?: TaskInfo;
  waker?: TaskInfo;
  /** Largest first; they add up to the value. Missing where the value is not decomposed. */
  parts?: SpikePart[];
  /** The window began before what the recorder still held. */
  partsIncomplete?: boolean;
  /** name=hex */
  registers?: string[];
  /** About `task`. */
  process?: ProcessInfo;
  victimProcess?: ProcessInfo;
  /** The flight recorder's slice can be asked for. */
  traced?: boolean;
}

export interface LostCounters {
  /** By the kernel module, since it was loaded. Keys as in kmod/uapi/rtprobe.yaml, camel case. */
  module: Record<string, number>;
  /** Receive overruns of the agent since it started. */
  agentOverruns: number;
  /** Events missing by sequence number. */
  eventGaps: number;
  /** Malformed input from the agent by code. */
  protocolErrors: Record<string, number>;
  /** Spans, spikes and gaps that the bridge's disk could not take in time. */
  historyDropped: number;
  /** Spikes over the level of the export that were not exported; missing while there is none. */
  exportsDropped?: number;
  /** Frames this connection was not sent because it lagged. */
  skippedFrames: number;
}

/** Sent once a second. */
export interface HostStats {
  eventsPerSecond: number;
  events: number;
  lost: LostCounters;
  spikesTotal: number;
  /** On the module's list, which has room for `spikesCapacity`. */
  spikesHeld: number;
  spikesCapacity: number;
  memoryBytes: number;
  memoryMaxBytes: number;
  /** CPU share of the bridge process itself, 1 = one core. */
  bridgeCpu: number;
  /** The module's own cost by CPU since load; missing where it is not measured. */
  cost?: { cpu: number; events: number; timeNs: Nanoseconds }[];
  /** The module's share of all CPUs over the last second, 1 = all of them. */
  probeCpu?: number;
  /** Tasks in the module's table and its bound. */
  tasks?: number;
  tasksCapacity?: number;
  /** Missing while nothing is kept on disk. */
  history?: HistoryStats;
  /** Missing while spikes are not exported by themselves. */
  exports?: ExportStats;
}

/** How spikes are exported by themselves. */
export interface ExportStats {
  dir: string;
  /** Those over this value. */
  aboveNs: Nanoseconds;
  /** Of this host, since the bridge was started. */
  written: number;
  dropped: number;
  /** Of all files in the folder. */
  bytes: number;
  /** Why the newest was dropped. */
  error?: string;
}

/** Sum of every loss: what the screen shows as one number before it is opened up. */
export function lostTotal(lost: LostCounters): number {
  const sum = (counters: Record<string, number>) => Object.values(counters).reduce((a, b) => a + b, 0);
  // A missed period is the sign of a latency longer than the period, not a loss of data.
  const { timerMissed = 0, ...module } = lost.module;
  void timerMissed;
  const bridge = lost.eventGaps + sum(lost.protocolErrors) + lost.historyDropped + (lost.exportsDropped ?? 0);
  return sum(module) + lost.agentOverruns + bridge + lost.skippedFrames;
}
