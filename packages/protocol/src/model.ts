// What the bridge knows of a host, in the form it travels to browsers and over REST.
import { z } from 'zod';
import type { Nanoseconds, UnixMicros } from './units.ts';

export const MEASURES = ['hardirq_duration', 'vector_duration', 'timer_latency'] as const;
export const measureSchema = z.enum(MEASURES);
export type Measure = (typeof MEASURES)[number];

/** What a measure means, so that no reader has to know it by name. */
export interface MeasureDescriptor {
  readonly name: Measure;
  readonly title: string;
  readonly unit: 'ns';
  /** Latencies and durations: every one is a distribution of times, the largest matters most. */
  readonly semantics: 'latency' | 'duration';
  readonly by: readonly string[];
  /** One sentence for a tooltip. */
  readonly explanation: string;
}

export const measures: readonly MeasureDescriptor[] = [
  {
    name: 'timer_latency',
    title: 'Timer latency',
    unit: 'ns',
    semantics: 'latency',
    by: ['cpu'],
    explanation:
      'How late a hardware timer that was due on this CPU was handled: interrupts that were off or busy made it wait.',
  },
  {
    name: 'hardirq_duration',
    title: 'Hard interrupt',
    unit: 'ns',
    semantics: 'duration',
    by: ['irq', 'action', 'cpu'],
    explanation: 'How long one hard interrupt handler kept its CPU, non-maskable interrupts taken out.',
  },
  {
    name: 'vector_duration',
    title: 'Vector',
    unit: 'ns',
    semantics: 'duration',
    by: ['vector', 'cpu'],
    explanation:
      'How long an interrupt without a line (local timer, reschedule, function call and others) kept its CPU.',
  },
];

/**
 * live: data flow. stale: the connection stands but nothing came for a while. replay: a recording plays.
 * offline: no agent, or no module.
 */
export const HOST_STATES = ['live', 'stale', 'replay', 'offline'] as const;
export type HostState = (typeof HOST_STATES)[number];

export interface HostConfig {
  measures: Measure[];
  periodNs: Nanoseconds;
  /** 0: no value makes a spike. */
  thresholdNs: Nanoseconds;
  intervalNs: Nanoseconds;
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
  config?: HostConfig;
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
  /** Only while the stream is written to a file, or after that failed. */
  recording?: { file: string; bytes: number; error?: string };
}

export interface SourceInfo {
  id: number;
  measure: Measure;
  /** Irq number or vector; 0 for timer_latency. */
  number: number;
  /** Action or vector; hostile text. */
  name: string;
  /** What a person calls it: "irq 36", "LOC", "timer". */
  label: string;
  chip?: string;
  /** CPUs the irq may run on, as a list. */
  affinity?: string;
  threaded: boolean;
  /** The action was freed. */
  retired: boolean;
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
  /** Who did it, in a few words, for tables and marks: "irq 36 virtio1-req.0" or "interrupts off in fio". */
  culprit: string;
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
  /** Frames this connection was not sent because it lagged. */
  skippedFrames: number;
}

/** Sent once a second. */
export interface HostStats {
  eventsPerSecond: number;
  events: number;
  lost: LostCounters;
  spikesTotal: number;
  spikesHeld: number;
  spikesCapacity: number;
  memoryBytes: number;
  memoryMaxBytes: number;
  /** CPU share of the bridge process itself, 1 = one core. */
  bridgeCpu: number;
}

/** Sum of every loss: what the screen shows as one number before it is opened up. */
export function lostTotal(lost: LostCounters): number {
  const sum = (counters: Record<string, number>) => Object.values(counters).reduce((a, b) => a + b, 0);
  // A missed period is the sign of a latency longer than the period, not a loss of data.
  const { timerMissed = 0, ...module } = lost.module;
  void timerMissed;
  return sum(module) + lost.agentOverruns + lost.eventGaps + sum(lost.protocolErrors) + lost.skippedFrames;
}
