// Binary form of `GET /api/v1/history`, for heatmaps.
//
//   u8 version = 1
//   varint width (us), first column, last column, oldest (us), newest (us), complete from (us)
//   columns with data in ascending order, each:
//     varint column - previous column (the first: column - first + 1), so never 0
//     varint watched span (us), its values (values.ts)
//   varint 0
//   varint number of gaps, each:
//     varint from (us), to - from (us), length of the reason in bytes, the reason in UTF-8
//
// A column that is not listed was not watched, or is not stored any more at this width.
import { ProtocolError } from './errors.ts';
import type { HistoryGap, HistoryHeader, HistoryValues } from './history.ts';
import { type BucketValues, readValues, scratchValues, writeValues } from './values.ts';
import { ByteReader, ByteWriter } from './varint.ts';

export const HISTORY_VERSION = 1;
/** Limits of a reader: number of gaps, and bytes of a reason. */
const GAPS_LIMIT = 100_000;
const REASON_LIMIT = 4096;

/** One column. The arrays are scratch memory of the reader, valid during the call. */
export interface HistoryColumn extends HistoryValues, BucketValues {
  /** Number of the column: start / width. */
  column: number;
  /** Observed part of the width, µs. */
  spanUs: number;
}

export interface HistorySink {
  begin(header: HistoryHeader): void;
  column(column: HistoryColumn): void;
  gap(gap: HistoryGap): void;
}

const scratch: HistoryColumn = { column: 0, spanUs: 0, ...scratchValues() };

/** Writes columns, which must be in ascending order from `first` to `last`. */
export function writeHistory(
  header: HistoryHeader,
  columns: Iterable<HistoryColumn>,
  gaps: readonly HistoryGap[],
): Uint8Array {
  const out = new ByteWriter(65_536);
  out.byte(HISTORY_VERSION);
  for (const value of [header.widthUs, header.first, header.last]) out.varint(value);
  for (const value of [header.oldest, header.newest, header.completeFrom]) out.varint(value);
  let previous = header.first - 1;
  for (const column of columns) {
    if (column.column <= previous) throw new RangeError(`column ${column.column} after ${previous}`);
    out.varint(column.column - previous);
    previous = column.column;
    out.varint(column.spanUs);
    writeValues(out, column);
  }
  out.varint(0);
  out.varint(gaps.length);
  for (const gap of gaps) writeGap(out, gap);
  return out.flush();
}

function writeGap(out: ByteWriter, gap: HistoryGap): void {
  const reason = new TextEncoder().encode(gap.reason).subarray(0, REASON_LIMIT);
  out.varint(gap.from);
  out.varint(gap.to - gap.from);
  out.varint(reason.length);
  out.bytes(reason);
}

/**
 * Reads a response into the sink. Throws a ProtocolError on malformed input; the sink has then received what was before
 * the fault.
 */
export function readHistory(bytes: Uint8Array, sink: HistorySink): HistoryHeader {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== HISTORY_VERSION) throw new ProtocolError('E_FRAME_VERSION', `version ${version}`);
  const header: HistoryHeader = {
    widthUs: reader.varint(),
    first: reader.varint(),
    last: reader.varint(),
    oldest: reader.varint(),
    newest: reader.varint(),
    completeFrom: reader.varint(),
  };
  sink.begin(header);
  let column = header.first - 1;
  for (let step = reader.varint(); step !== 0; step = reader.varint()) {
    column += step;
    if (column > header.last || !Number.isSafeInteger(column))
      throw new ProtocolError('E_FRAME_RANGE', `column ${column}`);
    scratch.column = column;
    scratch.spanUs = reader.varint();
    readValues(reader, scratch);
    sink.column(scratch);
  }
  const gaps = reader.varint();
  if (gaps > GAPS_LIMIT) throw new ProtocolError('E_FRAME_RANGE', `${gaps} gaps`);
  for (let i = 0; i < gaps; i++) sink.gap(readGap(reader));
  if (!reader.done) throw new ProtocolError('E_FRAME_RANGE', 'bytes after the end of the history');
  return header;
}

function readGap(reader: ByteReader): HistoryGap {
  const from = reader.varint();
  const to = from + reader.varint();
  if (!Number.isSafeInteger(to)) throw new ProtocolError('E_FRAME_RANGE', `a gap until ${to}`);
  const length = reader.varint();
  if (length > REASON_LIMIT) throw new ProtocolError('E_FRAME_RANGE', `a reason of ${length} bytes`);
  return { from, to, reason: new TextDecoder().decode(reader.bytes(length)) };
}
