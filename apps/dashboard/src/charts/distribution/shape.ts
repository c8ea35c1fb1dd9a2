// A distribution before it is drawn: its curve, its axes and their ticks, for the page's chart and the exported sheet.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { decadeTicks, linearTicks } from '../ticks.ts';
import { BASE, countTicks, distributionPoints, type Point } from './points.ts';

export interface DistributionInput {
  readonly buckets: Float64Array;
  /** 0: none. */
  readonly budgetNs: number;
  /** Ends of the logarithmic axis in ns; a linear one begins at 0. */
  readonly bottom: number;
  readonly top: number;
  readonly logLog: boolean;
}

export interface DistributionShape {
  readonly isLog: boolean;
  /** Ends of the axes: latency in ns, and count, which is always logarithmic. */
  readonly latency: readonly [from: number, to: number];
  readonly count: readonly [from: number, to: number];
  readonly latencyTicks: number[];
  readonly countTicks: number[];
  /** Corners of the step curve; `base` belongs to the baseline. */
  readonly points: readonly (Point & { base?: number })[];
  /** Undefined if it does not lie on the axis. */
  readonly budgetNs: number | undefined;
}

export const latencyLabel = (ns: number): string => (ns === 0 ? '0' : formatDuration(ns));

/** `baseline` is a second curve over the first. */
export function distributionShape(input: DistributionInput, baseline?: Float64Array): DistributionShape {
  const { buckets, budgetNs, bottom, top, logLog } = input;
  const from = logLog ? bottom : 0;
  const own = distributionPoints(buckets, from, top, logLog);
  // Both lie on the same points, which follow from the axis alone.
  const other = baseline && distributionPoints(baseline, from, top, logLog);
  const peak = Math.max(own.peak, other?.peak ?? 0);
  const ticks = countTicks(peak);
  return {
    isLog: logLog,
    latency: [from, top],
    count: [BASE, Math.max(ticks.at(-1)!, peak)],
    latencyTicks: logLog ? decadeTicks(bottom, top) : linearTicks(top),
    countTicks: ticks,
    points: other ? own.points.map((point, i) => ({ ...point, base: other.points[i]!.count })) : own.points,
    budgetNs: budgetNs > from && budgetNs < top ? budgetNs : undefined,
  };
}

/** Returns "30 off scale (max 4.18 ms)" for the values that the axis omits; empty if there are none. */
export function beyondText(buckets: Float64Array, top: number, max: number): string {
  const { beyond } = distributionPoints(buckets, 0, top, true);
  if (beyond === 0) return '';
  return t('distribution.beyond', { count: fullCount(beyond), max: formatDuration(max) });
}
