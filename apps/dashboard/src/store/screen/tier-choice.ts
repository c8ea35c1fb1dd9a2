// From which tier of a series a stretch of time is drawn.
import type { UnixMicros } from '@rtprobe/protocol';
import type { Series } from '../stream/series.ts';
import type { Tier } from '../stream/tier.ts';

/** Begin of what this page still holds of the series; undefined when it holds nothing. */
export function runStart(series: Series): UnixMicros | undefined {
  const coarsest = series.tiers.at(-1)!;
  return series.begin === undefined ? undefined : Math.max(series.begin, coarsest.first * coarsest.widthUs);
}

/**
 * The finest tier that has at most `columnsMax` columns from `from` to `to` and still holds the begin of that
 * stretch, or all the page ever had of it.
 */
export function tierFor(series: Series, from: UnixMicros, to: UnixMicros, columnsMax: number): Tier {
  const need = Math.max(from, runStart(series) ?? from);
  const coarsest = series.tiers.at(-1)!;
  const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
  return fits.find((t) => !t.empty && t.first * t.widthUs <= need) ?? fits.at(-1) ?? coarsest;
}
