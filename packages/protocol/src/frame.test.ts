import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.ts';
import { type FrameHeader, FrameKind, type FrameRow, FrameWriter, readFrame } from './frame.ts';

const header: FrameHeader = {
  kind: FrameKind.delta,
  host: 1,
  seq: 300,
  time: 1_790_000_000_000_000,
  spanUs: 100_000,
  epoch: 2,
};

function row(number: number, buckets: [index: number, count: number][], max = 4_097): FrameRow {
  return {
    row: number,
    count: buckets.reduce((sum, [, count]) => sum + count, 0),
    sum: 2 ** 40,
    min: 15,
    max,
    none: 1,
    buckets: buckets.length,
    bucketIndex: Uint16Array.from(buckets, ([index]) => index),
    bucketCount: Float64Array.from(buckets, ([, count]) => count),
  };
}

function write(rows: FrameRow[], head = header): Uint8Array {
  const writer = new FrameWriter();
  writer.begin(head);
  for (const r of rows) writer.row(r);
  return writer.finish();
}

function read(bytes: Uint8Array): { header: FrameHeader; rows: FrameRow[] } {
  const rows: FrameRow[] = [];
  const copy = (r: FrameRow) =>
    rows.push({
      ...r,
      bucketIndex: r.bucketIndex.slice(0, r.buckets),
      bucketCount: r.bucketCount.slice(0, r.buckets),
    });
  return { header: readFrame(bytes, { begin: () => {}, row: copy }), rows };
}

// Golden vector, composed by hand from the layout in frame.ts: a change of any byte breaks existing readers.
const golden =
  '01' + // version
  '00' + // delta
  '01' + // host 1
  'ac02' + // seq 300
  'c096b102' + // time 5_000_000 us
  'a08d06' + // span 100_000 us
  '02' + // epoch 2
  '04' + // row 3: 3 - (-1)
  '05' + // count 5
  'e807' + // sum 1000 ns
  '0f' + // min 15 ns
  'd804' + // max 600 ns
  '00' + // none
  '02' + // two buckets
  '0f04' + // bucket 15: 4
  '7101' + // bucket 15 + 113 = 128: 1
  '00'; // end

describe('binary frames', () => {
  it('carry every number there and back exactly', () => {
    const rows = [
      row(0, [
        [16, 3],
        [17, 1],
        [527, 2 ** 39],
      ]),
      row(7, []),
      row(300, [[0, 1]], 68_700_000_000),
    ];
    expect(read(write(rows))).toEqual({ header, rows });
  });

  it('have the bytes of the golden vector', () => {
    const vector: FrameRow = {
      ...row(
        3,
        [
          [15, 4],
          [128, 1],
        ],
        600,
      ),
      sum: 1000,
      none: 0,
    };
    const head = { ...header, time: 5_000_000 };
    expect(Buffer.from(write([vector], head)).toString('hex')).toBe(golden);
    expect(read(Buffer.from(golden, 'hex'))).toEqual({ header: head, rows: [vector] });
  });

  it('refuse a frame cut at any byte', () => {
    const bytes = write([row(0, [[16, 3]]), row(9, [[100, 70_000]])]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(ProtocolError);
    }
  });

  it('refuse bytes behind the end', () => {
    const bytes = write([]);
    expect(() => read(Uint8Array.of(...bytes, 0))).toThrow('E_FRAME_RANGE');
  });

  it('refuse an unknown version and an unknown kind by name', () => {
    const bytes = write([]);
    expect(() => read(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow('E_FRAME_VERSION: version 9');
    expect(() => read(Uint8Array.of(1, 7, ...bytes.subarray(2)))).toThrow('E_FRAME_KIND: kind 7');
  });

  it('refuse a bucket beyond the limit and a varint beyond 2^53', () => {
    expect(() => read(write([row(0, [[4096, 1]])]))).toThrow('E_FRAME_RANGE: bucket 4096');
    const start = write([]).subarray(0, 2);
    expect(() => read(Uint8Array.of(...start, ...Array(8).fill(0xff), 1))).toThrow('E_FRAME_RANGE');
  });

  it('are refused by the writer when rows do not ascend', () => {
    expect(() => write([row(3, []), row(3, [])])).toThrow(RangeError);
  });
});
