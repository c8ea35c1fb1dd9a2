// Comparison of runs: the first is what the others are compared with. docs/reference/compare.md has the method.
import type { Device } from './devices.ts';
import type { Measure } from './generated.ts';
import type { Tool } from './test-run.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/**
 * better, worse: latencies are lower, higher, than in the first run. none: no difference that this much data can show.
 * unknown: too little data. mixed: some measures are better, others worse.
 */
export const VERDICTS = ['better', 'worse', 'mixed', 'none', 'unknown'] as const;
export type ComparedVerdict = (typeof VERDICTS)[number];

/**
 * Why there is no verdict about a measure. no_data: a run has no values of it. few_values: too few for any quantile.
 * short: too few blocks of time. dependent: the values of a block still depend on those of the block before.
 */
export const UNDECIDED = ['no_data', 'few_values', 'short', 'dependent'] as const;

/** Measures that decide: what tasks and timers waited. */
export const COMPARED_MEASURES: readonly Measure[] = ['thread_latency', 'wakeup_latency', 'timer_latency'];
/** Number of runs in one comparison. */
export const COMPARED_RUNS_MAX = 5;

/** How a comparison names a run: "3" is a test run, "run:2" a load of the module. */
export type RunWord = string;
export const RUN_WORD = /^(run:)?[1-9]\d{0,9}$/;

export interface ComparedRun {
  word: RunWord;
  host: string;
  /** Given by a person; hostile text. */
  name?: string;
  from: UnixMicros;
  /** Exclusive. */
  to: UnixMicros;
  /** Figures of the program, which have no time: nothing can be proven with them. */
  tool?: Tool;
  count?: number;
  maxNs?: Nanoseconds;
}

export interface ComparedQuantile {
  quantile: number;
  aNs: Nanoseconds;
  bNs: Nanoseconds;
  /** Interval of b − a with 99 % confidence. */
  lowNs: number;
  highNs: number;
  /** How often blocks that are dealt anew to both runs differ at least as much. */
  p: number;
  differs: boolean;
}

/** All values of a run. */
export interface ComparedValues {
  count: number;
  maxNs: Nanoseconds;
  buckets: [bucket: number, count: number][];
}

export interface ComparedMeasure {
  measure: Measure;
  verdict: Exclude<ComparedVerdict, 'mixed'>;
  why?: (typeof UNDECIDED)[number];
  /** Number of blocks of each run, and their length. */
  blocks: [a: number, b: number];
  blockUs: number;
  a: ComparedValues;
  b: ComparedValues;
  quantiles: ComparedQuantile[];
}

export const CAUSE_CHANGES = ['appeared', 'vanished', 'moved', 'more', 'fewer', 'same'] as const;
export type CauseChange = (typeof CAUSE_CHANGES)[number];

export interface CauseFigures {
  /** Number of incidents. */
  count: number;
  worstNs: Nanoseconds;
  /** Id of its worst spike. */
  worst: string;
  cpus: number[];
}

export interface ComparedCause {
  /** Cause in a few words; hostile text. */
  culprit: string;
  device?: Device;
  change: CauseChange;
  /** Chance alone makes such a change in at most 1 % of comparisons. */
  proven: boolean;
  a?: CauseFigures;
  b?: CauseFigures;
}

export interface SettingDifference {
  name: string;
  /** Missing: the setting does not exist. Hostile texts. */
  a?: string;
  b?: string;
}

export interface ComparedPair {
  a: RunWord;
  b: RunWord;
  verdict: ComparedVerdict;
  measures: ComparedMeasure[];
  /** Largest first. */
  causes: ComparedCause[];
  /** Missing: the settings of a run are not stored. */
  settings?: SettingDifference[];
}

/** `GET /api/v1/compare` */
export interface Comparison {
  runs: ComparedRun[];
  /** One for each run after the first. */
  pairs: ComparedPair[];
}

const DECIDE_SPIKES: ReadonlySet<string> = new Set(['thresholds', 'measures', 'rules', 'probe_cpus']);

/** Returns whether a different setting makes other values spikes, so that causes cannot be compared. */
export const decidesSpikes = (setting: string): boolean => DECIDE_SPIKES.has(setting);
