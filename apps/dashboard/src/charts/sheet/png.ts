// Text in a PNG: an uncompressed iTXt chunk (PNG specification, 3rd edition, 11.3.3.4).

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length of the signature and of IHDR, the first chunk of every file: length, type, 13 bytes, CRC. */
const HEADER_BYTES = 8 + 4 + 4 + 13 + 4;
const KEYWORD_MAX = 79;

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** Returns the CRC-32 that PNG and zlib use. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function textChunk(keyword: string, text: string): Uint8Array {
  const encoder = new TextEncoder();
  // keyword, 0, not compressed, method 0, no language, no translated keyword, text
  const data = [encoder.encode(keyword), new Uint8Array([0, 0, 0, 0, 0]), encoder.encode(text)];
  const length = data.reduce((sum, part) => sum + part.length, 0);
  const chunk = new Uint8Array(12 + length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, length);
  chunk.set(encoder.encode('iTXt'), 4);
  let at = 8;
  for (const part of data) {
    chunk.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(chunk.subarray(4, at)));
  return chunk;
}

/**
 * Returns the PNG with a text under a keyword of 1 to 79 printable ASCII characters. Throws RangeError for another
 * keyword, and for bytes that are not a PNG.
 */
export function withText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(keyword) || keyword.length > KEYWORD_MAX) {
    throw new RangeError(`not a keyword of a PNG: "${keyword}"`);
  }
  if (png.length < HEADER_BYTES || SIGNATURE.some((byte, i) => png[i] !== byte))
    throw new RangeError('not a PNG');
  const chunk = textChunk(keyword, text);
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEADER_BYTES));
  whole.set(chunk, HEADER_BYTES);
  whole.set(png.subarray(HEADER_BYTES), HEADER_BYTES + chunk.length);
  return whole;
}
