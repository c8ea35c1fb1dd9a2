// The figures of one source: worst value, percentiles and rate.
import { fullCount, percent, quantileName, rate, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { isOver } from '../../store/reading/defaults.ts';
import { quantileOf, SHOWN_QUANTILES } from '../../store/reading/quantile.ts';
import type { SeriesReading, SourceReading } from '../../store/reading/reading.ts';
import { QuantileFigure } from './QuantileFigure.tsx';
import { Duration } from './Quantity.tsx';
import { Tile } from './Tile.tsx';

interface Props {
  series: SeriesReading;
  source: SourceReading | undefined;
  budgetNs: number;
}

export function SourceTiles({ series, source, budgetNs }: Props) {
  const { total } = series;
  const over = isOver(total.max, budgetNs);
  return (
    <>
      <Tile
        title={t('pages.worst')}
        alarm={over}
        note={total.count === 0 ? t('pages.noValues') : over ? t('pages.over') : t('pages.exact')}
      >
        {total.count === 0 ? (
          <p className="quantity none">–</p>
        ) : (
          <Duration ns={total.max} className="large" />
        )}
      </Tile>
      {SHOWN_QUANTILES.map((q) => (
        <Tile key={q} title={quantileName(q)} hint={t('pages.bucketError')}>
          <QuantileFigure ns={quantileOf(total, q)} quantile={q} />
        </Tile>
      ))}
      <Tile title="n" note={fullCount(total.count)}>
        <p className="quantity large">{shortCount(total.count)}</p>
      </Tile>
      {source !== undefined && (
        <Tile
          title={t('pages.rateTitle')}
          hint={t('pages.rateHint')}
          note={
            source.none > 0
              ? t('pages.notOwnCalls', { count: fullCount(source.none), n: source.none })
              : t('pages.ofCpu', { share: percent(source.share) })
          }
        >
          <p className="quantity large">
            {rate(source.rate)}
            <small>{t('pages.perSecond')}</small>
          </p>
        </Tile>
      )}
    </>
  );
}
