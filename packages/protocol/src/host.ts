// A host: its state, its kernel, its machine.
import type { HostConfig } from './config.ts';
import type { Measure } from './generated.ts';
import type { UnixMicros } from './units.ts';

/**
 * live: data flow. stale: the connection stands but nothing came for a while. replay: a recording plays.
 * offline: no agent, or no module.
 */
export const HOST_STATES = ['live', 'stale', 'replay', 'offline'] as const;
export type HostState = (typeof HOST_STATES)[number];

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
  /** Something about the host that a person should put right, such as a machine id that another host has, too. */
  warning?: string;
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
    /** The recording was cut off; its whole blocks are played. */
    truncated?: boolean;
  };
  /** Whether the bridge keeps the host's past on disk: runs, causes, notes and what this page did not see. */
  history: boolean;
  /** Only while the stream is written to a file, or after that failed. */
  recording?: { file: string; bytes: number; error?: string };
}
