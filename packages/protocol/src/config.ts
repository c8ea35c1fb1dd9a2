// The settings of a host's module.
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

/** Optional captures of a spike beside value, task and decomposition. */
export const CAPTURES = ['stack', 'registers', 'process', 'files', 'sockets', 'locks', 'trace'] as const;
export type Capture = (typeof CAPTURES)[number];

/** The threshold of a measure. 0: no value is a spike. */
export interface MeasureThreshold {
  measure: Measure;
  /** In a measure by task: for tasks other than kernel threads. */
  thresholdNs: Nanoseconds;
  /** For kernel threads; present in measures by task only. */
  kthreadsNs?: Nanoseconds;
}

export interface HostConfig {
  measures: Measure[];
  periodNs: Nanoseconds;
  /** The lowest threshold of a measure that is on; 0: no value is a spike without a rule. See thresholdOf(). */
  thresholdNs: Nanoseconds;
  /** The threshold of each measure; missing if the module has one for all measures. */
  thresholds?: MeasureThreshold[];
  intervalNs: Nanoseconds;
  /** SCHED_FIFO priority of the thread_latency probe; missing if the module has none. */
  threadPriority?: number;
  /** Captures of spikes without a rule. */
  capture?: Capture[];
  /** Whether the flight recorder is on. */
  recorder?: boolean;
  /**
   * CPUs that have timers, threads and interrupts of the module, such as "0-3,6"; on all others it is passive. Missing
   * where the module has no such setting.
   */
  cpus?: string;
  /**
   * Share of one CPU that captures and their completion may take, in percent; 0 is no limit. Missing where the module
   * has no such setting.
   */
  selfLimit?: number;
}
