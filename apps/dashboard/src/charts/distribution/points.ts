// Turns buckets into the corners of a step curve. Counts are not divided by the bucket's width, so a single value has
// height one. Narrow buckets are merged until they are wide enough to see.
import { BUCKET_COUNT, lowerEdge } from '@rtprobe/metrics';

export interface Point {
  /** Lower edge in ns. */
  ns: number;
  /** Values from here to the next point; BASE if none, because a logarithmic axis has no zero. */
  count: number;
}

/** Begin of the logarithmic count axis: below a single value. */
export const BASE = 0.5;
const POINTS_MAX = 400;

/** Returns points from `from` to `to` ns, and the number of values beyond `to`. */
export function distributionPoints(
  buckets: Float64Array,
  from: number,
  to: number,
  logarithmic: boolean,
): { points: Point[]; beyond: number; peak: number } {
  const points: Point[] = [];
  const least = logarithmic ? 0 : (to - from) / POINTS_MAX;
  let beyond = 0;
  let peak = 0;
  let start = -1;
  let sum = 0;
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
    const edge = lowerEdge(bucket);
    if (edge >= to) {
      beyond += buckets[bucket]!;
      continue;
    }
    if (start < 0) start = Math.max(edge, from);
    sum += buckets[bucket]!;
    const next = lowerEdge(bucket + 1);
    if (next <= from || (next - start < least && next < to)) continue;
    points.push({ ns: start, count: Math.max(BASE, sum) });
    peak = Math.max(peak, sum);
    start = -1;
    sum = 0;
  }
  points.push({ ns: to, count: BASE });
  return { points, beyond, peak };
}

/** Returns powers of ten from 1 to the first at or over the peak, at least 1000, so that an empty chart has an axis. */
export function countTicks(peak: number): number[] {
  const top = Math.max(3, Math.ceil(Math.log10(Math.max(1, peak))));
  const stride = top > 5 ? 2 : 1;
  const ticks: number[] = [];
  for (let power = 0; power <= top; power += stride) ticks.push(10 ** power);
  return ticks;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 1, 10, 100, 10³ … */
export function powerLabel(count: number): string {
  const power = Math.round(Math.log10(count));
  if (power < 3) return String(count);
  return `10${[...String(power)].map((d) => SUPERSCRIPTS[Number(d)]).join('')}`;
}
