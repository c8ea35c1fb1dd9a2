// One interrupt line, vector or timer, on all CPUs or on one: totals, and ten minutes of seconds for its sparkline, its
// rate and the share of a CPU it took.
import { Histogram } from '@rtprobe/metrics';
import type { FrameRow, Nanoseconds, SourceInfo, UnixMicros } from '@rtprobe/protocol';

/** Seconds a source remembers. */
export const SPARK_SECONDS = 600;
const RATE_SECONDS = 5;

export class Source {
  info: SourceInfo;
  readonly total = new Histogram();
  /** Handler calls that said the interrupt was not theirs. */
  none = 0;
  /** Values by CPU. */
  readonly cpus = new Map<number, number>();
  readonly #max: Float64Array;
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  /** Newest second in the ring, Unix; -1 before the first. */
  #second = -1;
  /** The first second that was seen, not from its begin. */
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

  /** The first second that was seen, Unix, not from its begin; undefined before it. */
  get begin(): number | undefined {
    return this.#firstSecond < 0 ? undefined : this.#firstSecond;
  }

  /** Largest value of a second, Unix, no later than the first that was seen; forgotten where the ring has no place. */
  addStoredMax(second: number, max: Nanoseconds): void {
    if (second > this.#firstSecond || second <= this.#second - SPARK_SECONDS) return;
    const slot = second % SPARK_SECONDS;
    this.#max[slot] = Math.max(this.#max[slot]!, max);
  }

  /** Opens the second of `time`, emptying those skipped; call with every frame, so that silence shows as zero. */
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

  /** Largest value in ns of the seconds from `from` up to, not with, `to`; 0 where nothing is known. */
  maxBetween(from: number, to: number): Nanoseconds {
    let max = 0;
    for (let s = Math.max(from, this.#second - SPARK_SECONDS + 1); s < to && s <= this.#second; s++) {
      max = Math.max(max, this.#max[s % SPARK_SECONDS]!);
    }
    return max;
  }

  /** Values a second over the last five whole seconds before `time`, or those that were seen. */
  rate(time: UnixMicros): number {
    return this.#perSecond(this.#count, time);
  }

  /** Share of one CPU that its durations took in the same time. */
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
