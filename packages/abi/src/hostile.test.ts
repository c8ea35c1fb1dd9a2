// No bytes from an agent or a module may crash the process: decoders report faults and never throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentStream, encodeAgentFrame } from './agent-stream.ts';
import { decodeAttributes } from './attributes.ts';
import { unpackBuckets, unpackIntervals } from './buckets.ts';
import { streamErrors } from './errors.ts';
import { AGENT_HEADER_LEN, AGENT_PAYLOAD_MAX } from './frames.ts';
import { type AttributeSetName, attributeSets, type Command, commandSets } from './generated.ts';
import { attributeAt, encodeAck, encodeMessage, readNetlink } from './netlink.ts';

const FAMILY = 31;
const sets = Object.keys(attributeSets) as AttributeSetName[];
const commands = Object.keys(commandSets).map(Number) as Command[];
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

/** Collects codes, each of which must be one of the list. */
function sink() {
  const codes: string[] = [];
  return {
    codes,
    error: (code: string) => {
      expect(Object.keys(streamErrors)).toContain(code);
      codes.push(code);
    },
  };
}

/** Attributes with plausible headers and arbitrary payloads, which random bytes almost never are. */
const attributes: fc.Arbitrary<Uint8Array> = fc
  .array(fc.record({ type: fc.nat(0xffff), payload: bytes(48), lie: fc.integer({ min: -8, max: 8 }) }), {
    maxLength: 12,
  })
  .map((list) => {
    const parts = list.flatMap(({ type, payload, lie }) => {
      const padded = new Uint8Array((4 + payload.length + 3) & ~3);
      const view = new DataView(padded.buffer);
      // Some attributes state a wrong length.
      view.setUint16(0, Math.max(0, 4 + payload.length + (lie > 5 ? lie : 0)), true);
      view.setUint16(2, (type % 64) | (type & 0x8000), true);
      padded.set(payload, 4);
      return [...padded];
    });
    return Uint8Array.from(parts);
  });

function netlinkMessage(type: number, flags: number, payload: Uint8Array, lie = 0): Uint8Array {
  const message = new Uint8Array(16 + payload.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length + lie, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, 1, true);
  message.set(payload, 16);
  return message;
}

describe('bytes of an agent', () => {
  it('of any kind are cut into frames or reported, however they are split, within one buffer', () => {
    fc.assert(
      fc.property(fc.array(bytes(300), { maxLength: 20 }), (chunks) => {
        const { error } = sink();
        const stream = new AgentStream({
          frame: (_kind, payload) => expect(payload.length).toBeLessThanOrEqual(AGENT_PAYLOAD_MAX),
          error,
        });
        for (const chunk of chunks) stream.push(chunk);
        stream.end();
      }),
    );
  });

  it('of a good stream with a few bytes changed never lose the frames far behind', () => {
    const frame = encodeAgentFrame(2, new Uint8Array(100).fill(7));
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(frame.length * 4 - 1), value: fc.nat(255) }), { maxLength: 4 }),
        (changes) => {
          const all = new Uint8Array(
            frame.length * 4 + AGENT_HEADER_LEN + AGENT_PAYLOAD_MAX + frame.length * 2,
          );
          for (let i = 0; i < 4; i++) all.set(frame, i * frame.length);
          for (const { at, value } of changes) all[at] = value;
          all.set(frame, all.length - frame.length);
          const { error } = sink();
          let last = -1;
          const stream = new AgentStream({
            frame: (kind) => {
              last = kind;
            },
            error,
          });
          stream.push(all);
          stream.end();
          expect(last).toBe(2);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('netlink bytes', () => {
  it('of any kind are read or reported', () => {
    fc.assert(
      fc.property(bytes(400), fc.nat(0xffff), (all, family) => {
        readNetlink(all, family, () => {}, sink().error);
      }),
    );
  });

  it('of messages with any type, flags, length and attributes are read or reported', () => {
    const type = fc.oneof(fc.constantFrom(1, 2, 3, 4, FAMILY), fc.nat(0xffff));
    fc.assert(
      fc.property(
        type,
        fc.nat(0xffff),
        fc.oneof(fc.constantFrom(...commands), fc.nat(255)),
        attributes,
        fc.integer({ min: -20, max: 20 }),
        (nlType, flags, command, payload, lie) => {
          const body = Uint8Array.from([command, 1, 0, 0, ...payload]);
          readNetlink(netlinkMessage(nlType, flags, body, lie), FAMILY, () => {}, sink().error);
          readNetlink(netlinkMessage(nlType, flags, payload), FAMILY, () => {}, sink().error);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of attributes of every set are decoded or reported', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sets), fc.oneof(bytes(300), attributes), (set, payload) => {
        decodeAttributes(set, payload, sink().error);
      }),
      { numRuns: 500 },
    );
  });

  it('that nest a hundred times deep are decoded as deep as the sets nest', () => {
    for (const set of sets) {
      for (const number of Object.keys(attributeSets[set]).map(Number)) {
        let payload = new Uint8Array(4);
        for (let depth = 0; depth < 100; depth++) {
          const outer = new Uint8Array(payload.length + 4);
          const view = new DataView(outer.buffer);
          view.setUint16(0, outer.length, true);
          view.setUint16(2, number | 0x8000, true);
          outer.set(payload, 4);
          payload = outer;
        }
        decodeAttributes(set, payload, sink().error);
      }
    }
  });

  it('of a refusal, cut anywhere, are an acknowledgement or reported, and name no attribute beyond the request', () => {
    const request = encodeMessage(FAMILY, commands[0]!, 5, 0, {});
    const whole = encodeAck(request, 22, { text: 'no', offset: 20 });
    for (let length = 0; length <= whole.length; length++) {
      readNetlink(whole.subarray(0, length), FAMILY, () => {}, sink().error);
      const cut = whole.slice(0, Math.max(16, length));
      new DataView(cut.buffer).setUint32(0, cut.length, true);
      readNetlink(cut, FAMILY, () => {}, sink().error);
    }
    fc.assert(
      fc.property(bytes(64), fc.integer({ min: 0, max: 0xffff_ffff }), (any, offset) => {
        attributeAt(any, offset);
      }),
    );
  });
});

describe('packed numbers', () => {
  it('are buckets whose counts a double holds, or none', () => {
    fc.assert(
      fc.property(bytes(200), (any) => {
        const buckets = unpackBuckets(any);
        for (const count of buckets?.count ?? []) expect(Number.isSafeInteger(count)).toBe(true);
      }),
    );
  });

  it('are intervals a double holds, or none: one over 2^53 is refused', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 34 }), (numbers) => {
        const packed = new Uint8Array(new BigUint64Array(numbers).buffer);
        const intervals = unpackIntervals(packed);
        const fits = numbers.every((n) => n <= BigInt(Number.MAX_SAFE_INTEGER));
        expect(intervals !== undefined).toBe(fits && numbers.length % 2 === 0);
        for (const { generation, ns } of intervals ?? []) {
          expect(Number.isSafeInteger(generation) && Number.isSafeInteger(ns)).toBe(true);
        }
      }),
    );
  });
});
