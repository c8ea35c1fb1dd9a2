// The second that is being collected: decoded frames, with rows named by the store's series.
import { lowerEdge } from '@rtprobe/metrics';
import {
  type BucketValues,
  type FrameHeader,
  type FrameRow,
  type RowInfo,
  readFrame,
  type SourceInfo,
  type UnixMicros,
} from '@rtprobe/protocol';
import { type RawFrame, secondOf } from '../store/raw-second.ts';
import { ALL_CPUS, ALL_SOURCES, type HostNames } from '../store/series.ts';
import { append, mergeParts, packSlice } from '../store/slice.ts';
import type { Sections } from '../store/slice-store.ts';

/** The meaning of a row in a frame. */
export interface NamedRow {
  source: SourceInfo;
  cpu: number;
  series: number;
  /** Series of its measure on its CPU, and on all CPUs. */
  cpuSeries: number;
  measureSeries: number;
}

export type RowNames = ReadonlyMap<number, NamedRow>;

/** Names rows. Those without a number are left out; the caller counts them. */
export function nameRows(
  names: HostNames,
  sources: readonly SourceInfo[],
  rows: readonly RowInfo[],
): Map<number, NamedRow> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const named = new Map<number, NamedRow>();
  for (const { row, source: id, cpu } of rows) {
    const source = byId.get(id);
    if (!source) continue;
    const series = names.series(source.measure, names.source(source), cpu);
    const cpuSeries = names.series(source.measure, ALL_SOURCES, cpu);
    const measureSeries = names.series(source.measure, ALL_SOURCES, ALL_CPUS);
    if (series === undefined || cpuSeries === undefined || measureSeries === undefined) continue;
    named.set(row, { source, cpu, series, cpuSeries, measureSeries });
  }
  return named;
}

/**
 * Returns a row's values. The minimum of a frame's row is that of the epoch, so the lowest bucket is a better bound for
 * the span.
 */
function valuesOf(row: FrameRow): BucketValues {
  const { count, sum, max, none, buckets } = row;
  const lowest = buckets > 0 ? lowerEdge(row.bucketIndex[0]!) : 0;
  return {
    ...{ count, sum, none, buckets },
    min: count > 0 ? Math.max(lowest, row.min) : 0,
    max: count > 0 ? max : 0,
    bucketIndex: row.bucketIndex.slice(0, buckets),
    bucketCount: row.bucketCount.slice(0, buckets),
  };
}

export interface NamedValues {
  row: NamedRow;
  values: BucketValues;
}

/** Returns the named rows of a frame. Throws a ProtocolError if the bytes are not a frame. */
export function decodeFrame(
  bytes: Uint8Array,
  rows: RowNames,
): { header: FrameHeader; values: NamedValues[] } {
  const values: NamedValues[] = [];
  const header = readFrame(bytes, {
    begin: () => {},
    row: (row) => {
      const named = rows.get(row.row);
      if (named) values.push({ row: named, values: valuesOf(row) });
    },
  });
  return { header, values };
}

export class OpenSecond {
  readonly unit: number;
  readonly frames: RawFrame[] = [];
  spanUs = 0;
  newest: UnixMicros = 0;
  readonly #rows = new Map<number, BucketValues[]>();
  readonly #cpus = new Map<number, BucketValues[]>();
  readonly #measures = new Map<number, BucketValues[]>();

  constructor(time: UnixMicros) {
    this.unit = secondOf(time);
  }

  add(header: FrameHeader, values: readonly NamedValues[]): void {
    const { time, spanUs } = header;
    const rows = new Map<number, BucketValues[]>();
    for (const { row, values: part } of values) {
      append(rows, row.series, part);
      append(this.#rows, row.series, part);
      append(this.#cpus, row.cpuSeries, part);
      append(this.#measures, row.measureSeries, part);
    }
    this.frames.push({ time, spanUs, slice: packSlice(mergeParts(rows)) });
    this.spanUs += spanUs;
    this.newest = Math.max(this.newest, time);
  }

  sections(): Sections {
    return {
      spanUs: this.spanUs,
      measures: packSlice(mergeParts(this.#measures)),
      cpus: packSlice(mergeParts(this.#cpus)),
      rows: packSlice(mergeParts(this.#rows)),
    };
  }
}

/** Returns a second without values. */
export function emptySecond(): Sections {
  const none = packSlice(new Map());
  return { spanUs: 1e6, measures: none, cpus: none, rows: none };
}
