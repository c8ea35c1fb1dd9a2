// A percentile of the run and of the last minutes.
import { age, formatDuration, fullCount, quantileName, samplesNeeded } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { quantileOf } from '../../store/reading/quantile.ts';
import type { SeriesReading } from '../../store/reading/reading.ts';
import { tip } from '../../ui/tip.ts';
import { QuantileFigure } from '../common/QuantileFigure.tsx';

/** Percentiles of a shorter time say no more than those of the run. */
const RECENT_LEAST_US = 60e6;

export function QuantileTile({ series, quantile }: { series: SeriesReading; quantile: number }) {
  const label = quantileName(quantile);
  const { total, recent } = series;
  const run = quantileOf(total, quantile);
  const last = quantileOf({ ...recent, max: total.max }, quantile);
  const needed = fullCount(samplesNeeded(quantile));
  return (
    <section
      className={`card tile tile-${label.replace('.', '-')}`}
      {...tip(
        run === undefined
          ? t('headline.needs', { needed, count: fullCount(total.count) })
          : t('headline.percentileTip', {
              label,
              value: formatDuration(run),
              count: fullCount(total.count),
              recent: fullCount(recent.count),
            }),
      )}
    >
      <h2>{label}</h2>
      <QuantileFigure ns={run} quantile={quantile} />
      <p className="muted small numeral recent">
        {last !== undefined &&
          recent.spanUs >= RECENT_LEAST_US &&
          t('headline.last', { age: age(Math.min(600, recent.spanUs / 1e6)), value: formatDuration(last) })}
      </p>
    </section>
  );
}
