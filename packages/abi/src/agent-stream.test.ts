import { describe, expect, it } from 'vitest';
import { random as seededRandom } from '../../metrics/src/random.ts';
import { AgentStream, encodeAgentFrame } from './agent-stream.ts';
import { AGENT_HEADER_LEN, AGENT_MAGIC, AGENT_PAYLOAD_MAX, AgentFrame } from './frames.ts';

interface Seen {
  frames: { kind: number; payload: string }[];
  errors: string[];
}

function reader(): { stream: AgentStream; seen: Seen } {
  const seen: Seen = { frames: [], errors: [] };
  const stream = new AgentStream({
    frame: (kind, payload) => seen.frames.push({ kind, payload: Buffer.from(payload).toString('latin1') }),
    error: (code) => seen.errors.push(code),
  });
  return { stream, seen };
}

const frame = (text: string, kind: number = AgentFrame.netlink): Uint8Array =>
  encodeAgentFrame(kind, Buffer.from(text, 'latin1'));
const read = (...chunks: Uint8Array[]): Seen => {
  const { stream, seen } = reader();
  for (const chunk of chunks) stream.push(chunk);
  return seen;
};

describe("the agent's stream", () => {
  it('has the header of the ABI', () => {
    const bytes = Buffer.from(frame('xy', AgentFrame.hello));
    expect(bytes.toString('latin1', 0, 4)).toBe('RTP1');
    expect(bytes.toString('hex', 4)).toBe('0200' + '0000' + '02000000' + '7879');
  });

  it('is cut into the same frames however it was split on the way', () => {
    const bytes = Buffer.concat([frame('one'), frame(''), frame('x'.repeat(70)), frame('two')]);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const { frames, errors } = read(...chunks);
      expect(frames.map((f) => f.payload)).toEqual(['one', '', 'x'.repeat(70), 'two']);
      expect(errors).toEqual([]);
    }
  });

  it('takes frames of the largest size one after the other', () => {
    const large = frame('y'.repeat(AGENT_PAYLOAD_MAX));
    const { frames, errors } = read(Buffer.concat([frame('a'), large, large, frame('b')]));
    expect(frames.map((f) => f.payload.length)).toEqual([1, AGENT_PAYLOAD_MAX, AGENT_PAYLOAD_MAX, 1]);
    expect(errors).toEqual([]);
  });

  it('skips foreign bytes up to the next magic and reports one run of them once', () => {
    const { frames, errors } = read(frame('a'), Buffer.from('GET / HTTP/1.1 RTP0 RTP'), frame('b'));
    expect(frames.map((f) => f.payload)).toEqual(['a', 'b']);
    expect(errors).toEqual(['E_MAGIC']);
  });

  it('refuses a length over the limit and goes on with the next frame', () => {
    const bad = Buffer.from(frame(''));
    bad.writeUInt32LE(AGENT_PAYLOAD_MAX + 1, 8);
    const { frames, errors } = read(bad, frame('b'));
    expect(frames.map((f) => f.payload)).toEqual(['b']);
    expect(errors).toEqual(['E_LENGTH', 'E_MAGIC']);
  });

  it('refuses a reserved field that is set', () => {
    const bad = Buffer.from(frame('a'));
    bad[6] = 1;
    expect(read(bad, frame('b'))).toMatchObject({
      frames: [{ payload: 'b' }],
      errors: ['E_RESERVED', 'E_MAGIC'],
    });
  });

  it('skips a whole frame of a kind it does not know', () => {
    const inside = Buffer.from(frame('inner')).toString('latin1');
    expect(read(frame(inside, 99), frame('b'))).toMatchObject({
      frames: [{ payload: 'b' }],
      errors: ['E_KIND'],
    });
  });

  it('reports a frame that the end of the stream cut off, and starts afresh', () => {
    const { stream, seen } = reader();
    stream.push(frame('whole').subarray(0, 14));
    stream.end();
    stream.push(frame('next'));
    expect(seen).toMatchObject({ frames: [{ payload: 'next' }], errors: ['E_TRUNCATED'] });
  });

  it('never throws and always finds the frames after the damage, for any damage', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const below = (n: number): number => Math.floor(random() * n);
      const bytes = Buffer.concat(Array.from({ length: 20 }, (_, i) => frame(`${i}`.repeat(below(40)))));
      const damaged = damage(bytes, random);
      // A damaged length can include following frames, up to the largest payload, so that many bytes must follow first.
      const filler = Array.from({ length: 70 }, () => frame('f'.repeat(1000)));
      const { stream, seen } = reader();
      for (let at = 0; at < damaged.length; ) {
        const size = 1 + below(60);
        stream.push(damaged.subarray(at, at + size));
        at += size;
      }
      for (const one of filler) stream.push(one);
      stream.push(frame('after the damage'));
      expect(seen.frames.at(-1)?.payload, `seed ${seed}`).toBe('after the damage');
    }
  });
});

/** Flips, removes and inserts bytes. */
function damage(bytes: Buffer, random: () => number): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  let damaged = Buffer.from(bytes);
  for (let n = 1 + below(6); n > 0; n--) {
    const at = below(damaged.length);
    const kind = below(4);
    if (kind === 0) damaged[at] = below(256);
    else if (kind === 1) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + below(30))]);
    else if (kind === 2) {
      const noise = Buffer.from(Array.from({ length: below(30) }, () => below(256)));
      damaged = Buffer.concat([damaged.subarray(0, at), noise, damaged.subarray(at)]);
    } else {
      // The worst noise: a valid header with a wrong length.
      const lie = Buffer.alloc(AGENT_HEADER_LEN);
      lie.writeUInt32LE(AGENT_MAGIC, 0);
      lie.writeUInt16LE(1, 4);
      lie.writeUInt32LE(below(AGENT_PAYLOAD_MAX), 8);
      damaged = Buffer.concat([damaged.subarray(0, at), lie, damaged.subarray(at)]);
    }
  }
  return damaged;
}
