// What a report contains.
import type { Advice, Cause, HistoryGap, MatchedSamples, Measure, TestRun, WhatIf } from '@rtprobe/protocol';
import type { Verdict } from './verdict.ts';

export interface MeasuredCpu {
  cpu: number;
  count: number;
  maxNs: number;
  buckets: [bucket: number, count: number][];
}

export interface Report {
  run: TestRun;
  verdict: Verdict;
  /** The program's period, or the one that was asked for. */
  periodNs?: number;
  /** The measure that was judged; missing if the figures are the program's. */
  judged?: Measure;
  totals: { measure: Measure; count: number; maxNs: number }[];
  /** The measure of `cpus`. */
  measured?: Measure;
  cpus: MeasuredCpu[];
  causes: (Cause & { advice?: Advice })[];
  samples: Omit<MatchedSamples, 'samples'> | undefined;
  whatIf?: WhatIf;
  /** Measures that the host has and the run had not. Missing if that is not known. */
  notMeasured?: Measure[];
  /** Part of the run for which data are stored; missing without a time range. */
  watchedUs?: number;
  gaps: HistoryGap[];
  lines: string[];
}
