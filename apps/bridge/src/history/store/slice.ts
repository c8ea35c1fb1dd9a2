// One packed slice of time: the values of many series, each as exact count, sum, least, largest and a sparse list
// of buckets. An index in front lets a reader pick a few series without decoding the others.
//
//   varint number of series, then for each, ascending: varint id - previous id, varint length of its values
//   the values of each: varint count, sum, min, max, none, number of buckets,
//     then for each bucket: varint index - previous index, varint count
import { BUCKET_COUNT } from '@rtprobe/metrics';
import { ByteReader, ByteWriter } from '@rtprobe/protocol';

/** What one series saw in one slice. */
export interface Values {
  count: number;
  sum: number;
  min: number;
  max: number;
  none: number;
  buckets: number;
  bucketIndex: Uint16Array;
  bucketCount: Float64Array;
}

export type SeriesValues = ReadonlyMap<number, Values>;

const index = new ByteWriter();
const body = new ByteWriter(65_536);

function writeValues(values: Values): number {
  const before = body.length;
  body.varint(values.count);
  body.varint(values.sum);
  body.varint(values.min);
  body.varint(values.max);
  body.varint(values.none);
  body.varint(values.buckets);
  let previous = 0;
  for (let i = 0; i < values.buckets; i++) {
    const bucket = values.bucketIndex[i]!;
    body.varint(bucket - previous);
    body.varint(values.bucketCount[i]!);
    previous = bucket;
  }
  return body.length - before;
}

export function packSlice(series: SeriesValues): Uint8Array {
  const ids = [...series.keys()].sort((a, b) => a - b);
  index.varint(ids.length);
  let previous = 0;
  for (const id of ids) {
    index.varint(id - previous);
    index.varint(writeValues(series.get(id)!));
    previous = id;
  }
  index.bytes(body.take());
  return index.take();
}

const scratch: Values = {
  ...{ count: 0, sum: 0, min: 0, max: 0, none: 0, buckets: 0 },
  bucketIndex: new Uint16Array(BUCKET_COUNT),
  bucketCount: new Float64Array(BUCKET_COUNT),
};

function readValues(reader: ByteReader): void {
  scratch.count = reader.varint();
  scratch.sum = reader.varint();
  scratch.min = reader.varint();
  scratch.max = reader.varint();
  scratch.none = reader.varint();
  scratch.buckets = Math.min(reader.varint(), BUCKET_COUNT);
  let bucket = 0;
  for (let i = 0; i < scratch.buckets; i++) {
    bucket += reader.varint();
    scratch.bucketIndex[i] = bucket;
    scratch.bucketCount[i] = reader.varint();
  }
}

/**
 * Hands out the values of the chosen series, of all when `ids` is undefined; they are scratch, valid during the
 * call. Throws a ProtocolError on bytes that are no slice.
 */
export function readSlice(
  bytes: Uint8Array,
  ids: ReadonlySet<number> | undefined,
  take: (id: number, values: Values) => void,
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
    readValues(reader);
    take(found[i]!, scratch);
  }
}

export const copyValues = (values: Values): Values => ({
  ...values,
  bucketIndex: values.bucketIndex.slice(0, values.buckets),
  bucketCount: values.bucketCount.slice(0, values.buckets),
});

/** Adds up values on the kernel's buckets; costs what is touched, not the number of buckets there are. */
export class Sum {
  readonly #buckets = new Float64Array(BUCKET_COUNT);
  readonly #touched = new Uint16Array(BUCKET_COUNT);
  #length = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #none = 0;

  add(values: Values): void {
    this.#none += values.none;
    if (values.count === 0) return;
    this.#count += values.count;
    this.#sum += values.sum;
    this.#min = Math.min(this.#min, values.min);
    this.#max = Math.max(this.#max, values.max);
    for (let i = 0; i < values.buckets; i++) {
      const bucket = values.bucketIndex[i]!;
      if (bucket >= BUCKET_COUNT) continue;
      if (this.#buckets[bucket] === 0) this.#touched[this.#length++] = bucket;
      this.#buckets[bucket]! += values.bucketCount[i]!;
    }
  }

  /** What was added; the sum is empty again. */
  take(): Values {
    const bucketIndex = this.#touched.slice(0, this.#length).sort();
    const bucketCount = new Float64Array(this.#length);
    for (let i = 0; i < this.#length; i++) {
      const bucket = bucketIndex[i]!;
      bucketCount[i] = this.#buckets[bucket]!;
      this.#buckets[bucket] = 0;
    }
    const values: Values = {
      ...{ count: this.#count, sum: this.#sum, min: this.#count > 0 ? this.#min : 0, max: this.#max },
      ...{ none: this.#none, buckets: this.#length, bucketIndex, bucketCount },
    };
    this.#length = this.#count = this.#sum = this.#max = this.#none = 0;
    this.#min = Number.POSITIVE_INFINITY;
    return values;
  }
}

const sum = new Sum();

/** All parts of a series as one. */
export function mergeValues(parts: readonly Values[]): Values {
  if (parts.length === 1) return parts[0]!;
  for (const part of parts) sum.add(part);
  return sum.take();
}

/** Series by series the sum of slices. */
export function mergeSlices(slices: readonly Uint8Array[]): Uint8Array {
  if (slices.length === 1) return slices[0]!;
  const parts = new Map<number, Values[]>();
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

export function mergeParts<K>(parts: ReadonlyMap<K, readonly Values[]>): Map<K, Values> {
  const merged = new Map<K, Values>();
  for (const [key, list] of parts) merged.set(key, mergeValues(list));
  return merged;
}
