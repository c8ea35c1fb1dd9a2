// A host: its state, its kernel, its machine.
import type { HostConfig } from './config.ts';
import type { Callback, Measure } from './generated.ts';
import type { UnixMicros } from './units.ts';

/**
 * live: data arrive. stale: the connection is open, but no data arrived for a while. replay: a recording is played.
 * offline: there is no agent or no module.
 */
export const HOST_STATES = ['live', 'stale', 'replay', 'offline'] as const;
export type HostState = (typeof HOST_STATES)[number];

/** Facts that only a bridge on the same machine can read; what cannot be read is missing. */
export interface MachineFacts {
  /** Command line of the kernel; hostile text. */
  cmdline?: string;
  clocksource?: string;
  /** Governor of cpufreq; those of all policies if they differ. */
  governor?: string;
}

export interface HostInfo {
  /** Name of the host, unique in a bridge; hostile text. */
  host: string;
  /** Number of the host in binary frames. */
  index: number;
  state: HostState;
  /** Why it is stale or offline, and what to do. */
  reason?: string;
  /** A problem that a person should correct, such as a machine id that another host has, too. */
  warning?: string;
  /** Start of the state. */
  since: UnixMicros;
  /** Time of the newest data; missing before the first. */
  lastDataAt?: UnixMicros;
  /** Missing until the module's first response. */
  kernel?: { release: string; version: string; machine: string; preemptRt: boolean };
  cpuModel?: string;
  /** Online CPUs as the kernel lists them, such as "0-3,6". */
  cpusOnline?: string;
  cpusPossible?: number;
  clock?: 'tsc' | 'cntvct' | 'mono';
  /** Picoseconds of one tick of that clock; missing: an older module. */
  clockResolution?: number;
  /** Why and when the clock or its rate changed since the module was loaded; missing: it did not. */
  clockChange?: { why: 'unstable' | 'refined'; at: UnixMicros };
  /** Whether the kernel has the kprobes that retire the sources of freed interrupts. */
  kprobes?: boolean;
  /** How often the machine was suspended since the module was loaded. */
  suspends?: number;
  moduleVersion?: string;
  /** Measures that this kernel supports. */
  measuresAvailable?: Measure[];
  /** Callbacks that this kernel has tracepoints for, so that their functions are named. */
  callbacksAvailable?: Callback[];
  /** Callbacks of which this kernel reports what asked for them. */
  sendersAvailable?: Callback[];
  /** Whether irqsoff is exact or sampled. */
  irqsoffExact?: boolean;
  /** Whether lockdep reports held locks. */
  lockdep?: boolean;
  /** Capacity in events of a CPU's flight recorder; 0: there is none. */
  recorderEvents?: number;
  config?: HostConfig;
  /** Missing if the bridge runs on another machine. */
  machine?: MachineFacts;
  /** Start of the run: when the histograms were last cleared, or the module was loaded. */
  runStartedAt?: UnixMicros;
  /** Only during replay. */
  replay?: {
    file: string;
    /** Name of the host that was recorded; hostile text. */
    recordedHost: string;
    /** Time of its first entry. */
    startedAt: UnixMicros;
    positionUs: number;
    lengthUs: number;
    speed: number;
    paused: boolean;
    /** Everything was played; it is paused. */
    ended?: boolean;
    /** It was opened while the bridge runs, so it can be closed. Requests mean it only by its name. */
    opened?: boolean;
    /** The recording is truncated; its complete blocks are played. */
    truncated?: boolean;
  };
  /** Whether the bridge stores history of the host on disk: runs, causes, notes and past columns. */
  history: boolean;
  /** Only while the stream is recorded to a file, or after recording failed. */
  recording?: { file: string; bytes: number; error?: string };
}
