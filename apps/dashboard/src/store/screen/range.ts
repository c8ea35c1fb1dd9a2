// Stretches of time moved and stretched within what there is.
import type { UnixMicros } from '@rtprobe/protocol';
import { RANGE_MIN_US, type Range } from '../address/view.ts';

/** However short the run is, so much can be looked at. */
const RANGE_LEAST_MOST_US = 600e6;

/**
 * A stretch moved and stretched so that it ends at `latest` or before, a quarter of it at least lies after
 * `earliest`, and it is neither too short to show anything nor much longer than what there is.
 */
export function fitRange({ from, to }: Range, earliest: UnixMicros, latest: UnixMicros): Range {
  const most = Math.max(RANGE_LEAST_MOST_US, (latest - earliest) * 1.1);
  const length = Math.min(most, Math.max(RANGE_MIN_US, to - from));
  const end = Math.min(latest, Math.max((from + to) / 2 + length / 2, earliest + length / 4));
  return { from: end - length, to: end };
}

/** The stretch `factor` times as long, in which `around` stays at its place on screen. */
export function zoomRange({ from, to }: Range, factor: number, around: UnixMicros): Range {
  return { from: around - (around - from) * factor, to: around + (to - around) * factor };
}
