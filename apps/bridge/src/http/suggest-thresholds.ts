// Suggests a threshold for each measure from the values of the current run.
import { BUCKET_COUNT, THRESHOLD_MAX_NS } from '@rtprobe/abi';
import { upperEdge } from '@rtprobe/metrics';
import {
  hasKthreadThreshold,
  hasThreshold,
  MEASURES,
  SUGGESTED_SPIKES_PER_HOUR,
  SUGGESTION_SECONDS,
  type SuggestedThreshold,
  stepAfter,
  type TaskKind,
  type ThresholdSuggestion,
} from '@rtprobe/protocol';
import type { Host } from '../host/host.ts';
import type { Row } from '../state/row-table.ts';

/** The lowest suggestion. Smaller delays are in the range of the probe's own cost. */
const LOWEST_NS = 1_000;

interface Distribution {
  count: number;
  maxNs: number;
  /** Values by bucket. */
  buckets: Float64Array;
}

/**
 * Returns the lowest step of 1, 2, 5, 10 … us that at most `perHour` values an hour exceed, at the rate of the values
 * seen in `seconds`. A value counts as the upper edge of its bucket, so no more spikes can follow than stated.
 */
export function suggestThreshold({ maxNs, buckets }: Distribution, seconds: number, perHour: number): number {
  const allowed = Math.floor((perHour * seconds) / 3600);
  let over = 0;
  let at = buckets.length - 1;
  while (at >= 0 && over + buckets[at]! <= allowed) over += buckets[at--]!;
  const needed = at < 0 ? 0 : Math.min(upperEdge(at), maxNs);
  let step = LOWEST_NS;
  while (step < needed) step = stepAfter(step);
  return Math.min(step, THRESHOLD_MAX_NS);
}

function merge(rows: readonly Row[]): Distribution {
  const merged: Distribution = { count: 0, maxNs: 0, buckets: new Float64Array(BUCKET_COUNT) };
  for (const { count, max, buckets } of rows) {
    merged.count += count;
    merged.maxNs = Math.max(merged.maxNs, max);
    buckets.index.forEach((bucket, i) => {
      merged.buckets[bucket]! += buckets.count[i]!;
    });
  }
  return merged;
}

export function suggestThresholds(host: Host): ThresholdSuggestion {
  const { sources, rows, runStartedAt, lastDataAt } = host.state;
  const seconds =
    runStartedAt === undefined || lastDataAt === undefined
      ? 0
      : Math.max(0, (lastDataAt - runStartedAt) / 1e6);
  const waitSeconds = Math.max(0, Math.ceil(SUGGESTION_SECONDS - seconds));
  if (waitSeconds > 0) return { host: host.name, seconds, waitSeconds, thresholds: [] };
  const kindOf = (row: Row): TaskKind => (sources.get(row.source)?.task?.kthread ? 'kthread' : 'user');
  const thresholds: SuggestedThreshold[] = [];
  for (const measure of MEASURES.filter(hasThreshold)) {
    const all = rows.all.filter((row) => sources.get(row.source)?.measure === measure);
    const kinds = hasKthreadThreshold(measure) ? (['user', 'kthread'] as const) : (['user'] as const);
    for (const kind of kinds) {
      const seen = merge(kinds.length === 1 ? all : all.filter((row) => kindOf(row) === kind));
      if (seen.count === 0) continue;
      const thresholdNs = suggestThreshold(seen, seconds, SUGGESTED_SPIKES_PER_HOUR);
      thresholds.push({ measure, kind, count: seen.count, maxNs: seen.maxNs, thresholdNs });
    }
  }
  return { host: host.name, seconds, waitSeconds: 0, thresholds };
}
