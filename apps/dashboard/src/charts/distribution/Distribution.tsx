// The histogram as OSADL plots it: linear latency, logarithmic count; log-log on a key. One step Area in Recharts.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { memo, useMemo } from 'react';
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { t } from '../../i18n/translate.ts';
import {
  BASE,
  countTicks,
  decadeTicks,
  distributionPoints,
  linearTicks,
  type Point,
  powerLabel,
} from './points.ts';

export interface DistributionProps {
  buckets: Float64Array;
  /** Drawn dashed over it; a new array when it changed. */
  baseline?: Float64Array | undefined;
  /** Changes when the buckets did: the array itself stays the same. */
  version: number;
  budgetNs: number;
  top: number;
  bottom: number;
  logLog: boolean;
}

interface TipProps {
  active?: boolean;
  payload?: readonly { payload: Point }[];
  points: readonly Point[];
}

function Tip({ active, payload, points }: TipProps) {
  const point = payload?.[0]?.payload;
  if (active !== true || point === undefined) return null;
  const next = points[points.indexOf(point) + 1];
  return (
    <div className="tip">
      <b>
        {point.count === BASE
          ? t('heatmap.noValues')
          : t('heatmap.count', { count: fullCount(point.count), n: point.count })}
      </b>
      <div>
        {next === undefined
          ? t('distribution.more', { from: formatDuration(point.ns) })
          : t('heatmap.range', { from: formatDuration(point.ns), to: formatDuration(next.ns) })}
      </div>
    </div>
  );
}

/** Both lie on the same points, which follow from the axis alone. */
function withBaseline(
  buckets: Float64Array,
  baseline: Float64Array | undefined,
  from: number,
  to: number,
  logarithmic: boolean,
): { points: (Point & { base?: number })[]; peak: number } {
  const own = distributionPoints(buckets, from, to, logarithmic);
  if (baseline === undefined) return own;
  const other = distributionPoints(baseline, from, to, logarithmic);
  const points = own.points.map((point, i) => ({ ...point, base: other.points[i]!.count }));
  return { points, peak: Math.max(own.peak, other.peak) };
}

export const Distribution = memo(function Distribution(props: DistributionProps) {
  const { buckets, baseline, version, budgetNs, top, bottom, logLog } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the contents of buckets
  const { points, peak } = useMemo(
    () => withBaseline(buckets, baseline, logLog ? bottom : 0, top, logLog),
    [buckets, baseline, version, top, bottom, logLog],
  );
  const ticks = countTicks(peak);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart data={points} margin={{ left: 0, right: 22, top: 8, bottom: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis
          dataKey="ns"
          type="number"
          scale={logLog ? 'log' : 'linear'}
          domain={[logLog ? bottom : 0, top]}
          ticks={logLog ? decadeTicks(bottom, top) : linearTicks(top)}
          tickFormatter={(ns: number) => (ns === 0 ? '0' : formatDuration(ns))}
          allowDataOverflow
          stroke="var(--muted)"
          tick={{ fontSize: 11, fill: 'var(--muted)' }}
          tickLine={false}
          axisLine={{ stroke: 'var(--grid)' }}
        />
        <YAxis
          type="number"
          scale="log"
          domain={[BASE, Math.max(ticks.at(-1)!, peak)]}
          ticks={ticks}
          tickFormatter={powerLabel}
          allowDataOverflow
          width={40}
          stroke="var(--muted)"
          tick={{ fontSize: 11, fill: 'var(--muted)' }}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          content={<Tip points={points} />}
          isAnimationActive={false}
          cursor={{ stroke: 'var(--muted)', strokeDasharray: '2 3' }}
        />
        {budgetNs > 0 && (
          <ReferenceLine x={budgetNs} stroke="var(--alarm)" strokeDasharray="6 4" ifOverflow="hidden" />
        )}
        <Area
          type="stepAfter"
          dataKey="count"
          baseValue={BASE}
          stroke="var(--text)"
          strokeWidth={1}
          fill="var(--spark)"
          fillOpacity={0.35}
          isAnimationActive={false}
          dot={false}
          activeDot={false}
        />
        {baseline !== undefined && (
          <Area
            type="stepAfter"
            dataKey="base"
            baseValue={BASE}
            stroke="var(--accent)"
            strokeWidth={1}
            strokeDasharray="4 3"
            fill="none"
            isAnimationActive={false}
            dot={false}
            activeDot={false}
          />
        )}
      </AreaChart>
    </ResponsiveContainer>
  );
});
