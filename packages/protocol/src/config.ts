// The settings of a host's module.
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

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
