// Whether a machine is fit for a deadline, by a test run: samples over the deadline, and what that proves about all others.
import { lowerEdge, upperShare } from '@rtprobe/metrics';
import type { HistoryTotal, ToolResult, ToolRow } from '@rtprobe/protocol';

export interface Counted {
  /** All samples. */
  n: number;
  /** Samples over the deadline; in the bucket that contains it, all. Missing: the result does not say how many. */
  over?: number;
  maxNs?: number;
}

/** incomplete: the result does not say how many were over. few_samples: fewer than SHARE_MAX is not proven. */
export type Unknown = 'incomplete' | 'few_samples';

export interface Verdict extends Counted {
  budgetNs: number;
  /** fit: no sample was over the deadline. */
  is: 'fit' | 'not_fit' | 'unknown';
  why?: Unknown;
  /** With 95 % confidence fewer samples in a million are over the deadline. */
  perMillion?: number;
  /** So many samples are worth one independent sample. Missing: they were taken as independent. */
  designEffect?: number;
}

/** A run that does not prove with 95 % confidence that fewer samples than this share are over the deadline is too short. */
const SHARE_MAX = 0.001;

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
  { buckets, count, over: stated, maxNs }: ToolRow,
  budgetNs: number,
  limitNs: number | undefined,
): Counted {
  const n = count ?? 0;
  const max = maxNs === undefined ? {} : { maxNs };
  if (maxNs !== undefined && maxNs <= budgetNs) return { n, over: 0, ...max };
  const inside = buckets.reduce((sum, [, found]) => sum + found, 0);
  // The JSON of cyclictest states neither its limit, nor how many samples are beyond it.
  const limit = limitNs ?? buckets.at(-1)?.[0] ?? 0;
  const over = stated ?? (maxNs !== undefined && maxNs > limit ? Math.max(0, n - inside) : 0);
  // Samples that are in no bucket are above the limit, which can be below the budget.
  const isComplete = inside + over === n && (over === 0 || limit >= budgetNs);
  if (inside === 0 || !isComplete) return { n, ...max };
  const width = widthOf(buckets);
  const above = buckets.reduce((sum, [edge, found]) => (edge + width > budgetNs ? sum + found : sum), 0);
  return { n, over: above + over, ...max };
}

function judge({ n, over, maxNs }: Counted, budgetNs: number, effect: number | undefined): Verdict {
  // Korn and Graubard (Survey Methodology 24, 1998): the limit of as many independent samples.
  const share =
    over === undefined || n === 0 ? undefined : upperShare(over / (effect ?? 1), n / (effect ?? 1));
  const isOver = (over ?? 0) > 0 || (maxNs !== undefined && maxNs > budgetNs);
  const why: Unknown | undefined =
    share === undefined ? 'incomplete' : share > SHARE_MAX ? 'few_samples' : undefined;
  return {
    ...{ budgetNs, n },
    ...(over !== undefined && { over }),
    ...(maxNs !== undefined && { maxNs }),
    ...(isOver ? { is: 'not_fit' } : why === undefined ? { is: 'fit' } : { is: 'unknown', why }),
    ...(share !== undefined && { perMillion: share * 1e6 }),
    ...(effect !== undefined && { designEffect: effect }),
  };
}

const largest = (values: readonly number[]): { maxNs?: number } =>
  values.length > 0 ? { maxNs: values.reduce((a, b) => Math.max(a, b)) } : {};

/** By the figures of a program. `effect`: see Verdict. */
export function verdictOf(
  { rows, limitNs, notes }: ToolResult,
  budgetNs: number,
  effect?: number | undefined,
): Verdict {
  const counted = rows.map((row) => countRow(row, budgetNs, limitNs));
  const n = counted.reduce((sum, row) => sum + row.n, 0);
  const overs = counted.map(({ over }) => over);
  const isComplete =
    !notes.includes('truncated') && !notes.includes('sum') && overs.every((over) => over !== undefined);
  const over = isComplete ? overs.reduce<number>((sum, own) => sum + own!, 0) : undefined;
  const maxima = largest(counted.flatMap(({ maxNs }) => maxNs ?? []));
  return judge({ n, ...(over !== undefined && { over }), ...maxima }, budgetNs, effect);
}

/** By the values that rtprobe measured. */
export function verdictOfValues(
  { count, max, buckets }: Pick<HistoryTotal, 'count' | 'max' | 'buckets'>,
  budgetNs: number,
  effect?: number | undefined,
): Verdict {
  const above = buckets.reduce((sum, [bucket, n]) => (lowerEdge(bucket + 1) > budgetNs ? sum + n : sum), 0);
  const over = max <= budgetNs ? 0 : Math.max(1, above);
  return judge({ n: count, over, ...(count > 0 && { maxNs: max }) }, budgetNs, effect);
}
