// What happened on a host between two dumps, and the merge of several spans.
import { SparseSum } from '@rtprobe/metrics';
import type { FrameRow, UnixMicros } from '@rtprobe/protocol';

/** Immutable: groups of browsers share it. */
export interface Span {
  /** End of the span. */
  readonly time: UnixMicros;
  readonly spanUs: number;
  /** In ascending order of rows; rows without values are left out. */
  readonly deltas: readonly FrameRow[];
}

const sum = new SparseSum();

function mergeRow(parts: readonly FrameRow[]): FrameRow {
  const last = parts[parts.length - 1]!;
  if (parts.length === 1) return last;
  for (const part of parts) sum.add(part);
  // min is the minimum of the whole epoch, so the newest span has the right one.
  return { ...sum.flush(), row: last.row, min: last.min };
}

/** Merges consecutive spans, oldest first: adds counts and keeps the largest maximum. */
export function mergeSpans(spans: readonly Span[]): Span {
  const last = spans[spans.length - 1]!;
  if (spans.length === 1) return last;
  const byRow = new Map<number, FrameRow[]>();
  for (const span of spans) {
    for (const delta of span.deltas) {
      const parts = byRow.get(delta.row);
      if (parts) parts.push(delta);
      else byRow.set(delta.row, [delta]);
    }
  }
  const deltas = Array.from(byRow.values(), mergeRow).sort((a, b) => a.row - b.row);
  return { time: last.time, spanUs: spans.reduce((sum, span) => sum + span.spanUs, 0), deltas };
}
