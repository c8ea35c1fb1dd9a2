// A synthetic host, fed to the real storage code at full speed, with a record of the expected results.
import { bucketOf } from '@rtprobe/metrics';
import {
  FrameKind,
  type FrameRow,
  FrameWriter,
  type Measure,
  type SourceInfo,
  type Spike,
} from '@rtprobe/protocol';
import { random } from '../../../packages/metrics/src/random.ts';
import type { HostMessage } from '../src/history/threads/messages.ts';

export const HOST = 'cnc-07';
/** A Monday, at midnight UTC, in seconds since 1970. */
export const MONDAY = 1_790_553_600;

const source = (id: number, measure: Measure, number: number, name: string, label: string): SourceInfo => ({
  ...{ id, measure, number, name, label },
  ...{ threaded: false, retired: false },
});

/** Different frames of one row. */
const POOL = 64;

export interface Shape {
  cpus: number;
  irqs: number;
  /** Frames a second. */
  rate: number;
  /** Share of the rows that have values in a frame. */
  active: number;
  /** Approximate values of a row in a frame. */
  values?: number;
  /** Also records every source on every CPU; for short runs. True by default. */
  bySource?: boolean;
  seed: number;
}

/** The expected content of one second of a selection. */
export interface Truth {
  count: number;
  max: number;
}

export class SyntheticRun {
  readonly sources: SourceInfo[];
  readonly rows: { row: number; source: number; cpu: number }[];
  readonly #shape: Shape;
  readonly #push: (message: HostMessage) => void;
  readonly #random: () => number;
  readonly #frames = new FrameWriter();
  /** By measure, and by "measure/number/cpu", and by second. */
  readonly truth = new Map<string, Map<number, Truth>>();
  /** By row. */
  readonly #pools: FrameRow[][];
  readonly #truths: Map<number, Truth>[][];

  /** Rows are numbered from `firstId`, as after another load of the module. */
  constructor(shape: Shape, push: (message: HostMessage) => void, firstId = 1) {
    this.#shape = shape;
    this.#push = push;
    this.#random = random(shape.seed);
    const irq = (i: number) =>
      source(firstId + i + 1, 'hardirq_duration', 24 + i, `dev${i}`, `irq ${24 + i}`);
    this.sources = [
      source(firstId, 'timer_latency', 0, 'timer', 'timer'),
      ...Array.from({ length: shape.irqs }, (_, i) => irq(i)),
    ];
    const cpus = Array.from({ length: shape.cpus }, (_, cpu) => cpu);
    const all = this.sources.flatMap(({ id }) => cpus.map((cpu) => ({ source: id, cpu })));
    this.rows = all.map((row, i) => ({ row: i, ...row }));
    const { values = 8, bySource = true } = shape;
    this.#pools = this.rows.map(({ row }) => Array.from({ length: POOL }, () => this.#makeRow(row, values)));
    this.#truths = this.rows.map(({ source: id, cpu }) => {
      const { measure, number } = this.sources.find((s) => s.id === id)!;
      const whole = this.#truthOf(measure);
      return bySource ? [whole, this.#truthOf(`${measure}/${number}/${cpu}`)] : [whole];
    });
  }

  start(instance = 'a1', epoch = 1, startedAt = MONDAY * 1e6): void {
    const run = { instance, epoch, kernel: '6.12.0-rt', preemptRt: true, moduleVersion: '0.1.0', startedAt };
    this.#push({ kind: 'run', host: HOST, run });
    this.#push({ kind: 'sources', host: HOST, sources: this.sources, rows: this.rows });
  }

  /** Feeds all frames of the second that begins at `second`. */
  second(second: number, after?: string): void {
    const { rate, active } = this.#shape;
    for (let i = 1; i <= rate; i++) {
      const time = second * 1e6 + Math.round((i * 1e6) / rate);
      const header = {
        kind: FrameKind.delta,
        host: 0,
        seq: 0,
        time,
        spanUs: Math.round(1e6 / rate),
        epoch: 1,
      };
      this.#frames.begin(header);
      for (const { row } of this.rows) if (this.#random() < active) this.#frames.row(this.#row(row, second));
      const frame = this.#frames.finish();
      this.#push({ kind: 'span', host: HOST, frame, ...(after !== undefined && i === 1 && { after }) });
    }
  }

  /** Returns some values of one row, drawn from its pool. */
  #row(row: number, second: number): FrameRow {
    const drawn = this.#pools[row]![Math.floor(this.#random() * POOL)]!;
    for (const seconds of this.#truths[row]!) {
      const held = seconds.get(second);
      if (!held) seconds.set(second, { count: drawn.count, max: drawn.max });
      else {
        held.count += drawn.count;
        held.max = Math.max(held.max, drawn.max);
      }
    }
    return drawn;
  }

  /** Returns a few values around some µs, and rarely a far larger one. */
  #makeRow(row: number, most: number): FrameRow {
    const values = Array.from({ length: Math.ceil(most * (0.5 + this.#random() / 2)) }, () => {
      const rare = this.#random() < 0.001 ? 200 : 1;
      return Math.floor((800 + 4000 * this.#random() ** 3) * rare);
    });
    const counts = new Map<number, number>();
    for (const value of values) counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
    const buckets = [...counts].sort(([a], [b]) => a - b);
    return {
      ...{ row, count: values.length, sum: values.reduce((a, b) => a + b, 0), min: 0, none: 0 },
      ...{ max: Math.max(...values), buckets: buckets.length },
      bucketIndex: Uint16Array.from(buckets, ([bucket]) => bucket),
      bucketCount: Float64Array.from(buckets, ([, count]) => count),
    };
  }

  #truthOf(key: string): Map<number, Truth> {
    const seconds = this.truth.get(key) ?? new Map<number, Truth>();
    this.truth.set(key, seconds);
    return seconds;
  }

  /** Returns the expected columns of `widthS` seconds, by number of the column. */
  columns(key: string, widthS: number): Map<number, Truth> {
    const columns = new Map<number, Truth>();
    for (const [second, { count, max }] of this.truth.get(key) ?? []) {
      const column = Math.floor(second / widthS);
      const held = columns.get(column) ?? { count: 0, max: 0 };
      columns.set(column, { count: held.count + count, max: Math.max(held.max, max) });
    }
    return columns;
  }
}

export function spikeAt(second: number, n: number, change: Partial<Spike> = {}): Spike {
  const task = { pid: 7, tgid: 7, startNs: '1', comm: 'fio', policy: 'SCHED_OTHER', priority: 0, nice: 0 };
  return {
    ...{
      id: `a1-${n}`,
      host: HOST,
      time: second * 1e6,
      monoNs: String((second - MONDAY + 1000) * 1e9),
      measure: 'timer_latency',
    },
    ...{ valueNs: 500_000 + n, thresholdNs: 500_000, cpu: n % 2, number: 0, name: 'timer', label: 'timer' },
    ...{ mode: 'kernel', task: { ...task, kthread: false }, stack: ['submit+0x1/0x2', 'write+0x3/0x4'] },
    ...{ sentence: 'late', culprit: 'irq 24 dev0' },
    ...change,
  };
}
