// Packs and unpacks the two binary attributes of a histogram row.
import { BUCKET_COUNT, BUCKET_INDEX_SHIFT, INTERVAL_RING } from './generated.ts';

/** Buckets above zero, ascending; counts are integers that a double represents exactly. */
export interface SparseBuckets {
  index: Uint16Array;
  count: Float64Array;
}

const INDEX_SHIFT_IN_HIGH_WORD = BUCKET_INDEX_SHIFT - 32;
const HIGH_COUNT_MASK = 2 ** INDEX_SHIFT_IN_HIGH_WORD - 1;

/** Returns undefined unless the bytes are complete, ascending buckets of the layout. */
export function unpackBuckets(bytes: Uint8Array): SparseBuckets | undefined {
  if (bytes.length % 8 !== 0 || bytes.length > BUCKET_COUNT * 8) return undefined;
  const length = bytes.length / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = new Uint16Array(length);
  const count = new Float64Array(length);
  let previous = -1;
  for (let i = 0; i < length; i++) {
    const high = view.getUint32(i * 8 + 4, true);
    const at = high >>> INDEX_SHIFT_IN_HIGH_WORD;
    if (at <= previous || at >= BUCKET_COUNT) return undefined;
    index[i] = previous = at;
    count[i] = (high & HIGH_COUNT_MASK) * 2 ** 32 + view.getUint32(i * 8, true);
  }
  return { index, count };
}

export function packBuckets(buckets: SparseBuckets): Uint8Array {
  const bytes = new Uint8Array(buckets.index.length * 8);
  const view = new DataView(bytes.buffer);
  buckets.index.forEach((index, i) => {
    const count = buckets.count[i]!;
    view.setUint32(i * 8, count % 2 ** 32, true);
    view.setUint32(i * 8 + 4, index * 2 ** INDEX_SHIFT_IN_HIGH_WORD + Math.floor(count / 2 ** 32), true);
  });
  return bytes;
}

/** Largest value of one reporting interval. */
export interface IntervalMax {
  generation: number;
  ns: number;
}

/** Reads a u64 as a double, exact below 2^53; faster than with a bigint. */
function readU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** Returns undefined if the bytes are not whole pairs, too many, or hold a number that a double does not. */
export function unpackIntervals(bytes: Uint8Array): IntervalMax[] | undefined {
  if (bytes.length % 16 !== 0 || bytes.length > (INTERVAL_RING + 1) * 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const intervals: IntervalMax[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const generation = readU64(view, at);
    const ns = readU64(view, at + 8);
    if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(ns)) return undefined;
    intervals.push({ generation, ns });
  }
  return intervals;
}

export function packIntervals(intervals: readonly IntervalMax[]): Uint8Array {
  const bytes = new Uint8Array(intervals.length * 16);
  const view = new DataView(bytes.buffer);
  intervals.forEach(({ generation, ns }, i) => {
    view.setBigUint64(i * 16, BigInt(generation), true);
    view.setBigUint64(i * 16 + 8, BigInt(ns), true);
  });
  return bytes;
}
