// Values of a histogram and their bytes: the part that data frames, history columns and stored slices share.
//
//   varint count, sum (ns), min (ns), max (ns), none
//   varint number of buckets, then for each: varint index - previous index (the first: index), varint count
import { ProtocolError } from './errors.ts';
import type { Nanoseconds } from './units.ts';
import type { ByteReader, ByteWriter } from './varint.ts';

/** The reader refuses bucket indices from this one on. */
export const FRAME_BUCKET_LIMIT = 4096;

/** A sparse histogram: the first `buckets` entries of the two arrays, ascending by index. */
export interface BucketValues {
  count: number;
  sum: Nanoseconds;
  min: Nanoseconds;
  max: Nanoseconds;
  /** Number of handler calls that returned IRQ_NONE. */
  none: number;
  buckets: number;
  bucketIndex: Uint16Array;
  bucketCount: Float64Array;
}

/** Returns values with room for all buckets, to read into. */
export const scratchValues = (): BucketValues => ({
  ...{ count: 0, sum: 0, min: 0, max: 0, none: 0, buckets: 0 },
  bucketIndex: new Uint16Array(FRAME_BUCKET_LIMIT),
  bucketCount: new Float64Array(FRAME_BUCKET_LIMIT),
});

export function writeValues(out: ByteWriter, values: BucketValues): void {
  out.varint(values.count);
  out.varint(values.sum);
  out.varint(values.min);
  out.varint(values.max);
  out.varint(values.none);
  out.varint(values.buckets);
  let previous = 0;
  for (let i = 0; i < values.buckets; i++) {
    const index = values.bucketIndex[i]!;
    out.varint(index - previous);
    out.varint(values.bucketCount[i]!);
    previous = index;
  }
}

/** Reads into `values`, whose arrays come from scratchValues. Throws a ProtocolError on malformed input. */
export function readValues(reader: ByteReader, values: BucketValues): void {
  values.count = reader.varint();
  values.sum = reader.varint();
  values.min = reader.varint();
  values.max = reader.varint();
  values.none = reader.varint();
  const buckets = reader.varint();
  if (buckets > FRAME_BUCKET_LIMIT) throw new ProtocolError('E_FRAME_RANGE', `${buckets} buckets`);
  values.buckets = buckets;
  let index = 0;
  for (let i = 0; i < buckets; i++) {
    index += reader.varint();
    if (index >= FRAME_BUCKET_LIMIT) throw new ProtocolError('E_FRAME_RANGE', `bucket ${index}`);
    values.bucketIndex[i] = index;
    values.bucketCount[i] = reader.varint();
  }
}
