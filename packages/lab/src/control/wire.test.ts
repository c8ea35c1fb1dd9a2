import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeCommand, encodeFrame, FRAME, type Frame, FrameReader, NONCE, PAYLOAD_MAX } from './wire.ts';

const nonce = randomBytes(NONCE);
const hello = encodeFrame(FRAME.hello, 0, Buffer.concat([nonce, Buffer.from('6.12.9-rt')]));
const output = encodeFrame(FRAME.stdout, 7, Buffer.from('text'));

describe('FrameReader', () => {
  it('finds the frames however the stream is split', () => {
    const stream = Buffer.concat([hello, output, encodeFrame(FRAME.exit, 7, Buffer.from([0, 3]))]);
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameReader(nonce);
      const frames: Frame[] = [];
      for (let at = 0; at < stream.length; at += size)
        frames.push(...reader.push(stream.subarray(at, at + size)));
      expect(frames.map((frame) => [frame.type, frame.channel])).toEqual([
        [FRAME.hello, 0],
        [FRAME.stdout, 7],
        [FRAME.exit, 7],
      ]);
    }
  });

  it('skips what an earlier client left in the port, split anywhere', () => {
    for (let cut = 0; cut < output.length; cut++) {
      const reader = new FrameReader(nonce);
      const frames = reader.push(Buffer.concat([output.subarray(cut), hello, output]));
      expect(frames.map((frame) => frame.type)).toEqual([FRAME.hello, FRAME.stdout]);
    }
  });

  it('buffers little while it waits for the answer', () => {
    const reader = new FrameReader(nonce);
    for (let i = 0; i < 100; i++) expect(reader.push(randomBytes(4096))).toEqual([]);
    expect(reader.push(hello)).toHaveLength(1);
  });

  it('throws on bytes that are not a frame', () => {
    const reader = new FrameReader(nonce);
    reader.push(hello);
    expect(() => reader.push(Buffer.alloc(16, 0xff))).toThrow(/no frame/);
  });
});

describe('encodeCommand', () => {
  const command = { argv: ['sh', '-c', 'echo'], cwd: '/work', env: { A: '1' } };

  it('lays out flags, size, count and strings as wire.h says', () => {
    const payload = encodeCommand({ ...command, tty: { rows: 24, cols: 80 } });
    expect([payload[0], payload.readUInt16LE(2), payload.readUInt16LE(4), payload.readUInt16LE(6)]).toEqual([
      1, 24, 80, 3,
    ]);
    expect(payload.subarray(8).toString()).toBe('/work\0sh\0-c\0echo\0A=1\0');
  });

  it('rejects a NUL inside a word and a command larger than a frame', () => {
    expect(() => encodeCommand({ ...command, argv: ['a\0b'] })).toThrow(RangeError);
    expect(() => encodeCommand({ ...command, argv: ['x'.repeat(PAYLOAD_MAX)] })).toThrow(RangeError);
  });
});
