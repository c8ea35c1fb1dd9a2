// Row 1: the verdict, the worst value and its cause, and the percentiles.
import { fullCount, shortCount } from '@rtprobe/metrics';
import { lossesOf } from '@rtprobe/protocol';
import { measureInText, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { chosenBudget, chosenMeasure } from '../../store/reading/defaults.ts';
import { SHOWN_QUANTILES } from '../../store/reading/quantile.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useAcknowledged, useReading, useView } from '../../store/session/context.ts';
import { countIncidents } from '../../store/spikes/incidents.ts';
import { irqsOffWorst } from '../../store/spikes/irqs-off.ts';
import { worstOf } from '../../store/spikes/worst.ts';
import { tip } from '../../ui/tip.ts';
import { IncidentsTile } from './IncidentsTile.tsx';
import { IrqsOffTile } from './IrqsOffTile.tsx';
import { QuantileTile } from './QuantileTile.tsx';
import { WorstCase } from './WorstCase.tsx';

export function Headline() {
  const reading = useReading('headline');
  const view = useView();
  const seen = useAcknowledged().ids;
  if (reading === undefined) return null;
  const measure = chosenMeasure(view, reading);
  const budget = chosenBudget(view, reading);
  const worst = worstOf(reading, measure, view.cpu);
  const series = reading.series(measure, view.cpu);
  const irqsOff = irqsOffWorst(reading);
  const counts = countIncidents(reading.incidents, seen);
  if (worst === undefined || series === undefined) {
    return (
      <div className="headline">
        <section className="card worst none-yet">
          <span className="quantity huge none">–</span>
          <div className="worst-text">
            <p className="verdict">{t('headline.noneYet', { measure: measureInText(measure) })}</p>
            <p className="sentence muted">{emptyText(reading, measure)}</p>
          </div>
        </section>
        <IncidentsTile reading={reading} counts={counts} />
      </div>
    );
  }
  return (
    <div className="headline">
      <WorstCase reading={reading} worst={worst} budget={budget} fresh={counts.fresh > 0} />
      {SHOWN_QUANTILES.map((q) => (
        <QuantileTile key={q} series={series} quantile={q} />
      ))}
      {irqsOff === undefined || measure === 'irqsoff' ? (
        <section
          className="card tile tile-n"
          {...tip(
            t('headline.countTip', {
              measure: measureWords(measure).title,
              count: fullCount(worst.count),
              lost: fullCount(reading.stats === undefined ? 0 : lossesOf(reading.stats.lost).dropped),
            }),
          )}
        >
          <h2>n</h2>
          <p className="quantity large">{shortCount(worst.count)}</p>
          <p className="muted small numeral">{fullCount(worst.count)}</p>
        </section>
      ) : (
        <IrqsOffTile worst={irqsOff} />
      )}
      <IncidentsTile reading={reading} counts={counts} />
    </div>
  );
}

function emptyText(reading: Reading, measure: string): string {
  const { config, state } = reading.info;
  if (state === 'offline') return reading.info.reason ?? t('headline.offline');
  if (config !== undefined && !(config.measures as string[]).includes(measure)) {
    return t('headline.off');
  }
  return t('headline.waiting');
}
