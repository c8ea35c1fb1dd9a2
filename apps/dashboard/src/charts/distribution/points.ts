// Buckets to the corners of a step curve. A bucket that holds one value stays one value high: nothing is divided
// by its width, narrow ones are put together until they are wide enough to see.
import { BUCKET_COUNT, lowerEdge } from '@rtprobe/metrics';

export interface Point {
  /** Lower edge in ns. */
  ns: number;
  /** Values from here to the next point; BASE stands for none, which a logarithmic axis cannot show. */
  count: number;
}

/** Where a logarithmic count axis begins: below a single value. */
export const BASE = 0.5;
const POINTS_MAX = 400;

/** Points from `from` to `to` ns; what lies beyond `to` is returned as a count to be stated, not drawn. */
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

/** 10 to the powers from 0 to the first at or over the peak, three at least, so that an empty chart has an axis. */
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
