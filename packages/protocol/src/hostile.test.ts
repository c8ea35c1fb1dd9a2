// No input may crash a decoder: it returns, or throws a ProtocolError with a code of the list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes, ProtocolError } from './errors.ts';
import { FRAME_ROW_LIMIT, FrameKind, FrameWriter, readFrame } from './frame.ts';
import { type HistoryColumn, readHistory, writeHistory } from './history-columns.ts';
import { parseClientMessage } from './schemas/client-message.ts';
import { FRAME_BUCKET_LIMIT } from './values.ts';
import { ByteReader } from './varint.ts';

/** Runs a decoder on hostile input; anything but a typed error fails the test. */
function survives(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(Object.keys(errorCodes)).toContain(error.code);
  }
}

const bytes = fc.uint8Array({ maxLength: 300 });
/** Bytes that often form varints, and often long ones. */
const varints = fc
  .array(fc.oneof(fc.nat(3), fc.nat(200), fc.maxSafeNat(), fc.constant(2 ** 53 - 1)), { maxLength: 60 })
  .map((numbers) =>
    Uint8Array.from(
      numbers.flatMap((number) => {
        const out: number[] = [];
        let rest = BigInt(number);
        for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
        return [...out, Number(rest)];
      }),
    ),
  );

const checkFrame = (input: Uint8Array) =>
  survives(() =>
    readFrame(input, {
      begin: () => {},
      row: ({ row, buckets, bucketIndex }) => {
        expect(row).toBeLessThan(FRAME_ROW_LIMIT);
        expect(buckets).toBeLessThanOrEqual(FRAME_BUCKET_LIMIT);
        for (let i = 0; i < buckets; i++) expect(bucketIndex[i]).toBeLessThan(FRAME_BUCKET_LIMIT);
      },
    }),
  );
const checkHistory = (input: Uint8Array) =>
  survives(() =>
    readHistory(input, {
      begin: () => {},
      column: ({ column }) => expect(Number.isSafeInteger(column)).toBe(true),
      gap: ({ from, to }) => expect(Number.isSafeInteger(from) && Number.isSafeInteger(to)).toBe(true),
    }),
  );

function frame(): Uint8Array {
  const writer = new FrameWriter();
  writer.begin({ kind: FrameKind.delta, host: 1, seq: 9, time: 1.7e15, spanUs: 100_000, epoch: 2 });
  for (const row of [0, 3, 500]) {
    writer.row({
      ...{ row, count: 3, sum: 3e6, min: 1, max: 2e6, none: 0, buckets: 2 },
      ...{ bucketIndex: Uint16Array.of(4, 300), bucketCount: Float64Array.of(1, 2) },
    });
  }
  return writer.finish();
}

function history(): Uint8Array {
  const column: HistoryColumn = {
    ...{ column: 101, spanUs: 1e6, count: 3, sum: 3e6, min: 1, max: 2e6, none: 0, buckets: 1 },
    ...{ bucketIndex: Uint16Array.of(4), bucketCount: Float64Array.of(3) },
  };
  const header = { widthUs: 1e6, first: 100, last: 200, oldest: 1, newest: 2e8, completeFrom: 1 };
  return writeHistory(header, [column], [{ from: 1, to: 2, reason: 'no data' }]);
}

describe.each([
  ['a data frame', frame(), checkFrame],
  ['a history answer', history(), checkHistory],
] as const)('%s', (_name, good, check) => {
  it('of any bytes, and of any numbers behind a right beginning, is read or refused by code', () => {
    fc.assert(fc.property(bytes, check));
    fc.assert(
      fc.property(varints, (numbers) => check(Uint8Array.from([1, ...numbers]))),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(varints, (numbers) => check(Uint8Array.from([1, 0, ...numbers]))),
      { numRuns: 500 },
    );
  });

  it('that is cut anywhere or has any byte changed is read or refused by code', () => {
    for (let length = 0; length < good.length; length++) check(good.subarray(0, length));
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = good.slice();
        changed[at] = value;
        check(changed);
      }
    }
  });
});

it('a number that is cut, too long or over 2^53 is refused by code', () => {
  fc.assert(fc.property(bytes, (any) => survives(() => new ByteReader(any).varint())));
  const length = fc.oneof(fc.nat(400), fc.maxSafeNat());
  fc.assert(fc.property(bytes, length, (any, n) => survives(() => new ByteReader(any).bytes(n))));
  fc.assert(fc.property(bytes, length, (any, at) => survives(() => new ByteReader(any, at).byte())));
});

it('a writer that failed leaves nothing for the next frame', () => {
  const writer = new FrameWriter();
  const header = { kind: FrameKind.delta, host: 1, seq: 9, time: 1, spanUs: 1, epoch: 2 };
  writer.begin(header);
  const whole = writer.finish();
  expect(() => writer.begin({ ...header, time: Number.NaN })).toThrow(RangeError);
  writer.begin(header);
  expect(writer.finish()).toEqual(whole);
});

it('a control message of any JSON, or none, is refused by code', () => {
  fc.assert(fc.property(fc.string(), (text) => survives(() => parseClientMessage(text))));
  fc.assert(fc.property(fc.json(), (text) => survives(() => parseClientMessage(text))));
  const types = fc.record({ type: fc.oneof(fc.jsonValue(), fc.constant({ toString: 1, valueOf: 1 })) });
  fc.assert(fc.property(types, (value) => survives(() => parseClientMessage(JSON.stringify(value)))));
});
