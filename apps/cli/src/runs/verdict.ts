// How a test run relates to a budget: samples over it, and what that proves about all others.
import { upperShare } from '@rtprobe/metrics';
import type { ToolResult, ToolRow } from '@rtprobe/protocol';

export interface Counted {
  /** All samples. */
  n: number;
  /** Samples over the budget; in the bucket that contains the budget, all. Missing: the result does not say how many. */
  over?: number;
  maxNs?: number;
}

export interface Verdict extends Counted {
  budgetNs: number;
  /** within: no sample was over the budget. unknown: the result is incomplete. */
  is: 'within' | 'over' | 'unknown';
  /** With 95 % confidence fewer samples in a million are over the budget, if they are independent. */
  perMillion?: number;
}

const UNIT_NS = 1000;

/** Returns the width of the buckets: the least distance of two, and at most a microsecond if that is not known. */
function widthOf(buckets: ToolRow['buckets']): number {
  return buckets.reduce(
    (width, [edge], i) => (i === 0 ? width : Math.min(width, edge - buckets[i - 1]![0])),
    UNIT_NS,
  );
}

/** Counts the samples of one row. */
function countRow(
  { buckets, count, over = 0, maxNs }: ToolRow,
  budgetNs: number,
  limitNs: number | undefined,
): Counted {
  const n = count ?? 0;
  const max = maxNs === undefined ? {} : { maxNs };
  if (maxNs !== undefined && maxNs <= budgetNs) return { n, over: 0, ...max };
  const inside = buckets.reduce((sum, [, found]) => sum + found, 0);
  // Samples that are in no bucket are above the limit, which can be below the budget.
  const isComplete = inside + over === n && (over === 0 || (limitNs !== undefined && limitNs >= budgetNs));
  if (inside === 0 || !isComplete) return { n, ...max };
  const width = widthOf(buckets);
  const above = buckets.reduce((sum, [edge, found]) => (edge + width > budgetNs ? sum + found : sum), 0);
  return { n, over: above + over, ...max };
}

export function verdictOf({ rows, limitNs, notes }: ToolResult, budgetNs: number): Verdict {
  const counted = rows.map((row) => countRow(row, budgetNs, limitNs));
  const n = counted.reduce((sum, row) => sum + row.n, 0);
  const maxima = counted.flatMap(({ maxNs }) => maxNs ?? []);
  const maxNs = maxima.length > 0 ? maxima.reduce((a, b) => Math.max(a, b)) : undefined;
  const overs = counted.map(({ over }) => over);
  const isComplete =
    !notes.includes('truncated') && !notes.includes('sum') && overs.every((over) => over !== undefined);
  const over = isComplete ? overs.reduce<number>((sum, own) => sum + own!, 0) : undefined;
  const isOver = (over ?? 0) > 0 || (maxNs !== undefined && maxNs > budgetNs);
  return {
    ...{ budgetNs, n },
    ...(over !== undefined && { over }),
    ...(maxNs !== undefined && { maxNs }),
    is: isOver ? 'over' : over === undefined || n === 0 ? 'unknown' : 'within',
    ...(over !== undefined && n > 0 && { perMillion: upperShare(over, n) * 1e6 }),
  };
}
