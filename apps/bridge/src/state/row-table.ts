// Histogram rows of a host: totals of the epoch in the kernel's own buckets, stored sparsely. The values since the last
// dump are computed by subtraction, so a lost dump reduces resolution but loses no count.
import {
  type Hist,
  type IntervalMax,
  type SparseBuckets,
  unpackBuckets,
  unpackIntervals,
} from '@rtprobe/abi';
import { bucketOf, upperEdge } from '@rtprobe/metrics';
import type { FrameRow, RowInfo, UnixMicros } from '@rtprobe/protocol';

export const ROWS_MAX = 65_536;

/** All values of a row so far. */
interface Totals {
  count: number;
  sum: number;
  min: number;
  max: number;
  none: number;
  buckets: SparseBuckets;
}

export interface Row extends RowInfo, Totals {
  /** When its newest value was recorded, to one reporting interval; undefined if that is unknown. */
  changedAt: UnixMicros | undefined;
  /** Largest value so far of the interval that was open at the last dump. */
  openGeneration: number;
  openMax: number;
}

/** One message of a dump, checked. */
export interface HistRow extends Totals {
  source: number;
  cpu: number;
  intervals: IntervalMax[];
}

/** Returns undefined if fields are missing, do not fit a double, or the buckets do not add up to the count. */
export function readHistRow(hist: Hist): HistRow | undefined {
  const { source, cpu } = hist;
  const buckets = unpackBuckets(hist.buckets ?? new Uint8Array());
  const intervals = unpackIntervals(hist.intervals ?? new Uint8Array());
  if (source === undefined || cpu === undefined || !buckets || !intervals) return undefined;
  const row: HistRow = {
    source,
    cpu,
    count: Number(hist.count ?? -1n),
    sum: Number(hist.sum ?? -1n),
    min: Number(hist.min ?? 0n),
    max: Number(hist.max ?? 0n),
    none: Number(hist.none ?? 0n),
    buckets,
    intervals,
  };
  const numbers = [row.count, row.sum, row.min, row.max, row.none];
  if (numbers.some((n) => !Number.isSafeInteger(n) || n < 0)) return undefined;
  const total = buckets.count.reduce((sum, count) => sum + count, 0);
  return total === row.count ? row : undefined;
}

/** Returns next - last of two ascending sparse histograms; undefined if a bucket decreased. */
export function subtractBuckets(next: SparseBuckets, last: SparseBuckets): SparseBuckets | undefined {
  const index = new Uint16Array(next.index.length);
  const count = new Float64Array(next.index.length);
  let length = 0;
  let at = 0;
  for (let i = 0; i < next.index.length; i++) {
    let added = next.count[i]!;
    if (last.index[at] === next.index[i]) added -= last.count[at++]!;
    else if (at < last.index.length && last.index[at]! < next.index[i]!) return undefined;
    if (added < 0) return undefined;
    if (added === 0) continue;
    index[length] = next.index[i]!;
    count[length++] = added;
  }
  if (at < last.index.length) return undefined;
  return { index: index.subarray(0, length), count: count.subarray(0, length) };
}

/**
 * Returns the largest value of the span since the last dump. It is exact if an interval's own maximum or the row's
 * maximum lies in the highest bucket that grew. Otherwise it is the upper edge of that bucket, at most 6.25 % too high.
 * That happens only if the last dump already reported a larger value of the same open interval.
 */
export function spanMax(next: HistRow, last: Row, added: SparseBuckets, sinceGeneration: number): number {
  const highest = added.index[added.index.length - 1];
  if (highest === undefined) return 0;
  let exact = next.max > last.max ? next.max : 0;
  for (const { generation, ns } of next.intervals) {
    const isNew =
      generation > sinceGeneration ||
      (generation === sinceGeneration && (last.openGeneration !== generation || ns > last.openMax));
    if (isNew && ns > exact) exact = ns;
  }
  return bucketOf(exact) === highest ? exact : Math.min(upperEdge(highest), next.max);
}

const noTotals: Totals = {
  ...{ count: 0, sum: 0, min: 0, max: 0, none: 0 },
  buckets: { index: new Uint16Array(), count: new Float64Array() },
};

