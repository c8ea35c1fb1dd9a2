import { describe, expect, it } from 'vitest';
import { random as seededRandom } from '../../metrics/src/random.ts';
import { concat, decodeAttributes, encodeAttributes } from './attributes.ts';
import { Command, type Info, type Spike } from './generated.ts';
import {
  encodeAck,
  encodeDo,
  encodeDone,
  encodeDump,
  encodeMessage,
  type NetlinkMessage,
  readNetlink,
} from './netlink.ts';

const FAMILY = 31;

function read(bytes: Uint8Array, family = FAMILY): { messages: NetlinkMessage[]; errors: string[] } {
  const messages: NetlinkMessage[] = [];
  const errors: string[] = [];
  readNetlink(
    bytes,
    family,
    (message) => messages.push(message),
    (code) => errors.push(code),
  );
  return { messages, errors };
}

const info: Info = {
  abiVersion: 1,
  hostname: 'cnc-07',
  instance: 0xfedc_ba98_7654_3210n,
  preemptRt: 1,
  realtimeOffset: -5n,
  lost: { noRow: 3n, negative: 0n },
};
const spike: Spike = {
  id: 9n,
  valueNs: 3_020_000n,
  task: { pid: 312, comm: 'busy "victim"\n', priority: -1 },
  cause: { measure: 0, number: 24, name: 'rtprobe-edu', durationNs: 640_000n },
  frame: ['do_disturb+0x1/0x2 [m]', 'ksys_write+0x1/0x2'],
};

describe('netlink messages', () => {
  it('carry every type of attribute there and back', () => {
    const bytes = concat([
      encodeMessage(FAMILY, Command.getInfo, 5, 0, info),
      encodeMessage(FAMILY, Command.spikeEvent, 0, 0, spike),
    ]);
    expect(read(bytes)).toEqual({
      messages: [
        { kind: 'message', command: Command.getInfo, seq: 5, flags: 0, value: info },
        { kind: 'message', command: Command.spikeEvent, seq: 0, flags: 0, value: spike },
      ],
      errors: [],
    });
  });

  it('have the bytes that the kernel expects of a request', () => {
    const request = Buffer.from(encodeDump(FAMILY, Command.getHists, 7, { since: 258 }));
    expect(request.toString('hex')).toBe(
      '1c000000' + '1f00' + '0103' + '07000000' + '00000000' + '05010000' + '0800' + '0200' + '02010000',
    );
  });

  it('skip attributes that are newer than this reader', () => {
    const unknown = Uint8Array.of(5, 0, 0xff, 0x3f, 1, 0, 0, 0);
    const bytes = concat([unknown, encodeAttributes('config', { periodNs: 5n })]);
    expect(decodeAttributes('config', bytes, () => expect.unreachable())).toEqual({ periodNs: 5n });
  });

  it('leave out an attribute of the wrong size and keep the others', () => {
    const short = Uint8Array.of(6, 0, 3, 0, 1, 2, 0, 0);
    const errors: string[] = [];
    const bytes = concat([short, encodeAttributes('config', { thresholdNs: 6n })]);
    expect(decodeAttributes('config', bytes, (code) => errors.push(code))).toEqual({ thresholdNs: 6n });
    expect(errors).toEqual(['E_ATTR_SIZE']);
  });

  it('keep text that is not UTF-8 readable, and stop at its NUL', () => {
    const bytes = Uint8Array.of(10, 0, 5, 0, 0x61, 0xff, 0x62, 0, 0x63, 0, 0, 0);
    expect(decodeAttributes('task', bytes, () => expect.unreachable())).toEqual({ comm: 'a\uFFFDb' });
  });

  it('of another family are refused by its number', () => {
    expect(read(encodeMessage(99, Command.getInfo, 1, 0, info))).toEqual({
      messages: [],
      errors: ['E_NL_FAMILY'],
    });
  });

  it('with an unknown command are refused and the next one is read', () => {
    const strange = encodeMessage(FAMILY, Command.getInfo, 1, 0, {});
    strange[16] = 200;
    expect(read(concat([strange, encodeDone(4)]))).toEqual({
      messages: [{ kind: 'done', seq: 4, errno: 0 }],
      errors: ['E_NL_COMMAND'],
    });
  });

  it("that answer a request give errno, the kernel's words and the attribute they are about", () => {
    const request = encodeDo(FAMILY, Command.setConfig, 8, { measures: 1, periodNs: 1n });
    const ack = encodeAck(request, 22, { text: 'period out of range', offset: 28 });
    expect(read(ack).messages).toEqual([
      { kind: 'ack', seq: 8, errno: 22, text: 'period out of range', attribute: 'periodNs' },
    ]);
    expect(read(encodeAck(request, 0)).messages).toEqual([{ kind: 'ack', seq: 8, errno: 0 }]);
  });

  it('that refuse a nested attribute name it with those around it', () => {
    const threshold = [{ measure: 1, thresholdNs: 5n }];
    const request = encodeDo(FAMILY, Command.setConfig, 8, { measures: 1, threshold });
    // Behind two headers, measures, the header of threshold, and measure.
    const ack = encodeAck(request, 34, { offset: 20 + 8 + 4 + 8 });
    expect(read(ack).messages).toMatchObject([{ attribute: 'threshold.thresholdNs' }]);
    for (let offset = 0; offset < request.length + 8; offset++)
      expect(() => read(encodeAck(request, 34, { offset }))).not.toThrow();
  });

  it('that lack an attribute name it', () => {
    const request = encodeDo(FAMILY, Command.getSpike, 9, {});
    const text = 'missing_attribute id';
    expect(read(encodeAck(request, 22, { text, missing: 2 })).messages).toEqual([
      { kind: 'ack', seq: 9, errno: 22, text, attribute: 'id' },
    ]);
    expect(read(encodeAck(request, 22, { missing: 99 })).messages).toEqual([
      { kind: 'ack', seq: 9, errno: 22 },
    ]);
  });

  it('that end a dump carry its error, and whether it was interrupted', () => {
    expect(read(encodeDone(3, 16)).messages).toEqual([{ kind: 'done', seq: 3, errno: 16 }]);
    expect(read(encodeDone(3, 0, true)).messages).toEqual([
      { kind: 'done', seq: 3, errno: 0, interrupted: true },
    ]);
  });

  it('never make the reader throw, whatever is cut off or flipped', () => {
    const whole = concat([
      encodeMessage(FAMILY, Command.getInfo, 5, 0, info),
      encodeMessage(FAMILY, Command.spikeEvent, 0, 0, spike),
      encodeAck(encodeDo(FAMILY, Command.setConfig, 8, { measures: 1 }), 22, { text: 'no', offset: 20 }),
      encodeDone(5),
    ]);
    for (let length = 0; length < whole.length; length++) {
      const { messages, errors } = read(whole.slice(0, length));
      expect(messages.length + errors.length, `cut at ${length}`).toBeGreaterThanOrEqual(length > 0 ? 1 : 0);
    }
    for (let seed = 1; seed <= 3000; seed++) {
      const random = seededRandom(seed);
      const bytes = whole.slice();
      for (let n = 1 + random() * 5; n > 0; n--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      expect(() => read(bytes), `seed ${seed}`).not.toThrow();
    }
  });
});

it('an encoder refuses an attribute that the set does not have', () => {
  expect(() => encodeAttributes('config', { thresholdNanoseconds: 1n })).toThrow(RangeError);
});
