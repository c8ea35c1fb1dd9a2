// One packed slice of time: the values of many series, each as exact count, sum, minimum, maximum and a sparse list of
// buckets. An index at the start lets a reader pick a few series without decoding the others. Layout: varint number of
// series, then for each, ascending: varint id - previous id, varint length of its values; then the values of each
// (values.ts of @rtprobe/protocol)
import { SparseSum } from '@rtprobe/metrics';
import {
  type BucketValues,
  ByteReader,
  ByteWriter,
  readValues,
  scratchValues,
  writeValues,
} from '@rtprobe/protocol';

export type SeriesValues = ReadonlyMap<number, BucketValues>;

const index = new ByteWriter();
const body = new ByteWriter(65_536);

function appendValues(values: BucketValues): number {
  const before = body.length;
  writeValues(body, values);
  return body.length - before;
}

export function packSlice(series: SeriesValues): Uint8Array {
  const ids = [...series.keys()].sort((a, b) => a - b);
  index.reset();
  body.reset();
  index.varint(ids.length);
  let previous = 0;
  for (const id of ids) {
    index.varint(id - previous);
    index.varint(appendValues(series.get(id)!));
    previous = id;
  }
  index.bytes(body.flush());
  return index.flush();
}

const scratch = scratchValues();

/**
 * Visits the values of the chosen series, or of all if `ids` is undefined. The values are reused, so they are valid
 * during the call only. Throws a ProtocolError if the bytes are not a slice.
 */
export function readSlice(
  bytes: Uint8Array,
  ids: ReadonlySet<number> | undefined,
  visit: (id: number, values: BucketValues) => void,
): void {
  const entries = new ByteReader(bytes);
  const length = entries.varint();
  const found: number[] = [];
  let id = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    id += entries.varint();
    if (ids === undefined || ids.has(id)) found.push(id, at);
    at += entries.varint();
  }
  const start = entries.position;
  for (let i = 0; i < found.length; i += 2) {
    const reader = new ByteReader(bytes, start + found[i + 1]!);
    readValues(reader, scratch);
    visit(found[i]!, scratch);
  }
}

export const copyValues = (values: BucketValues): BucketValues => ({
  ...values,
  bucketIndex: values.bucketIndex.slice(0, values.buckets),
  bucketCount: values.bucketCount.slice(0, values.buckets),
});

const sum = new SparseSum();

/** Merges the parts of a series. */
export function mergeValues(parts: readonly BucketValues[]): BucketValues {
  if (parts.length === 1) return parts[0]!;
  for (const part of parts) sum.add(part);
  return sum.flush();
}

/** Sums slices series by series. */
export function mergeSlices(slices: readonly Uint8Array[]): Uint8Array {
  if (slices.length === 1) return slices[0]!;
  const parts = new Map<number, BucketValues[]>();
  for (const slice of slices) {
    readSlice(slice, undefined, (id, values) => append(parts, id, copyValues(values)));
  }
  return packSlice(mergeParts(parts));
}

export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

export function mergeParts<K>(parts: ReadonlyMap<K, readonly BucketValues[]>): Map<K, BucketValues> {
  const merged = new Map<K, BucketValues>();
  for (const [key, list] of parts) merged.set(key, mergeValues(list));
  return merged;
}
