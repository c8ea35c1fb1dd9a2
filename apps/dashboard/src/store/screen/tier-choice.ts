// Chooses the tier of a series from which a time range is drawn.
import type { UnixMicros } from '@rtprobe/protocol';
import type { Series } from '../stream/series.ts';
import type { Tier } from '../stream/tier.ts';

/** Returns the start of the series in this page's memory; undefined if it is empty. */
export function runStart(series: Series): UnixMicros | undefined {
  const coarsest = series.tiers.at(-1)!;
  return series.begin === undefined ? undefined : Math.max(series.begin, coarsest.first * coarsest.widthUs);
}

/**
 * Returns the finest tier that has at most `columnsMax` columns from `from` to `to` and still contains the start of the
 * range, or all data that the page ever had.
 */
export function tierFor(series: Series, from: UnixMicros, to: UnixMicros, columnsMax: number): Tier {
  const need = Math.max(from, runStart(series) ?? from);
  const coarsest = series.tiers.at(-1)!;
  const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
  return fits.find((t) => !t.empty && t.first * t.widthUs <= need) ?? fits.at(-1) ?? coarsest;
}
