// The histogram in OSADL's style: linear latency and logarithmic count, or both logarithmic. It is one stepped Area of
// Recharts.
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
import { BASE, type Point, powerLabel } from './points.ts';
import { type DistributionInput, distributionShape, latencyLabel } from './shape.ts';

export interface DistributionProps extends DistributionInput {
  /** Drawn as a dashed line over it; a new array after each change. */
  readonly baseline?: Float64Array | undefined;
  /** Changes with the buckets; the array itself stays the same object. */
  readonly version: number;
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

export const Distribution = memo(function Distribution(props: DistributionProps) {
  const { buckets, baseline, version, budgetNs, top, bottom, logLog } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the contents of buckets
  const shape = useMemo(
    () => distributionShape({ buckets, budgetNs, bottom, top, logLog }, baseline),
    [buckets, baseline, version, budgetNs, bottom, top, logLog],
  );
  const { points } = shape;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart
        data={[...points]}
        margin={{ left: 0, right: 22, top: 8, bottom: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis
          dataKey="ns"
          type="number"
          scale={shape.isLog ? 'log' : 'linear'}
          domain={[...shape.latency]}
          ticks={shape.latencyTicks}
          tickFormatter={latencyLabel}
          allowDataOverflow
          stroke="var(--muted)"
          tick={{ fontSize: 11, fill: 'var(--muted)' }}
          tickLine={false}
          axisLine={{ stroke: 'var(--grid)' }}
        />
        <YAxis
          type="number"
          scale="log"
          domain={[...shape.count]}
          ticks={shape.countTicks}
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
        {shape.budgetNs !== undefined && (
          <ReferenceLine x={shape.budgetNs} stroke="var(--alarm)" strokeDasharray="6 4" ifOverflow="hidden" />
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
