// Encodes the rows of a host as frames, for browsers and for the thread that writes the history.
import { type FrameHeader, FrameKind, FrameWriter } from '@rtprobe/protocol';
import type { HostState } from './host-state.ts';
import { totals } from './row-table.ts';
import type { Span } from './span.ts';

export interface EncodedFrame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
}

/** The host of a frame; `index` is its number in frames. */
interface FrameOwner {
  readonly index: number;
  readonly state: HostState;
}

/** One shared writer: encoding is synchronous. */
const writer = new FrameWriter();

/** Encodes the totals of the epoch. */
export function encodeKeyframe({ index, state }: FrameOwner, seq: number): EncodedFrame {
  const time = state.lastDataAt ?? 0;
  const header: FrameHeader = {
    ...{ kind: FrameKind.keyframe, host: index, seq, time, spanUs: 0, epoch: state.epoch },
  };
  writer.begin(header);
  for (const row of state.rows.all) if (row.count > 0 || row.none > 0) writer.row(totals(row));
  return { header, bytes: writer.finish() };
}

/** Encodes what a span added. */
export function encodeDelta({ index, state }: FrameOwner, seq: number, span: Span): EncodedFrame {
  const { time, spanUs } = span;
  const header: FrameHeader = {
    ...{ kind: FrameKind.delta, host: index, seq, time, spanUs, epoch: state.epoch },
  };
  writer.begin(header);
  for (const delta of span.deltas) writer.row(delta);
  return { header, bytes: writer.finish() };
}
