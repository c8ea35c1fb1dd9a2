// The byte stream of rtprobe-agent: frames of a 12-byte little-endian header and a payload.
import type { StreamErrorSink } from './errors.ts';
import { AGENT_HEADER_LEN, AGENT_MAGIC, AGENT_PAYLOAD_MAX, AgentFrameName } from './frames.ts';

export interface AgentStreamSink {
  /** Receives one whole frame. The next push overwrites the payload, so copy it to keep it. */
  frame(kind: number, payload: Uint8Array): void;
  error: StreamErrorSink;
}

const CAPACITY = AGENT_HEADER_LEN + AGENT_PAYLOAD_MAX;
const FIRST_MAGIC_BYTE = AGENT_MAGIC & 0xff;

/** Returns one encoded frame. Throws RangeError for a payload over the limit, which is a bug of the caller. */
export function encodeAgentFrame(kind: number, payload: Uint8Array): Uint8Array {
  if (payload.length > AGENT_PAYLOAD_MAX) throw new RangeError(`payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(AGENT_HEADER_LEN + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, AGENT_MAGIC, true);
  view.setUint16(4, kind, true);
  view.setUint32(8, payload.length, true);
  bytes.set(payload, AGENT_HEADER_LEN);
  return bytes;
}

/**
 * Splits a byte stream into frames, independent of its chunks. Buffers at most one frame of the largest size. Never
 * throws: bytes that are not a frame are reported and skipped up to the next magic.
 */
export class AgentStream {
  readonly #bytes = new Uint8Array(CAPACITY);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #sink: AgentStreamSink;
  #start = 0;
  #end = 0;
  #skipped = 0;

  constructor(sink: AgentStreamSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    for (let copied = 0; copied < chunk.length; ) {
      if (this.#end === CAPACITY) this.#compact();
      const count = Math.min(CAPACITY - this.#end, chunk.length - copied);
      this.#bytes.set(chunk.subarray(copied, copied + count), this.#end);
      this.#end += count;
      copied += count;
      this.#parse();
    }
  }

  /** Ends the stream: reports an unfinished frame, and resets. */
  end(): void {
    const left = this.#end - this.#start;
    this.#start = 0;
    this.#end = 0;
    this.#reportSkipped();
    if (left > 0) this.#sink.error('E_TRUNCATED', `${left} bytes of an unfinished frame`);
  }

  #parse(): void {
    while (this.#end - this.#start >= AGENT_HEADER_LEN) {
      const at = this.#start;
      const fault = this.#headerFault(at);
      if (fault) {
        this.#skipToMagic();
        continue;
      }
      const length = this.#view.getUint32(at + 8, true);
      if (this.#end - at < AGENT_HEADER_LEN + length) break;
      this.#reportSkipped();
      this.#start = at + AGENT_HEADER_LEN + length;
      this.#deliver(this.#view.getUint16(at + 4, true), at + AGENT_HEADER_LEN, length);
    }
    // A frame that starts late in the buffer needs its room; an empty buffer is reset without copying.
    if (this.#start === this.#end) this.#start = this.#end = 0;
    else if (this.#start > CAPACITY / 2) this.#compact();
  }

  #deliver(kind: number, at: number, length: number): void {
    if (AgentFrameName[kind] === undefined) this.#sink.error('E_KIND', `kind ${kind}`);
    else this.#sink.frame(kind, this.#bytes.subarray(at, at + length));
  }

  /** Returns true if no frame starts here. A bad field after a good magic is reported with its own code. */
  #headerFault(at: number): boolean {
    if (this.#view.getUint32(at, true) !== AGENT_MAGIC) return true;
    const reserved = this.#view.getUint16(at + 6, true);
    if (reserved !== 0) {
      this.#sink.error('E_RESERVED', `reserved field ${reserved}`);
      return true;
    }
    const length = this.#view.getUint32(at + 8, true);
    if (length > AGENT_PAYLOAD_MAX) {
      this.#sink.error('E_LENGTH', `length ${length}`);
      return true;
    }
    return false;
  }

  #skipToMagic(): void {
    const next = this.#bytes.subarray(0, this.#end).indexOf(FIRST_MAGIC_BYTE, this.#start + 1);
    const to = next < 0 ? this.#end : next;
    this.#skipped += to - this.#start;
    this.#start = to;
  }

  /** Reports each run of skipped bytes once, independent of the chunks. */
  #reportSkipped(): void {
    if (this.#skipped === 0) return;
    this.#sink.error('E_MAGIC', `${this.#skipped} bytes skipped`);
    this.#skipped = 0;
  }

  #compact(): void {
    this.#bytes.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }
}
