// The history of one measure, on all CPUs merged or on one: totals of the epoch and seven tiers of columns, finest
// first, from five minutes to two weeks. At most about 3 MB if all are full.
import { BUCKET_COUNT, Histogram, ROWS, subtractBuckets, upperEdge } from '@rtprobe/metrics';
import type { FrameRow, Measure, UnixMicros } from '@rtprobe/protocol';
import { type Increment, Tier } from './tier.ts';

const SECOND = 1e6;
const SNAPSHOT_US = 10 * SECOND;
const SNAPSHOTS = 61;

/** Span of the recent percentiles, which are shown beside those of the run. */
export const RECENT_US = 600 * SECOND;

export class Series {
  readonly measure: Measure;
  /** -1: all CPUs. */
  readonly cpu: number;
  readonly total = new Histogram();
  /** When the largest value arrived; missing if it is older than this page. */
  worstAt: UnixMicros | undefined;
  worstCpu: number | undefined;
  /** Start of the first column; undefined if there is none. */
  begin: UnixMicros | undefined;
  readonly tiers: readonly Tier[] = [
    new Tier(SECOND / 5, 1536),
    new Tier(SECOND, 1536),
    new Tier(3 * SECOND, 1280),
    new Tier(10 * SECOND, 1152),
    new Tier(60 * SECOND, 1024),
    new Tier(180 * SECOND, 1024),
    new Tier(600 * SECOND, 2048),
  ];
  readonly #snapshots: { time: UnixMicros; buckets: Float64Array }[] = [];
  readonly #before = new Histogram();
  /** Totals were received before, so differences from them are new values. */
  #known = false;
  readonly #increment: Increment = {
    time: 0,
    spanUs: 0,
    count: 0,
    max: 0,
    cells: new Float64Array(ROWS),
    touched: new Uint16Array(ROWS),
    touchedCount: 0,
  };

  constructor(measure: Measure, cpu: number) {
    this.measure = measure;
    this.cpu = cpu;
  }

  /** Clears the totals of the previous epoch; the drawn history stays valid. */
  restart(): void {
    this.total.clear();
    this.#snapshots.length = 0;
    this.worstAt = undefined;
    this.worstCpu = undefined;
  }

  clearHistory(): void {
    for (const tier of this.tiers) tier.clear();
    this.begin = undefined;
    this.#snapshots.length = 0;
  }

  beginDelta(time: UnixMicros, spanUs: number): void {
    const add = this.#increment;
    for (let i = 0; i < add.touchedCount; i++) add.cells[add.touched[i]!] = 0;
    add.touchedCount = 0;
    add.time = time;
    add.spanUs = spanUs;
    add.count = 0;
    add.max = 0;
  }

  /** Adds one row of a delta frame. */
  addDelta(row: FrameRow, cpu: number): void {
    const { total } = this;
    const add = this.#increment;
    for (let i = 0; i < row.buckets; i++) {
      const bucket = row.bucketIndex[i]!;
      if (bucket >= BUCKET_COUNT) continue;
      const count = row.bucketCount[i]!;
      total.buckets[bucket]! += count;
      this.#touch(bucket >> 1, count);
    }
    total.count += row.count;
    total.sum += row.sum;
    if (row.count === 0) return;
    add.count += row.count;
    add.max = Math.max(add.max, row.max);
    total.min = Math.min(total.min, row.min);
    if (row.max > total.max) {
      total.max = row.max;
      this.worstAt = add.time;
      this.worstCpu = cpu;
    }
  }

  endDelta(): void {
    const add = this.#increment;
    this.begin ??= add.time - add.spanUs;
    for (const tier of this.tiers) tier.add(add);
    this.#snapshot(add.time);
  }

  beginTotals(): void {
    this.#before.copyFrom(this.total);
    this.total.clear();
  }

  /** Applies one row of a keyframe. */
  addTotals(row: FrameRow, cpu: number): void {
    if (row.count > 0 && row.max > this.total.max) this.worstCpu = cpu;
    this.total.mergeSparse(row);
  }

  /**
   * Ends a keyframe. `spanUs` over 0 means that it continues the data without a gap, so new values belong to a column.
   * Their largest value is exact if it is a new maximum, else the edge of the highest bucket.
   */
  endTotals(time: UnixMicros, spanUs: number): void {
    const rose = this.total.max > this.#before.max;
    const follows = spanUs > 0 && this.#known;
    this.#known = true;
    if (rose) this.worstAt = follows ? time : undefined;
    if (!follows) return;
    this.beginDelta(time, spanUs);
    const add = this.#increment;
    const difference = new Float64Array(BUCKET_COUNT);
    add.count = subtractBuckets(this.total.buckets, this.#before.buckets, difference);
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      if (difference[bucket]! === 0) continue;
      this.#touch(bucket >> 1, difference[bucket]!);
      add.max = Math.min(this.total.max, upperEdge(bucket));
    }
    if (rose) add.max = this.total.max;
    this.endDelta();
  }

  /**
   * Writes the buckets of the last ten minutes, or of what this page received of them, to `out`; returns their count
   * and span.
   */
  recent(now: UnixMicros, total: Histogram, out: Float64Array): { count: number; spanUs: number } {
    const from = this.#snapshots.find((s) => s.time >= now - RECENT_US - SNAPSHOT_US);
    if (from === undefined) return { count: 0, spanUs: 0 };
    return { count: subtractBuckets(total.buckets, from.buckets, out), spanUs: now - from.time };
  }

  #touch(row: number, count: number): void {
    const add = this.#increment;
    if (add.cells[row] === 0) add.touched[add.touchedCount++] = row;
    add.cells[row]! += count;
  }

  #snapshot(time: UnixMicros): void {
    const newest = this.#snapshots.at(-1);
    if (newest !== undefined && time - newest.time < SNAPSHOT_US) return;
    const reused = this.#snapshots.length === SNAPSHOTS ? this.#snapshots.shift() : undefined;
    const slot = reused ?? { time: 0, buckets: new Float64Array(BUCKET_COUNT) };
    slot.time = time;
    slot.buckets.set(this.total.buckets);
    this.#snapshots.push(slot);
  }
}
