// Binary data frames, bridge to browser.
//
//   u8 version = 1, u8 kind (0 delta, 1 keyframe)
//   varint host index, seq, time (unix us, end of the span), span (us), epoch
//   rows in ascending order, each:
//     varint row - previous row (the first: row + 1), so never 0
//     its values (values.ts)
//   varint 0
//
// In a delta, count, sum, none and buckets are what was added in the span and max is the exact largest value
// in the span; in a keyframe all are totals of the epoch. min is always the least of the epoch. A keyframe
// replaces everything the reader has stored of the host; rows it does not list are empty.
import { ProtocolError } from './errors.ts';
import type { UnixMicros } from './units.ts';
import { type BucketValues, readValues, scratchValues, writeValues } from './values.ts';
import { ByteReader, ByteWriter } from './varint.ts';

export const FRAME_VERSION = 1;
/** Rows at or over this are refused by the reader: it may keep a place for each. */
export const FRAME_ROW_LIMIT = 1 << 20;
export const FrameKind = { delta: 0, keyframe: 1 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface FrameHeader {
  kind: FrameKind;
  host: number;
  /** Number of the frame within its subscription; only skipped frames leave holes. */
  seq: number;
  time: UnixMicros;
  spanUs: number;
  epoch: number;
}

/** One row of a frame. The arrays are scratch memory of the reader, valid during the call. */
export interface FrameRow extends BucketValues {
  row: number;
}

export interface FrameSink {
  begin(header: FrameHeader): void;
  row(row: FrameRow): void;
}

export class FrameWriter {
  readonly #out = new ByteWriter();
  #previousRow = -1;

  begin(header: FrameHeader): void {
    this.#previousRow = -1;
    this.#out.reset();
    this.#out.byte(FRAME_VERSION);
    this.#out.byte(header.kind);
    this.#out.varint(header.host);
    this.#out.varint(header.seq);
    this.#out.varint(header.time);
    this.#out.varint(header.spanUs);
    this.#out.varint(header.epoch);
  }

  /** Writes a row; rows must be in ascending order of `row`. */
  row(row: FrameRow): void {
    if (row.row <= this.#previousRow) throw new RangeError(`row ${row.row} after ${this.#previousRow}`);
    const out = this.#out;
    out.varint(row.row - this.#previousRow);
    this.#previousRow = row.row;
    writeValues(out, row);
  }

  finish(): Uint8Array {
    this.#out.varint(0);
    return this.#out.flush();
  }
}

const scratch: FrameRow = { row: 0, ...scratchValues() };

/**
 * Reads one frame into the sink. Throws a ProtocolError on malformed input; the sink has then received the rows before
 * the fault, so the caller closes the connection and starts again from a keyframe.
 */
export function readFrame(bytes: Uint8Array, sink: FrameSink): FrameHeader {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (version !== FRAME_VERSION) throw new ProtocolError('E_FRAME_VERSION', `version ${version}`);
  const kind = reader.byte();
  if (kind !== FrameKind.delta && kind !== FrameKind.keyframe) {
    throw new ProtocolError('E_FRAME_KIND', `kind ${kind}`);
  }
  const header: FrameHeader = {
    kind,
    host: reader.varint(),
    seq: reader.varint(),
    time: reader.varint(),
    spanUs: reader.varint(),
    epoch: reader.varint(),
  };
  sink.begin(header);
  let row = -1;
  for (let step = reader.varint(); step !== 0; step = reader.varint()) {
    row += step;
    if (row >= FRAME_ROW_LIMIT) throw new ProtocolError('E_FRAME_RANGE', `row ${row}`);
    scratch.row = row;
    readValues(reader, scratch);
    sink.row(scratch);
  }
  if (!reader.done) throw new ProtocolError('E_FRAME_RANGE', 'bytes after the end of the frame');
  return header;
}
