import { bucketOf } from '@rtprobe/metrics';
import type { Measure, SourceInfo } from '@rtprobe/protocol';
import type { HostView } from '../host/view.ts';
import { HostState } from '../state/host-state.ts';
import type { HistRow } from '../state/row-table.ts';
import type { Span } from '../state/span.ts';

/** A live host of which a test chooses the values. */
export class CountingHost {
  readonly state = new HostState(
    () => 'cnc-07',
    () => {},
  );
  readonly view: HostView;
  #generation = 1;
  readonly #rows = new Map<string, HistRow>();

  constructor() {
    const info = { state: 'live', kernel: { release: '6.12-rt', preemptRt: true, machine: 'x86_64' } };
    this.view = { name: 'cnc-07', info, source: { kind: 'live' }, state: this.state } as unknown as HostView;
  }

  addSource(id: number, measure: Measure, label: string, name = label): void {
    const source = { id, measure, number: id, name, label, threaded: false, retired: false };
    this.state.sources.set(id, source satisfies SourceInfo);
  }

  /** Counts a value; the next span has it. */
  record(source: number, cpu: number, ns: number): void {
    const key = `${source}/${cpu}`;
    const row = this.#rows.get(key);
    const values = [...(row ? valuesOf(row) : []), ns];
    this.#rows.set(key, rowOf(source, cpu, values, this.#generation));
  }

  /** Returns everything that was counted since the last call, as a span that ends at `time`. */
  span(time: number, spanUs = 100_000): Span {
    const outcome = this.state.rows.apply(
      [...this.#rows.values()],
      this.#generation,
      this.#generation,
      () => {},
    );
    if (outcome === 'backwards') throw new Error('counts went backwards');
    this.#generation++;
    for (const row of this.#rows.values()) row.intervals = [];
    this.state.lastDataAt = time;
    return { time, spanUs, deltas: outcome.deltas };
  }
}

const values = new WeakMap<HistRow, readonly number[]>();
const valuesOf = (row: HistRow): readonly number[] => values.get(row) ?? [];

function rowOf(source: number, cpu: number, all: readonly number[], generation: number): HistRow {
  const counts = new Map<number, number>();
  for (const ns of all) counts.set(bucketOf(ns), (counts.get(bucketOf(ns)) ?? 0) + 1);
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const row: HistRow = {
    ...{ source, cpu, count: all.length, sum: all.reduce((a, b) => a + b, 0), none: 0 },
    ...{ min: Math.min(...all), max: Math.max(...all), intervals: [{ generation, ns: all.at(-1)! }] },
    buckets: {
      index: Uint16Array.from(buckets, ([index]) => index),
      count: Float64Array.from(buckets, ([, count]) => count),
    },
  };
  values.set(row, all);
  return row;
}
