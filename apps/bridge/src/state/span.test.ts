import type { FrameRow } from '@rtprobe/protocol';
import { expect, it } from 'vitest';
import { mergeSpans } from './span.ts';

function delta(row: number, max: number, buckets: [index: number, count: number][]): FrameRow {
  const count = buckets.reduce((sum, [, n]) => sum + n, 0);
  return {
    ...{ row, count, sum: count * 10, min: 1, max, none: 1, buckets: buckets.length },
    bucketIndex: Uint16Array.from(buckets, ([index]) => index),
    bucketCount: Float64Array.from(buckets, ([, n]) => n),
  };
}

it('merged spans add their counts and keep the largest maximum', () => {
  const merged = mergeSpans([
    {
      time: 100,
      spanUs: 50,
      deltas: [
        delta(0, 9, [
          [3, 2],
          [7, 1],
        ]),
        delta(4, 5, [[1, 1]]),
      ],
    },
    {
      time: 150,
      spanUs: 50,
      deltas: [
        delta(0, 7, [
          [7, 4],
          [2, 1],
        ]),
      ],
    },
    { time: 210, spanUs: 60, deltas: [delta(2, 1, [[0, 1]])] },
  ]);
  expect(merged).toMatchObject({ time: 210, spanUs: 160 });
  expect(merged.deltas.map((d) => d.row)).toEqual([0, 2, 4]);
  expect(merged.deltas[0]).toMatchObject({ count: 8, sum: 80, max: 9, none: 2, buckets: 3 });
  expect([...merged.deltas[0]!.bucketIndex]).toEqual([2, 3, 7]);
  expect([...merged.deltas[0]!.bucketCount]).toEqual([1, 2, 5]);
});

it('merging leaves nothing behind for the next merge', () => {
  const spans = [1, 2].map((time) => ({ time, spanUs: 1, deltas: [delta(0, 1, [[5, 1]])] }));
  mergeSpans(spans);
  expect([...mergeSpans(spans).deltas[0]!.bucketCount]).toEqual([2]);
});
