// A large host: 512 rows, of which 200 changed, with 13 buckets each.
import { type Hist, packBuckets, packIntervals } from '@rtprobe/abi';
import { FrameKind, type FrameRow, FrameWriter } from '@rtprobe/protocol';

const ROWS = 512;
const ACTIVE = 200;
const BUCKETS = 13;

export function activeRows(): FrameRow[] {
  return Array.from({ length: ACTIVE }, (_, i) => ({
    ...{ row: Math.floor((i * ROWS) / ACTIVE), count: 900 + i, sum: 5_000_000 + i, min: 700 },
    ...{ max: 812_345 + i, none: 0, buckets: BUCKETS },
    bucketIndex: Uint16Array.from({ length: BUCKETS }, (_, b) => 110 + b * 3),
    bucketCount: Float64Array.from({ length: BUCKETS }, (_, b) => 1 + ((i * 7 + b * 13) % 200)),
  }));
}

/** Returns the same rows as a kernel dump. */
export function activeHists(): Hist[] {
  return activeRows().map((row) => ({
    ...{ source: row.row >> 1, cpu: row.row & 1, none: 0n },
    count: BigInt(row.bucketCount.reduce((a, b) => a + b, 0)),
    ...{ sum: BigInt(row.sum), min: BigInt(row.min), max: BigInt(row.max) },
    intervals: packIntervals([{ generation: 1000, ns: row.max }]),
    buckets: packBuckets({ index: row.bucketIndex, count: row.bucketCount }),
  }));
}

/** Returns the rows as plain objects, as JSON would contain them. */
export function asObjects(rows: readonly FrameRow[]): object[] {
  return rows.map((row) => ({
    ...row,
    bucketIndex: Array.from(row.bucketIndex),
    bucketCount: Array.from(row.bucketCount),
  }));
}

export const header = {
  kind: FrameKind.delta,
  host: 0,
  seq: 1,
  time: 1_790_000_000_000_000,
  spanUs: 100_000,
  epoch: 1,
};

const writer = new FrameWriter();

/** Encodes the rows as one delta frame. */
export function encodeFrame(rows: readonly FrameRow[]): Uint8Array {
  writer.begin(header);
  for (const row of rows) writer.row(row);
  return writer.finish();
}
