// The settings of a host's module.
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

/** Optional captures of a spike beside value, task and decomposition. */
export const CAPTURES = ['stack', 'registers', 'process', 'files', 'sockets', 'locks', 'trace'] as const;
export type Capture = (typeof CAPTURES)[number];

export interface HostConfig {
  measures: Measure[];
  periodNs: Nanoseconds;
  /** 0: no value is a spike. */
  thresholdNs: Nanoseconds;
  intervalNs: Nanoseconds;
  /** SCHED_FIFO priority of the thread_latency probe; missing if the module has none. */
  threadPriority?: number;
  /** Captures of spikes over the general threshold. */
  capture?: Capture[];
  /** Whether the flight recorder is on. */
  recorder?: boolean;
  /**
   * CPUs that have timers, threads and interrupts of the module, such as "0-3,6"; on all others it is passive. Missing
   * where the module has no such setting.
   */
  cpus?: string;
}
