// What the bridge keeps on disk and answers over REST: columns of any stretch of time, runs, spikes by page,
// causes, annotations. The binary form of columns is in history-columns.ts.
import type { Measure } from './generated.ts';
import type { Spike } from './spike.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

const SECOND = 1e6;

/** Widths a column of an answer may have, finest first, µs. Columns begin at multiples of their width. */
export const HISTORY_WIDTHS_US: readonly number[] = [
  0.2 * SECOND,
  SECOND,
  3 * SECOND,
  10 * SECOND,
  30 * SECOND,
  60 * SECOND,
  180 * SECOND,
  600 * SECOND,
  1800 * SECOND,
  3600 * SECOND,
  6 * 3600 * SECOND,
  24 * 3600 * SECOND,
];

/** Most columns one answer may be asked to have; aligning to the width can add one. */
export const HISTORY_COLUMNS_MAX = 2048;
/** Most spikes of one page. */
export const SPIKE_PAGE_MAX = 1000;
export const CAUSES_MAX = 1000;
export const ANNOTATION_TEXT_MAX = 1000;
export const ANNOTATION_AUTHOR_MAX = 64;
export const RUN_NAME_MAX = 64;

/** Which values: all of a measure, or of one source of it (number and name as in SourceInfo), or of one CPU. */
export interface HistorySelection {
  host?: string;
  measure: Measure;
  number?: number;
  name?: string;
  cpu?: number;
}

/** Query of `GET /api/v1/history`: either `columns` (as fine as fits) or `width` (exactly that, one of HISTORY_WIDTHS_US). */
export interface HistoryQuery extends HistorySelection {
  from: UnixMicros;
  /** Not included. */
  to: UnixMicros;
  columns?: number;
  width?: number;
}

export interface HistoryHeader {
  widthUs: number;
  /** Number of the first column asked for: time / width, rounded down. */
  first: number;
  /** Number of the last one. */
  last: number;
  /** Begin of what is stored of the host at any resolution; 0 when nothing is. */
  oldest: UnixMicros;
  /** End of what is stored and committed; 0 when nothing is. */
  newest: UnixMicros;
  /** From here on the answer misses nothing at this width; before it, only stretches around spikes are left. */
  completeFrom: UnixMicros;
}

export interface HistoryGap {
  from: UnixMicros;
  to: UnixMicros;
  reason: string;
}

/** Values of the selection with exact count, sum and max; the rest as told. */
export interface HistoryValues {
  count: number;
  sum: Nanoseconds;
  /** Never above the least value and at most a bucket (6.25 %) below it; 0 without values. */
  min: Nanoseconds;
  max: Nanoseconds;
  /** Calls of handlers that said the interrupt was not theirs. */
  none: number;
}

/** JSON form of a column: only columns that hold data are listed, empty ones that were watched included. */
export interface HistoryJsonColumn extends HistoryValues {
  /** Begin. */
  time: UnixMicros;
  /** How much of the width was watched. */
  spanUs: number;
  /** Ascending pairs of bucket and count. */
  buckets: [bucket: number, count: number][];
}

/** `GET /api/v1/history?format=json` */
export interface HistoryJson extends HistoryHeader {
  host: string;
  columns: HistoryJsonColumn[];
  gaps: HistoryGap[];
}

/** `GET /api/v1/history/total`: all values of a stretch as one distribution; edges are cut at whole seconds. */
export interface HistoryTotal extends HistoryValues {
  host: string;
  from: UnixMicros;
  to: UnixMicros;
  /** How much of it was watched. */
  spanUs: number;
  buckets: [bucket: number, count: number][];
}

/** One load of the module, or the time since its histograms were cleared: totals of two runs never mix. */
export interface RunInfo {
  id: number;
  host: string;
  /** Load of the module, hexadecimal. */
  instance: string;
  /** Boot of the machine, as /proc/sys/kernel/random/boot_id tells it; missing where it could not be read. */
  boot?: string;
  /** Counts clears of the histograms in this load. */
  epoch: number;
  /** Given by a person; hostile text. */
  name?: string;
  /** What other runs are compared with; at most one of a host. */
  baseline: boolean;
  kernel: string;
  preemptRt: boolean;
  moduleVersion: string;
  startedAt: UnixMicros;
  /** Newest data. */
  endedAt: UnixMicros;
  /** Data of it still come. */
  live: boolean;
  /** Spikes stored of it. */
  spikes: number;
  /** Largest value by measure. `time` is missing when it was there before the bridge looked. */
  worst: RunWorst[];
}

export interface RunWorst {
  measure: Measure;
  valueNs: Nanoseconds;
  cpu: number;
  number: number;
  name: string;
  label: string;
  time?: UnixMicros;
}

/** `GET /api/v1/spikes` with `from`, `to`, `before`, `run` or `cause`: a page of the stored spikes of a host. */
export interface SpikePage {
  host: string;
  /** Oldest first; the newest of the stretch, at most `limit`. */
  spikes: Spike[];
  /** Word for `before` that asks for the page of older ones; missing on the last. */
  next?: string;
}

/** `GET /api/v1/spikes/:id` */
export interface StoredSpike {
  spike: Spike;
  run?: number;
  /** Length in bytes of its slice of the flight recorder, at /api/v1/spikes/:id/trace; missing without one. */
  traceBytes?: number;
  /** Ids of the spikes before and after it on its host, for paging. */
  previous?: string;
  following?: string;
}

/** Spikes that have the same cause (causeKey in cause.ts), as one row. */
export interface Cause {
  key: string;
  measure: Measure;
  /** Who did it: culprit of the worst of them. */
  culprit: string;
  /** Innermost functions of the stack, without offsets. */
  frames: string[];
  /** Comm of the interrupted task, without the numbers of workers. */
  victim: string;
  count: number;
  worstNs: Nanoseconds;
  /** Id of the worst spike. */
  worst: string;
  cpus: number[];
  first: UnixMicros;
  last: UnixMicros;
}

/** `GET /api/v1/causes` */
export interface CauseList {
  host: string;
  /** Worst first. */
  causes: Cause[];
  /** Causes there are beyond the limit. */
  more: number;
}

export interface Annotation {
  id: number;
  host: string;
  time: UnixMicros;
  /** Hostile text. */
  text: string;
  /** Hostile text; empty when nobody said who. */
  author: string;
  createdAt: UnixMicros;
}

/** How the store is doing; in HostStats and at `GET /api/v1/status`. Counters since the bridge started. */
export interface HistoryStats {
  /** Bytes of the file and its log. */
  bytes: number;
  maxBytes: number;
  /** Everything of this host up to here is committed; 0 before the first. */
  storedTo: UnixMicros;
  /** Spans, spikes and gaps of this host that the disk could not take in time. */
  dropped: number;
  /** Sources on a CPU whose values are not stored: the store has no room for more. */
  leftOut: number;
  /** Slices of time removed because of age or size. */
  pruned: number;
  /** Spikes removed because of age or size. */
  prunedSpikes: number;
  /** Why nothing is written, or read, at the moment. */
  error?: string;
}
