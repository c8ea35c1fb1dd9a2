import { bucketOf, lowerEdge } from '@rtprobe/metrics';
import type { ToolResult, ToolRow } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { verdictOf, verdictOfValues } from './verdict.ts';

const row = (more: Partial<ToolRow>): ToolRow => ({ number: 0, buckets: [], ...more });
const result = (rows: ToolRow[], more: Partial<ToolResult> = {}): ToolResult => ({
  ...{ tool: 'cyclictest', rows, notes: [], ignoredLines: 0 },
  ...more,
});
const US = 1000;
const buckets: ToolRow['buckets'] = [
  [9 * US, 900],
  [99 * US, 90],
  [100 * US, 8],
];

describe('a verdict', () => {
  it('is "fit" if no sample was over the deadline, with what that proves', () => {
    const verdict = verdictOf(
      result([row({ count: 1e6, maxNs: 80 * US }), row({ count: 1e6, maxNs: 99 * US })]),
      100 * US,
    );
    expect(verdict).toMatchObject({ is: 'fit', n: 2e6, over: 0, maxNs: 99 * US });
    expect(verdict.perMillion).toBeCloseTo(1.498, 3);
  });

  it('counts samples beyond the histogram, and all of the bucket that contains the budget', () => {
    const rows = [row({ count: 1000, over: 2, maxNs: 700 * US, buckets })];
    const counted = (budgetNs: number) => verdictOf(result(rows, { limitNs: 400 * US }), budgetNs).over;
    expect([counted(100 * US), counted(100 * US - 1), counted(101 * US), counted(400 * US)]).toEqual([
      10, 100, 2, 2,
    ]);
  });

  it('takes samples in no bucket as over the last one, if the result does not count them', () => {
    const rows = [row({ count: 1000, maxNs: 700 * US, buckets })];
    const counted = (budgetNs: number) => verdictOf(result(rows), budgetNs).over;
    expect([counted(50 * US), counted(100 * US), counted(200 * US)]).toEqual([100, 10, undefined]);
  });

  it('has no share if the histogram ends below the budget', () => {
    const rows = [row({ count: 1000, over: 2, maxNs: 700 * US, buckets })];
    const verdict = verdictOf(result(rows, { limitNs: 400 * US }), 500 * US);
    expect(verdict).toEqual({ is: 'not_fit', budgetNs: 500 * US, n: 1000, maxNs: 700 * US });
  });

  it('is "unknown" for an incomplete result, unless a sample is over the budget', () => {
    const cut = (maxNs?: number) =>
      verdictOf(
        result([row({ count: 998, buckets, ...(maxNs && { maxNs }) })], { notes: ['truncated'] }),
        200 * US,
      ).is;
    expect([cut(), cut(300 * US), cut(100 * US)]).toEqual(['unknown', 'not_fit', 'unknown']);
    expect(verdictOf(result([row({})]), 1).is).toBe('unknown');
  });

  it('is "unknown" for too few samples, which dependence makes fewer', () => {
    const of = (count: number, effect?: number) => {
      const { is, why } = verdictOf(result([row({ count, maxNs: 9 * US })]), 100 * US, effect);
      return [is, why];
    };
    expect([of(2000), of(4000)]).toEqual([
      ['unknown', 'few_samples'],
      ['fit', undefined],
    ]);
    expect([of(4000, 20), of(400_000, 20)]).toEqual([
      ['unknown', 'few_samples'],
      ['fit', undefined],
    ]);
  });

  it('can be that of the values of rtprobe', () => {
    const at = bucketOf(100 * US);
    const values = {
      count: 10_000,
      max: 140 * US,
      buckets: [[at - 1, 9990] as const, [at, 7] as const, [at + 3, 3] as const],
    };
    const over = (budgetNs: number) =>
      verdictOfValues({ ...values, buckets: values.buckets.map((b) => [...b]) }, budgetNs).over;
    expect([over(lowerEdge(at)), over(lowerEdge(at + 1)), over(140 * US)]).toEqual([10, 3, 0]);
    expect(verdictOfValues({ count: 0, max: 0, buckets: [] }, US).is).toBe('unknown');
  });
});
