// What happened on a host between two dumps, and several of them taken together.
import { BUCKET_COUNT } from '@rtprobe/abi';
import type { FrameRow, UnixMicros } from '@rtprobe/protocol';

/** Never changed once made: groups of browsers share it. */
export interface Span {
  /** End of the span. */
  readonly time: UnixMicros;
  readonly spanUs: number;
  /** In ascending order of rows; only rows with something in them. */
  readonly deltas: readonly FrameRow[];
}

/** Scratch for one row's sum; cleared bucket by bucket after use. */
const sums = new Float64Array(BUCKET_COUNT);

function mergeRow(parts: readonly FrameRow[]): FrameRow {
  const last = parts[parts.length - 1]!;
  if (parts.length === 1) return last;
  const touched: number[] = [];
  let count = 0;
  let sum = 0;
  let none = 0;
  let max = 0;
  for (const part of parts) {
    count += part.count;
    sum += part.sum;
    none += part.none;
    if (part.max > max) max = part.max;
    for (let i = 0; i < part.buckets; i++) {
      const bucket = part.bucketIndex[i]!;
      if (sums[bucket] === 0) touched.push(bucket);
      sums[bucket]! += part.bucketCount[i]!;
    }
  }
  const bucketIndex = Uint16Array.from(touched).sort();
  const bucketCount = new Float64Array(bucketIndex.length);
  bucketIndex.forEach((bucket, i) => {
    bucketCount[i] = sums[bucket]!;
    sums[bucket] = 0;
  });
  // min is the least of the epoch, so the newest part has it.
  return {
    row: last.row,
    count,
    sum,
    min: last.min,
    max,
    none,
    buckets: bucketIndex.length,
    bucketIndex,
    bucketCount,
  };
}

/** One span that covers consecutive ones, oldest first: counts added, the largest maximum kept. */
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
