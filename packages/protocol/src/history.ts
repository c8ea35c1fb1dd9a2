// The history that the bridge stores on disk and returns over REST: columns of any time range, runs, pages of spikes,
// causes, notes. history-columns.ts has the binary form of columns.
import type { Advice } from './advice.ts';
import type { Device } from './devices.ts';
import type { Measure } from './generated.ts';
import type { Spike } from './spike.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

const SECOND = 1e6;

/** Possible widths of the columns of a response in µs, finest first. Columns start at multiples of their width. */
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

/** Maximum number of columns in a request; aligning to the width can add one. */
export const HISTORY_COLUMNS_MAX = 2048;
/** Maximum number of spikes on a page. */
export const SPIKE_PAGE_MAX = 1000;
export const CAUSES_MAX = 1000;
export const ANNOTATION_TEXT_MAX = 1000;
export const ANNOTATION_AUTHOR_MAX = 64;
export const RUN_NAME_MAX = 64;

/** Selects values: all of a measure, or of one source of it (number and name as in SourceInfo), or of one CPU. */
export interface HistorySelection {
  host?: string;
  measure: Measure;
  number?: number;
  name?: string;
  cpu?: number;
}

/**
 * Query of `GET /api/v1/history`: either `columns` (the finest width that fits) or `width` (exactly that, one of
 * HISTORY_WIDTHS_US).
 */
export interface HistoryQuery extends HistorySelection {
  from: UnixMicros;
  /** Exclusive. */
  to: UnixMicros;
  columns?: number;
  width?: number;
}

export interface HistoryHeader {
  widthUs: number;
  /** Number of the first requested column: time / width, rounded down. */
  first: number;
  /** Number of the last requested column. */
  last: number;
  /** Start of the stored data of the host at any resolution; 0 if there are none. */
  oldest: UnixMicros;
  /** End of the stored and committed data; 0 if there are none. */
  newest: UnixMicros;
  /** From this time on the response is complete at this width; before it, only ranges around spikes remain. */
  completeFrom: UnixMicros;
}

export interface HistoryGap {
  from: UnixMicros;
  to: UnixMicros;
  reason: string;
}

/** Values of the selection: count, sum and max are exact; the other fields say how exact they are. */
export interface HistoryValues {
  count: number;
  sum: Nanoseconds;
  /** Never above the least value and at most a bucket (6.25 %) below it; 0 without values. */
  min: Nanoseconds;
  max: Nanoseconds;
  /** Number of handler calls that returned IRQ_NONE. */
  none: number;
}

/** JSON form of a column. Only columns with data are listed, and observed columns without values. */
export interface HistoryJsonColumn extends HistoryValues {
  /** Start of the column. */
  time: UnixMicros;
  /** Observed part of the width. */
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

/**
 * `GET /api/v1/history/total`: all values of a time range as one distribution; its ends are rounded to whole seconds.
 */
export interface HistoryTotal extends HistoryValues {
  host: string;
  from: UnixMicros;
  to: UnixMicros;
  /** Observed part of the range. */
  spanUs: number;
  buckets: [bucket: number, count: number][];
}

/** One load of the module, or the time since its histograms were cleared. Totals of two runs are never added. */
export interface RunInfo {
  id: number;
  host: string;
  /** Load of the module, hexadecimal. */
  instance: string;
  /** The machine's /proc/sys/kernel/random/boot_id; missing if it could not be read. */
  boot?: string;
  /** Number of clears of the histograms in this load. */
  epoch: number;
  /** Name given by a person; hostile text. */
  name?: string;
  /** The run that others are compared with; at most one per host. */
  baseline: boolean;
  kernel: string;
  preemptRt: boolean;
  moduleVersion: string;
  startedAt: UnixMicros;
  /** Time of the newest data. */
  endedAt: UnixMicros;
  /** The run still receives data. */
  live: boolean;
  /** Number of its stored spikes. */
  spikes: number;
  /** Largest value by measure. `time` is missing if the value is older than the bridge's first reading. */
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
  /** The newest spikes of the range, at most `limit`, oldest first. */
  spikes: Spike[];
  /** Value of `before` for the page of older spikes; missing on the last page. */
  next?: string;
}

/** `GET /api/v1/spikes/:id` */
export interface StoredSpike {
  spike: Spike;
  run?: number;
  /** Length in bytes of its trace, at /api/v1/spikes/:id/trace; missing without one. */
  traceBytes?: number;
  /** Ids of the previous and the next spike of the host. */
  previous?: string;
  following?: string;
  /** Id of its incident; missing if the store has not grouped it yet. */
  incident?: string;
  /** What to try against its cause, the best first; missing if the knowledge files have nothing about it. */
  advice?: Advice[];
}

/** Incidents with the same cause (causeKey in cause.ts of their primary spikes), as one row. */
export interface Cause {
  key: string;
  measure: Measure;
  /** Short cause of the worst incident. */
  culprit: string;
  /** Device of that cause. */
  device?: Device;
  /** Innermost functions of the stack, without offsets. */
  frames: string[];
  /** Comm of the interrupted task, without the numbers of kernel workers. */
  victim: string;
  /** Number of incidents. */
  count: number;
  worstNs: Nanoseconds;
  /** Id of the primary spike of the worst incident. */
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
  /** Number of causes beyond the limit. */
  more: number;
}

export interface Annotation {
  id: number;
  host: string;
  time: UnixMicros;
  /** Hostile text. */
  text: string;
  /** Hostile text; empty if no author was given. */
  author: string;
  createdAt: UnixMicros;
}

/** State of the history store, in HostStats and at `GET /api/v1/status`. Counters start with the bridge. */
export interface HistoryStats {
  /** Bytes of the database file and its log. */
  bytes: number;
  maxBytes: number;
  /** All data of this host up to this time are committed; 0 before the first commit. */
  storedTo: UnixMicros;
  /** Spans, spikes and gaps of this host that the disk could not take in time. */
  dropped: number;
  /** Sources on a CPU whose values are not stored: the store has no room for more. */
  leftOut: number;
  /** Number of time slices removed because of age or size. */
  pruned: number;
  /** Number of spikes removed because of age or size. */
  prunedSpikes: number;
  /** Why nothing is written, or read, at the moment. */
  error?: string;
}
