// One interrupt line, vector or timer, on all CPUs or on one: totals, and 600 one-second columns for its sparkline,
// rate and CPU share.
import { Histogram } from '@rtprobe/metrics';
import type { FrameRow, Nanoseconds, SourceInfo, UnixMicros } from '@rtprobe/protocol';

/** Number of seconds in the ring. */
export const SPARK_SECONDS = 600;
const RATE_SECONDS = 5;

export class Source {
  info: SourceInfo;
  readonly total = new Histogram();
  /** Number of handler calls for which the action returned IRQ_NONE. */
  none = 0;
  /** Values by CPU. */
  readonly cpus = new Map<number, number>();
  readonly #max: Float64Array;
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  /** Newest second in the ring, Unix; -1 before the first. */
  #second = -1;
  /** The first second, which is incomplete. */
  #firstSecond = -1;

  constructor(info: SourceInfo) {
    this.info = info;
    this.#max = new Float64Array(SPARK_SECONDS);
    this.#count = new Float64Array(SPARK_SECONDS);
    this.#sum = new Float64Array(SPARK_SECONDS);
  }

  clearTotals(): void {
    this.total.clear();
    this.cpus.clear();
    this.none = 0;
  }

  clearHistory(): void {
    this.#max.fill(0);
    this.#count.fill(0);
    this.#sum.fill(0);
    this.#second = -1;
    this.#firstSecond = -1;
  }

  addDelta(row: FrameRow, cpu: number, time: UnixMicros): void {
    this.addTotals(row, cpu);
    this.tick(time);
    const slot = this.#second % SPARK_SECONDS;
    this.#count[slot]! += row.count;
    this.#sum[slot]! += row.sum;
    if (row.count > 0) this.#max[slot] = Math.max(this.#max[slot]!, row.max);
  }

  addTotals(row: FrameRow, cpu: number): void {
    this.none += row.none;
    if (row.count === 0) return;
    this.total.mergeSparse(row);
    this.cpus.set(cpu, (this.cpus.get(cpu) ?? 0) + row.count);
  }

  /** Returns the first second, Unix time, which is incomplete; undefined before it. */
  get begin(): number | undefined {
    return this.#firstSecond < 0 ? undefined : this.#firstSecond;
  }

  /** Adds the largest value of a second, Unix time, up to the first of this tab; ignored if the ring has no place. */
  addStoredMax(second: number, max: Nanoseconds): void {
    if (second > this.#firstSecond || second <= this.#second - SPARK_SECONDS) return;
    const slot = second % SPARK_SECONDS;
    this.#max[slot] = Math.max(this.#max[slot]!, max);
  }

  /** Opens the second of `time` and clears skipped ones; call with every frame, so that silence counts as zero. */
  tick(time: UnixMicros): void {
    const second = Math.floor((time - 1) / 1e6);
    if (this.#second < 0) {
      this.#second = second - 1;
      this.#firstSecond = second;
    }
    for (let s = Math.max(this.#second + 1, second - SPARK_SECONDS + 1); s <= second; s++) {
      this.#max[s % SPARK_SECONDS] = 0;
      this.#count[s % SPARK_SECONDS] = 0;
      this.#sum[s % SPARK_SECONDS] = 0;
    }
    this.#second = Math.max(this.#second, second);
  }

  /** Returns the largest value in ns from second `from` to before `to`; 0 if there is none. */
  maxBetween(from: number, to: number): Nanoseconds {
    let max = 0;
    for (let s = Math.max(from, this.#second - SPARK_SECONDS + 1); s < to && s <= this.#second; s++) {
      max = Math.max(max, this.#max[s % SPARK_SECONDS]!);
    }
    return max;
  }

  /** Returns the values per second over the last five complete seconds before `time`, or those available. */
  rate(time: UnixMicros): number {
    return this.#perSecond(this.#count, time);
  }

  /** Returns the share of one CPU that its durations took in the same time. */
  share(time: UnixMicros): number {
    return this.#perSecond(this.#sum, time) / 1e9;
  }

  #perSecond(ring: Float64Array, time: UnixMicros): number {
    const end = Math.floor((time - 1) / 1e6);
    const begin = Math.max(end - RATE_SECONDS, this.#firstSecond + 1);
    let sum = 0;
    for (let s = begin; s < end; s++) {
      if (s > this.#second - SPARK_SECONDS && s <= this.#second) sum += ring[s % SPARK_SECONDS]!;
    }
    return end > begin ? sum / (end - begin) : 0;
  }
}
