import { packBuckets, packIntervals } from '@rtprobe/abi';
import { bucketOf } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { type HistRow, RowTable, readHistRow } from './row-table.ts';

/** A row with one count for each value, as the kernel would report it. */
function hist(
  values: readonly number[],
  intervals: [generation: number, ns: number][] = [],
  cpu = 0,
): HistRow {
  const buckets = new Map<number, number>();
  for (const ns of values) buckets.set(bucketOf(ns), (buckets.get(bucketOf(ns)) ?? 0) + 1);
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  return {
    ...{ source: 1, cpu, count: values.length, none: 0 },
    sum: values.reduce((a, b) => a + b, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    buckets: {
      index: Uint16Array.from(sorted, ([index]) => index),
      count: Float64Array.from(sorted, ([, count]) => count),
    },
    intervals: intervals.map(([generation, ns]) => ({ generation, ns })),
  };
}
const never = (key: string): void => expect.unreachable(`no room for ${key}`);

function deltas(table: RowTable, rows: HistRow[], since: number, generation: number) {
  const outcome = table.apply(rows, since, generation, never);
  if (outcome === 'backwards') throw new Error('backwards');
  return outcome.deltas;
}

describe('rows', () => {
  it('compute what a dump added by subtraction', () => {
    const table = new RowTable();
    deltas(table, [hist([1000, 2000])], 0, 5);
    const [delta] = deltas(table, [hist([1000, 2000, 2000, 9000])], 5, 6);
    expect(delta).toMatchObject({ row: 0, count: 2, sum: 11_000, buckets: 2 });
    expect([...delta!.bucketIndex]).toEqual([bucketOf(2000), bucketOf(9000)]);
    expect([...delta!.bucketCount]).toEqual([1, 1]);
  });

  it('lose no count when a dump between two others is lost', () => {
    const table = new RowTable();
    deltas(table, [hist([10])], 0, 1);
    const [delta] = deltas(table, [hist([10, 20, 30, 40])], 1, 9);
    expect(delta!.count).toBe(3);
  });

  it('derive the exact largest value of the span from its intervals', () => {
    const table = new RowTable();
    deltas(table, [hist([50_000], [[5, 50_000]])], 0, 5);
    const next = hist(
      [50_000, 7_001, 6_999],
      [
        [5, 50_000],
        [6, 7_001],
      ],
    );
    expect(deltas(table, [next], 5, 7)[0]!.max).toBe(7_001);
  });

  it('detect a new maximum in the interval that was still open at the last dump', () => {
    const table = new RowTable();
    deltas(table, [hist([500], [[5, 500]])], 0, 5);
    expect(deltas(table, [hist([500, 803], [[5, 803]])], 5, 5)[0]!.max).toBe(803);
  });

  it('limit the largest value by its bucket when a larger one of the same interval was reported before', () => {
    const table = new RowTable();
    deltas(table, [hist([50_000], [[5, 50_000]])], 0, 5);
    const [delta] = deltas(table, [hist([50_000, 7_001], [[5, 50_000]])], 5, 5);
    expect(delta!.max).toBeGreaterThanOrEqual(7_001);
    expect(delta!.max).toBeLessThanOrEqual(7_001 * 1.0625);
  });

  it('reject a whole dump if a counter in it decreased', () => {
    const table = new RowTable();
    deltas(table, [hist([10, 20]), hist([30], [], 1)], 0, 1);
    expect(table.apply([hist([10, 20, 25]), hist([40], [], 1)], 1, 2, never)).toBe('backwards');
    expect(table.all.map((row) => row.count)).toEqual([2, 1]);
  });

  it('keep their numbers over an epoch and drop them with the module', () => {
    const table = new RowTable();
    deltas(table, [hist([10]), hist([10], [], 1)], 0, 1);
    table.zero();
    expect(deltas(table, [hist([30], [], 1)], 0, 1)).toMatchObject([{ row: 1, count: 1 }]);
    table.clear();
    expect(deltas(table, [hist([30], [], 1)], 0, 1)).toMatchObject([{ row: 0, count: 1 }]);
  });
});

describe('a row of a dump', () => {
  const whole = {
    ...{ source: 1, cpu: 0, count: 2n, sum: 30n, min: 10n, max: 20n, none: 0n },
    buckets: packBuckets({ index: Uint16Array.of(10, 20), count: Float64Array.of(1, 1) }),
    intervals: packIntervals([{ generation: 3, ns: 20 }]),
  };

  it('is accepted if it adds up', () => {
    expect(readHistRow(whole)).toMatchObject({ count: 2, max: 20, intervals: [{ generation: 3, ns: 20 }] });
  });

  it.each([
    ['its buckets do not add up to its count', { count: 3n }],
    ['a bucket is truncated', { buckets: whole.buckets.subarray(1) }],
    [
      'its buckets do not ascend',
      { buckets: Uint8Array.of(...whole.buckets.subarray(8), ...whole.buckets.subarray(0, 8)) },
    ],
    ['an interval is truncated', { intervals: whole.intervals.subarray(1) }],
    ['its sum does not fit a double', { sum: 2n ** 60n }],
  ])('is rejected when %s', (_why, change) => {
    expect(readHistRow({ ...whole, ...change })).toBeUndefined();
  });

  it('is rejected when it does not name its source', () => {
    const { source: _, ...nameless } = whole;
    expect(readHistRow(nameless)).toBeUndefined();
  });
});
