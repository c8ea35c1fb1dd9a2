// The histogram of the run, or the same as a table.
import { formatDuration, fullCount, quantileName } from '@rtprobe/metrics';
import { Distribution } from '../../charts/distribution/Distribution.tsx';
import { beyondText } from '../../charts/distribution/shape.ts';
import { distributionAxis } from '../../charts/latency-scale.ts';
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { chosenBudget, chosenMeasure, decadesOf } from '../../store/reading/defaults.ts';
import { fromCountText, quantileOf, TABLE_QUANTILES } from '../../store/reading/quantile.ts';
import type { SeriesReading } from '../../store/reading/reading.ts';
import { useReading, useSession, useVersion, useView } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { useBaseline } from './use-baseline.ts';

export function DistributionPanel() {
  const session = useSession();
  const reading = useReading('distribution');
  const view = useView();
  const version = useVersion('distribution');
  const measure = chosenMeasure(view, reading);
  const series = reading?.series(measure, view.cpu);
  const budgetNs = chosenBudget(view, reading);
  const { bottom, top } = distributionAxis(budgetNs, decadesOf(measure), view.logLog);
  const baseline = useBaseline(measure, view.cpu, series?.total.count ?? 0);
  // A histogram cannot be read from three metres.
  if (view.kiosk) return null;
  const beyond = series === undefined ? '' : beyondText(series.total.buckets, top, series.total.max);
  return (
    <section className="card distribution" aria-label={t('distribution.title')}>
      <header>
        <h2>{t('distribution.title')}</h2>
        {baseline !== undefined && (
          <span className="muted small baseline-note">
            <i className="line-key dashed" />{' '}
            <Words of="distribution.baseline" with={{ name: <Name>{baseline.name}</Name> }} />
          </span>
        )}
        <span className="spring" />
        <button
          type="button"
          aria-pressed={view.logLog}
          onClick={() => session.address.change({ logLog: !view.logLog })}
        >
          {t('distribution.logLog')} <kbd>l</kbd>
        </button>
      </header>
      {series === undefined || series.total.count === 0 ? (
        <p className="empty muted">{t('distribution.none')}</p>
      ) : view.tables ? (
        <Quantiles series={series} />
      ) : (
        <div className="plot">
          {beyond !== '' && <p className="beyond alarm small numeral">{beyond} ▸</p>}
          <Distribution
            buckets={series.total.buckets}
            baseline={baseline?.buckets}
            version={version}
            budgetNs={budgetNs}
            top={top}
            bottom={bottom}
            logLog={view.logLog}
          />
        </div>
      )}
    </section>
  );
}

function Quantiles({ series }: { series: SeriesReading }) {
  const { total } = series;
  return (
    <Scroll label={t('distribution.table')}>
      <table>
        <tbody>
          <tr>
            <th>{t('distribution.maxExact')}</th>
            <td className="number">{formatDuration(total.max)}</td>
          </tr>
          {TABLE_QUANTILES.map((q) => {
            const ns = quantileOf(total, q);
            return (
              <tr key={q}>
                <th>{quantileName(q)}</th>
                <td className="number">
                  {ns === undefined ? <span className="muted">{fromCountText(q)}</span> : formatDuration(ns)}
                </td>
              </tr>
            );
          })}
          <tr>
            <th>{t('distribution.minExact')}</th>
            <td className="number">{formatDuration(total.min)}</td>
          </tr>
          <tr>
            <th>n</th>
            <td className="number">{fullCount(total.count)}</td>
          </tr>
        </tbody>
      </table>
      <p className="muted small">{t('headline.exactness')}</p>
    </Scroll>
  );
}
