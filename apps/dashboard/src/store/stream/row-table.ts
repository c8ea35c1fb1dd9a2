// The rows of frames, by number: each is one source on one CPU, with its totals and its histories.
import { FrameKind, type FrameRow, type RowInfo, type UnixMicros } from '@rtprobe/protocol';
import { type DetailScope, inScope } from './detail-scope.ts';
import type { Series } from './series.ts';
import type { SeriesSet } from './series-set.ts';
import { Source } from './source.ts';

export interface Row {
  source: Source;
  cpu: number;
  count: number;
  /** ns */
  sum: number;
  /** ns */
  max: number;
  /** Histogram and history of this row; only in the detail scope. */
  detail: Source | undefined;
}

interface LinkedRow extends Row {
  series: readonly Series[];
}

export class RowTable {
  readonly #rows: (LinkedRow | undefined)[] = [];

  /** Returns every source on every CPU it was seen on. */
  all(): readonly Row[] {
    return this.#rows.filter((row) => row !== undefined);
  }

  /** Replaces the list; a row of the same source and CPU keeps its totals. */
  set(rows: readonly RowInfo[], sources: ReadonlyMap<number, Source>): void {
    const before = this.#rows.splice(0);
    for (const { row, source, cpu } of rows) {
      const known = sources.get(source);
      const was = before[row];
      const same = was !== undefined && was.source === known && was.cpu === cpu;
      if (same) this.#rows[row] = was;
      else if (known !== undefined) {
        this.#rows[row] = { source: known, cpu, count: 0, sum: 0, max: 0, detail: undefined, series: [] };
      }
    }
  }

  /** Connects each row with its histories; call after a change of rows, histories or scope. */
  link(series: SeriesSet, scope: DetailScope | undefined): void {
    for (const row of this.#rows) {
      if (row === undefined) continue;
      const { measure, id } = row.source.info;
      const own = [series.get(measure, -1), series.get(measure, row.cpu), series.ofSource(id)];
      row.series = own.filter((s) => s !== undefined);
      if (!inScope(scope, id, row.cpu)) row.detail = undefined;
      else row.detail ??= new Source(row.source.info);
    }
  }

  begin(kind: FrameKind, time: UnixMicros): void {
    for (const row of this.#rows) if (row !== undefined) beginRow(row, kind, time);
  }

  /** Adds a row of a frame; returns false if no message described it. */
  add(kind: FrameKind, row: FrameRow, time: UnixMicros): boolean {
    const known = this.#rows[row.row];
    if (known === undefined) return false;
    const { source, cpu, series, detail } = known;
    known.count += row.count;
    known.sum += row.sum;
    if (row.count > 0) known.max = Math.max(known.max, row.max);
    if (kind === FrameKind.delta) {
      detail?.addDelta(row, cpu, time);
      source.addDelta(row, cpu, time);
      for (const s of series) s.addDelta(row, cpu);
    } else {
      detail?.addTotals(row, cpu);
      source.addTotals(row, cpu);
      for (const s of series) s.addTotals(row, cpu);
    }
    return true;
  }

  clearHistory(): void {
    for (const row of this.#rows) row?.detail?.clearHistory();
  }
}

function beginRow(row: LinkedRow, kind: FrameKind, time: UnixMicros): void {
  row.detail?.tick(time);
  if (kind !== FrameKind.keyframe) return;
  row.count = 0;
  row.sum = 0;
  row.max = 0;
  row.detail?.clearTotals();
}