/** When a dump was made, and when an interval ended that was open before. */
export interface DumpTimes {
  now: UnixMicros | undefined;
  endOf(generation: number): UnixMicros | undefined;
}

const noTimes: DumpTimes = { now: undefined, endOf: () => undefined };

/** Result of a dump: what it added, or why it does not continue the last one. */
export type DumpOutcome = { deltas: FrameRow[]; newRows: boolean } | 'backwards';

export class RowTable {
  readonly #rows: Row[] = [];
  readonly #byKey = new Map<string, Row>();
  /** Rows rejected because the table is full; each is counted once. */
  readonly #refused = new Set<string>();

  get all(): readonly Row[] {
    return this.#rows;
  }

  /** Removes all rows and their numbers: another load of the module. */
  clear(): void {
    this.#rows.length = 0;
    this.#byKey.clear();
    this.#refused.clear();
  }

  /** Sets every total to zero and keeps row numbers: another epoch. */
  zero(): void {
    for (const row of this.#rows) {
      Object.assign(row, noTotals, { changedAt: undefined, openGeneration: 0, openMax: 0 });
    }
  }

  /**
   * Applies a whole dump or nothing. `generation` is the interval that was open at the dump, `times` says when intervals
   * were.
   */
  apply(
    hists: readonly HistRow[],
    since: number,
    generation: number,
    full: (row: string) => void,
    times: DumpTimes = noTimes,
  ): DumpOutcome {
    const pending: { row: Row; next: HistRow; delta: FrameRow }[] = [];
    const before = this.#rows.length;
    for (const next of hists) {
      const row = this.#row(next, full);
      if (!row) continue;
      const delta = difference(row, next, since);
      if (!delta) return 'backwards';
      pending.push({ row, next, delta });
    }
    for (const { row, next } of pending) adopt(row, next, generation, times);
    const deltas = pending.map((p) => p.delta).filter((d) => d.count > 0 || d.none > 0);
    deltas.sort((a, b) => a.row - b.row);
    return { deltas, newRows: this.#rows.length > before };
  }

  #row(hist: HistRow, full: (row: string) => void): Row | undefined {
    const key = `${hist.source}/${hist.cpu}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    if (this.#rows.length >= ROWS_MAX) {
      if (!this.#refused.has(key) && this.#refused.size < ROWS_MAX) {
        this.#refused.add(key);
        full(key);
      }
      return undefined;
    }
    const row: Row = {
      row: this.#rows.length,
      source: hist.source,
      cpu: hist.cpu,
      ...noTotals,
      changedAt: undefined,
      openGeneration: 0,
      openMax: 0,
    };
    this.#rows.push(row);
    this.#byKey.set(key, row);
    return row;
  }
}

function difference(row: Row, next: HistRow, since: number): FrameRow | undefined {
  const added = subtractBuckets(next.buckets, row.buckets);
  const count = next.count - row.count;
  const sum = next.sum - row.sum;
  const none = next.none - row.none;
  if (!added || count < 0 || sum < 0 || none < 0) return undefined;
  return {
    row: row.row,
    count,
    sum,
    min: next.min,
    max: spanMax(next, row, added, since),
    none,
    buckets: added.index.length,
    bucketIndex: added.index,
    bucketCount: added.count,
  };
}

function adopt(row: Row, next: HistRow, generation: number, times: DumpTimes): void {
  const { count, sum, min, max, none, buckets } = next;
  const last = next.intervals[next.intervals.length - 1]?.generation;
  if (count > row.count && last !== undefined) row.changedAt = times.endOf(last);
  // Calls that returned IRQ_NONE are in no interval.
  if (none > row.none) row.changedAt = times.now;
  Object.assign(row, { count, sum, min, max, none, buckets });
  const newest = next.intervals[next.intervals.length - 1];
  row.openGeneration = generation;
  row.openMax = newest?.generation === generation ? newest.ns : 0;
}

/** Returns a row's totals in the form of a keyframe. */
export function totals({ row, count, sum, min, max, none, buckets }: Row): FrameRow {
  return {
    ...{ row, count, sum, min, max, none, buckets: buckets.index.length },
    bucketIndex: buckets.index,
    bucketCount: buckets.count,
  };
}
