// A second of unmodified frames, which are stored for a while, and longer around spikes. Layout: varint number of
// frames, then for each: varint end - begin of the second (us), varint span (us), varint length of its slice, the slice
// (slice.ts)
import { ByteReader, ByteWriter, type UnixMicros } from '@rtprobe/protocol';
import { RAW } from './tiers.ts';

export interface RawFrame {
  /** End of the span. */
  readonly time: UnixMicros;
  readonly spanUs: number;
  readonly slice: Uint8Array;
}

const out = new ByteWriter(65_536);

/** Returns the second of a time. A frame that ends exactly at a second's start belongs to the second before. */
export const secondOf = (time: UnixMicros): number => Math.floor((time - 1) / RAW.widthUs);

export function packFrames(unit: number, frames: readonly RawFrame[]): Uint8Array {
  out.reset();
  out.varint(frames.length);
  for (const { time, spanUs, slice } of frames) {
    out.varint(time - unit * RAW.widthUs);
    out.varint(spanUs);
    out.varint(slice.length);
    out.bytes(slice);
  }
  return out.flush();
}

/** Unpacks frames. Slices are views of the bytes. */
export function unpackFrames(unit: number, bytes: Uint8Array): RawFrame[] {
  const reader = new ByteReader(bytes);
  const frames: RawFrame[] = [];
  // Memory is not reserved by this number, because it is untrusted: every frame needs bytes that must exist.
  for (let left = reader.varint(); left > 0; left--) {
    const time = unit * RAW.widthUs + reader.varint();
    const spanUs = reader.varint();
    frames.push({ time, spanUs, slice: reader.bytes(reader.varint()) });
  }
  return frames;
}
