// Unsigned LEB128 of integers up to 2^53 - 1. Bit operations in JavaScript have 32 bits, so the high part uses
// division; values below 2^28 use bit operations.
import { ProtocolError } from './errors.ts';

/** Maximum bytes of a varint: ceil(53 / 7). */
export const VARINT_MAX_BYTES = 8;

export class ByteWriter {
  #bytes: Uint8Array;
  #at = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Returns the number of bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** Returns a copy of the bytes written so far, and clears the writer. */
  flush(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return bytes;
  }

  /** Drops what a writer that failed left behind. */
  reset(): void {
    this.#at = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#at);
    this.#at += values.length;
  }

  /**
   * Throws RangeError unless the value is an integer from 0 to 2^53 - 1; this is a bug of the caller, never caused by
   * input.
   */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a varint: ${value}`);
    this.#reserve(VARINT_MAX_BYTES);
    let rest = value;
    while (rest >= 0x1000_0000) {
      this.#bytes[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** Starts reading at the byte `start`. */
  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** Returns the position of the next byte. */
  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new ProtocolError('E_FRAME_TRUNCATED', `at byte ${this.#at - 1}`);
    return value;
  }

  /** Returns a view of the next bytes, not a copy. */
  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length)
      throw new ProtocolError('E_FRAME_TRUNCATED', `at byte ${this.#bytes.length}`);
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  varint(): number {
    let byte = this.byte();
    // Most varints have one byte.
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 128;
    for (let i = 1; i < VARINT_MAX_BYTES; i++) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw new ProtocolError('E_FRAME_RANGE', `varint over 2^53 at byte ${this.#at}`);
  }
}
