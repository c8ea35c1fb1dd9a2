// Row 1: is the machine within its budget, what was the worst and why; beside it the percentiles that the count
// carries.
import { age, duration, formatDuration, fullCount, samplesNeeded, shortCount, span } from '@rtprobe/metrics';
import { lostTotal } from '@rtprobe/protocol';
import { clockTimeMs } from '../../i18n/dates.ts';
import { measureInText, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { chosenBudget, chosenMeasure } from '../../store/reading/defaults.ts';
import { quantileOf } from '../../store/reading/quantile.ts';
import type { Reading, SeriesReading } from '../../store/reading/reading.ts';
import { useAcknowledged, useReading, useSession, useView } from '../../store/session/context.ts';
import { type IrqsOff, irqsOffWorst } from '../../store/spikes/irqs-off.ts';
import { type Worst, worstOf } from '../../store/spikes/worst.ts';
import { tip } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';
import { Duration } from '../common/Quantity.tsx';

export function verdictText(worst: Worst, budget: number): string {
  if (budget === 0) return t('headline.noBudget');
  if (worst.ns <= budget) return t('headline.within', { budget: formatDuration(budget) });
  const excess = formatDuration(worst.ns - budget);
  return t('headline.over', { budget: formatDuration(budget), excess });
}

function Worstcase({ reading, worst, budget, fresh }: WorstProps) {
  const session = useSession();
  const over = budget > 0 && worst.ns > budget;
  const when = worst.at === undefined ? t('headline.beforePage') : clockTimeMs(worst.at);
  const ago =
    worst.at === undefined ? '' : ` · ${t('headline.ago', { span: span((reading.time - worst.at) / 1e6) })}`;
  const { spike } = worst;
  return (
    <section
      className={`card worst${over ? ' over' : ''}${over && fresh ? ' fresh' : ''}`}
      aria-label={t('headline.worstCase')}
    >
      <Duration ns={worst.ns} className="huge" />
      <div className="worst-text">
        <p className={over ? 'verdict alarm' : 'verdict'}>
          <span aria-hidden="true">{over ? '▲' : budget > 0 ? '✓' : '–'}</span> {verdictText(worst, budget)}
        </p>
        {spike === undefined ? (
          <p className="sentence muted">{worst.without !== undefined && t(worst.without)}</p>
        ) : (
          <button type="button" className="plain sentence" onClick={() => session.spikes.open(spike.id)}>
            <Name lang="en">{spike.sentence}</Name>
          </button>
        )}
        <p className="muted small numeral">
          {when}
          {ago}
          {worst.cpu === undefined ? '' : ` · CPU ${worst.cpu}`} ·{' '}
          {t('headline.worstOf', { count: shortCount(worst.count) })}
        </p>
      </div>
    </section>
  );
}

interface WorstProps {
  reading: Reading;
  worst: Worst;
  budget: number;
  /** Some spike is not acknowledged. */
  fresh: boolean;
}

/** Percentiles of less than this say no more than those of the run. */
const RECENT_LEAST_US = 60e6;

function Percentile({ series, quantile, label }: { series: SeriesReading; quantile: number; label: string }) {
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
      {run === undefined ? (
        <p className="quantity none">
          –<small> {t('headline.fromN', { count: shortCount(samplesNeeded(quantile)) })}</small>
        </p>
      ) : (
        <Duration ns={run} className="large" />
      )}
      <p className="muted small numeral recent">
        {last !== undefined &&
          recent.spanUs >= RECENT_LEAST_US &&
          t('headline.last', { age: age(Math.min(600, recent.spanUs / 1e6)), value: formatDuration(last) })}
      </p>
    </section>
  );
}

function Spikes({ reading, fresh }: { reading: Reading; fresh: number }) {
  const threshold = reading.info.config?.thresholdNs ?? 0;
  const total = reading.stats?.spikesTotal ?? reading.spikes.length;
  return (
    <section
      className="card tile"
      {...tip(
        t('headline.spikesTip', {
          count: fullCount(total),
          held: fullCount(reading.spikes.length),
          fresh: fullCount(fresh),
        }),
      )}
    >
      <h2>
        {threshold === 0
          ? t('headline.spikes')
          : t('headline.spikesOver', { threshold: formatDuration(threshold) })}
      </h2>
      <p className={fresh > 0 ? 'quantity large alarm' : 'quantity large'}>{shortCount(total)}</p>
      <p className="muted small numeral">
        {threshold === 0 ? t('headline.noThreshold') : t('headline.new', { count: fresh })}
      </p>
    </section>
  );
}

/** What is proven and what is possible, where the worst was captured and the kernel can only sample. */
function IrqsOffTile({ worst }: { worst: IrqsOff }) {
  const session = useSession();
  const { lowerNs, upperNs, spike, cpu } = worst;
  const [low, high] = [duration(lowerNs), duration(upperNs)];
  const exact = low.value === high.value && low.unit === high.unit;
  // The head of the tile says what was done.
  const who = spike?.mode === 'idle' ? t('pages.idle') : spike?.task.comm;
  return (
    <section className="card tile" {...tip(measureWords('irqsoff').explanation)}>
      <h2>{t('headline.irqsOff')}</h2>
      <p className={exact ? 'quantity large' : 'quantity large range'}>
        {exact ? '' : `${low.unit === high.unit ? low.value : formatDuration(lowerNs)}–`}
        {high.value}
        <small> {high.unit}</small>
      </p>
      <p className="muted small numeral">
        {cpu !== undefined && `${t('pages.cpu', { cpu })} `}
        {spike !== undefined && who !== undefined && (
          <button type="button" className="plain link" onClick={() => session.spikes.open(spike.id)}>
            <Name>{who}</Name>
          </button>
        )}
      </p>
    </section>
  );
}

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
  const fresh = reading.spikes.reduce((n, s) => n + (seen.has(s.id) ? 0 : 1), 0);
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
        <Spikes reading={reading} fresh={fresh} />
      </div>
    );
  }
  return (
    <div className="headline">
      <Worstcase reading={reading} worst={worst} budget={budget} fresh={fresh > 0} />
      <Percentile series={series} quantile={0.999} label="p99.9" />
      <Percentile series={series} quantile={0.99} label="p99" />
      <Percentile series={series} quantile={0.5} label="p50" />
      {irqsOff === undefined || measure === 'irqsoff' ? (
        <section
          className="card tile tile-n"
          {...tip(
            t('headline.countTip', {
              measure: measureWords(measure).title,
              count: fullCount(worst.count),
              lost: fullCount(reading.stats === undefined ? 0 : lostTotal(reading.stats.lost)),
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
      <Spikes reading={reading} fresh={fresh} />
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
