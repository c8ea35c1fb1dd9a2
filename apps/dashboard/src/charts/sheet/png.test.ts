import { deflateSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, withText } from './png.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(zlibCrc32(body));
  return Buffer.concat([length, body, crc]);
}

/** One grey pixel. */
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
  chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
  chunk('IEND', Buffer.alloc(0)),
]);

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(zlibCrc32(body));
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

describe('text in a PNG', () => {
  it('stands in a chunk of its own behind the header, with the sum zlib gives, and changes no other', () => {
    const text = '{"kernel":"6.12 µs 中文"}';
    const chunks = chunksOf(Buffer.from(withText(png, 'rtprobe', text)));
    expect(chunks.map((c) => c.type)).toEqual(['IHDR', 'iTXt', 'IDAT', 'IEND']);
    const { data } = chunks[1]!;
    expect([...data.subarray(7, 12)]).toEqual([0, 0, 0, 0, 0]);
    expect([data.toString('latin1', 0, 7), data.toString('utf8', 12)]).toEqual(['rtprobe', text]);
    expect(chunks.filter((c) => c.type !== 'iTXt')).toEqual(chunksOf(png));
  });

  it('has the sum of the empty text and of the check word', () => {
    expect(crc32(new Uint8Array())).toBe(0);
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('is refused where there is no PNG, or under a word that PNG does not take', () => {
    expect(() => withText(new Uint8Array(64), 'rtprobe', '')).toThrow(/not a PNG/);
    expect(() => withText(png.subarray(0, 20), 'rtprobe', '')).toThrow(/not a PNG/);
    for (const keyword of ['', ' x', 'x ', 'a\u0000b', 'ü', 'x'.repeat(80)]) {
      expect(() => withText(png, keyword, '')).toThrow(/keyword/);
    }
  });
});
