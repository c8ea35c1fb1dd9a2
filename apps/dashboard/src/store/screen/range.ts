// Moves and scales time ranges within the available data.
import type { UnixMicros } from '@rtprobe/protocol';
import { RANGE_MIN_US, type Range } from '../address/view.ts';

/** Longest range that can be shown even of a short run. */
const RANGE_LEAST_MOST_US = 600e6;

/**
 * Returns the range, moved and scaled: it ends at `latest` or before, at least a quarter is after `earliest`, and it is
 * neither too short nor much longer than the data.
 */
export function fitRange({ from, to }: Range, earliest: UnixMicros, latest: UnixMicros): Range {
  const most = Math.max(RANGE_LEAST_MOST_US, (latest - earliest) * 1.1);
  const length = Math.min(most, Math.max(RANGE_MIN_US, to - from));
  const end = Math.min(latest, Math.max((from + to) / 2 + length / 2, earliest + length / 4));
  return { from: end - length, to: end };
}

/** Returns the range `factor` times as long; `around` keeps its place on screen. */
export function zoomRange({ from, to }: Range, factor: number, around: UnixMicros): Range {
  return { from: around - (around - from) * factor, to: around + (to - around) * factor };
}
