import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.ts';
import type { HistoryGap, HistoryHeader } from './history.ts';
import { type HistoryColumn, readHistory, writeHistory } from './history-columns.ts';

const header: HistoryHeader = {
  ...{ widthUs: 3_000_000, first: 600_000_000, last: 600_000_009 },
  ...{ oldest: 1_790_000_000_000_000, newest: 1_800_000_030_000_000, completeFrom: 1_799_000_000_000_000 },
};

function column(number: number, buckets: [index: number, count: number][], max = 4097): HistoryColumn {
  return {
    column: number,
    ...{ spanUs: 2_900_000, sum: 2 ** 40, min: 15, max, none: 1 },
    count: buckets.reduce((sum, [, count]) => sum + count, 0),
    buckets: buckets.length,
    bucketIndex: Uint16Array.from(buckets, ([index]) => index),
    bucketCount: Float64Array.from(buckets, ([, count]) => count),
  };
}

function read(bytes: Uint8Array) {
  const columns: HistoryColumn[] = [];
  const gaps: HistoryGap[] = [];
  const copy = (c: HistoryColumn) =>
    columns.push({
      ...c,
      bucketIndex: c.bucketIndex.slice(0, c.buckets),
      bucketCount: c.bucketCount.slice(0, c.buckets),
    });
  return {
    header: readHistory(bytes, { begin: () => {}, column: copy, gap: (g) => gaps.push(g) }),
    columns,
    gaps,
  };
}

// Golden vector, composed by hand from the layout in history-columns.ts.
const golden =
  '01' + // version
  'c0843d' + // width 1_000_000 us
  '0a' + // first column 10
  '0d' + // last column 13
  '80ade204' + // oldest 10_000_000 us
  '80d59f05' + // newest 11_004_544 us
  '00' + // complete from 0
  '02' + // column 11
  'a08d06' + // watched 100_000 us
  '05' + // count 5
  'e807' + // sum 1000 ns
  '0f' + // min 15 ns
  'd804' + // max 600 ns
  '03' + // none 3
  '02' + // two buckets
  '0f04' + // bucket 15: 4
  '7101' + // bucket 128: 1
  '00' + // end of columns
  '01' + // one gap
  '80ade204' + // from 10_000_000 us
  'a08d06' + // to 100_000 us later
  '03' + // reason of three bytes
  'e282ac'; // "€"

describe('the binary form of a history', () => {
  it('carries every number there and back exactly', () => {
    const columns = [
      column(600_000_000, [
        [16, 3],
        [527, 2 ** 39],
      ]),
      column(600_000_004, []),
      column(600_000_009, [[0, 1]], 68_700_000_000),
    ];
    const gaps = [{ from: 1_800_000_003_000_000, to: 1_800_000_012_000_000, reason: 'offline' }];
    expect(read(writeHistory(header, columns, gaps))).toEqual({ header, columns, gaps });
  });

  it('has the bytes of the golden vector', () => {
    const buckets: [number, number][] = [
      [15, 4],
      [128, 1],
    ];
    const columns = [{ ...column(11, buckets, 600), spanUs: 100_000, sum: 1000, none: 3 }];
    const head = {
      ...{ widthUs: 1_000_000, first: 10, last: 13 },
      ...{ oldest: 10_000_000, newest: 11_004_544, completeFrom: 0 },
    };
    const gaps = [{ from: 10_000_000, to: 10_100_000, reason: '€' }];
    expect(Buffer.from(writeHistory(head, columns, gaps)).toString('hex')).toBe(golden);
    expect(read(Buffer.from(golden, 'hex'))).toEqual({ header: head, columns, gaps });
  });

  it('is refused when cut at any byte, and when bytes follow its end', () => {
    const bytes = Buffer.from(golden, 'hex');
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length} bytes`).toThrow(ProtocolError);
    }
    expect(() => read(Uint8Array.of(...bytes, 0))).toThrow('E_FRAME_RANGE');
  });

  it('is refused in an unknown version and with a column beyond the last', () => {
    const bytes = Buffer.from(golden, 'hex');
    expect(() => read(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow('E_FRAME_VERSION: version 9');
    expect(() => writeHistory(header, [column(1, [])], [])).toThrow(RangeError);
    expect(() => read(writeHistory(header, [column(header.last + 1, [])], []))).toThrow('E_FRAME_RANGE');
  });
});
