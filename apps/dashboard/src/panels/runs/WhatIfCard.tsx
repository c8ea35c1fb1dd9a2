// Strikes out causes of a time range, and sums up the largest parts that have not met yet.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { ComposedWorstCase, Measure, StruckCause, UnixMicros, WhatIf } from '@rtprobe/protocol';
import { useMemo, useState } from 'react';
import { Distribution } from '../../charts/distribution/Distribution.tsx';
import { latencyScale } from '../../charts/latency-scale.ts';
import { causeName } from '../../i18n/causes.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { bucketsOf } from '../../store/history/stored-total.ts';
import { chosenBudget, decadesOf } from '../../store/reading/defaults.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { useRemote } from '../common/use-remote.ts';

const STRUCK: readonly Measure[] = ['wakeup_latency', 'thread_latency', 'timer_latency', 'irqsoff'];

interface Props {
  host: string;
  from: UnixMicros;
  to: UnixMicros;
}

export function WhatIfCard({ host, from, to }: Props) {
  const [measure, setMeasure] = useState<Measure>(STRUCK[0]!);
  const [struck, strike] = useState<readonly string[]>([]);
  const without = struck.length > 0 ? struck.map(encodeURIComponent).join() : undefined;
  const query = { host, measure, from, to, without };
  // The rows stay while another selection is read.
  const { value, error } = useRemote<WhatIf>('/what-if', query, { moving: ['without', 'to'] });
  return (
    <>
      <section className="card run-compare" aria-label={t('whatIf.title')}>
        <header>
          <h2>{t('whatIf.title')}</h2>
          <select
            aria-label={t('heatmap.measure')}
            value={measure}
            onChange={(event) => {
              strike([]);
              setMeasure(event.target.value as Measure);
            }}
          >
            {STRUCK.map((one) => (
              <option key={one} value={one}>
                {measureWords(one).title}
              </option>
            ))}
          </select>
          {value?.thresholdNs !== undefined && (
            <span className="legend-runs small">
              <span>
                <i className="line-key dashed" />{' '}
                {t('whatIf.measured', {
                  max: formatDuration(value.values.maxNs),
                  over: fullCount(value.values.over),
                  threshold: formatDuration(value.thresholdNs),
                })}
              </span>
              {value.without !== undefined && (
                <span>
                  <i className="line-key" />{' '}
                  {t('whatIf.remaining', {
                    max: formatDuration(value.without.maxNs),
                    over: fullCount(value.without.over),
                  })}
                </span>
              )}
            </span>
          )}
          <span className="spring" />
          {struck.length > 0 && (
            <button type="button" onClick={() => strike([])}>
              {t('whatIf.clear')}
            </button>
          )}
        </header>
        <ErrorLine error={error} />
        {value === undefined && error === undefined && <p className="empty muted">{t('whatIf.loading')}</p>}
        {value !== undefined && value.thresholdNs === undefined && (
          <p className="empty muted">{t('whatIf.none')}</p>
        )}
        {value?.thresholdNs !== undefined && (
          <>
            <Causes {...{ value, struck, strike }} />
            <p className="muted small page-note">
              {t('whatIf.limits', {
                unknown: fullCount(value.unknown),
                n: value.unknown,
                threshold: formatDuration(value.thresholdNs),
              })}
            </p>
          </>
        )}
      </section>
      {value?.composed !== undefined && <Composed composed={value.composed} />}
    </>
  );
}

interface CausesProps {
  value: WhatIf;
  struck: readonly string[];
  strike(keys: readonly string[]): void;
}

function Causes({ value: { measure, values, without, causes, more }, struck, strike }: CausesProps) {
  const budgetNs = chosenBudget(useView(), useReading('headline'));
  const scale = latencyScale(budgetNs, Math.max(4, decadesOf(measure)));
  const shown = without ?? values;
  const buckets = useMemo(() => bucketsOf(shown), [shown]);
  const baseline = useMemo(() => bucketsOf(values), [values]);
  return (
    <div className="compare-body wide">
      <div className="plot">
        <Distribution
          buckets={buckets}
          baseline={baseline}
          version={shown.count}
          budgetNs={budgetNs}
          top={scale.top}
          bottom={scale.bottom}
          logLog
        />
      </div>
      <Scroll label={t('causes.title')}>
        <table>
          <thead>
            <tr>
              <td />
              <th className="col-name">{t('causes.cause')}</th>
              <th className="number">{t('whatIf.spikes')}</th>
              <th className="number">{t('whatIf.largest')}</th>
              <th className="number" {...tip(t('whatIf.maxHint'))}>
                {t('whatIf.max')}
              </th>
              <th className="number">{t('whatIf.over')}</th>
            </tr>
          </thead>
          <tbody>
            {causes.map((cause) => (
              <CauseRow
                key={cause.key}
                cause={cause}
                isStruck={struck.includes(cause.key)}
                toggle={() =>
                  strike(
                    struck.includes(cause.key)
                      ? struck.filter((key) => key !== cause.key)
                      : [...struck, cause.key],
                  )
                }
              />
            ))}
          </tbody>
        </table>
        {more > 0 && (
          <p className="muted small page-note">{t('whatIf.moreCauses', { count: more, n: more })}</p>
        )}
      </Scroll>
    </div>
  );
}

interface RowProps {
  cause: StruckCause;
  isStruck: boolean;
  toggle(): void;
}

function CauseRow({ cause: { label, spikes, largestNs, largest, maxNs, over }, isStruck, toggle }: RowProps) {
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          checked={isStruck}
          aria-label={t('whatIf.strike', { name: causeName(label) })}
          onChange={toggle}
        />
      </td>
      <td className="col-name">
        <Name>{causeName(label)}</Name>
      </td>
      <td className="number">{spikes}</td>
      <td className="number">
        <Link to={{ page: 'spike', id: largest }}>{formatDuration(largestNs)}</Link>
      </td>
      <td className="number">{formatDuration(maxNs)}</td>
      <td className="number">{fullCount(over)}</td>
    </tr>
  );
}

function Composed({ composed: { cpu, sumNs, observedNs, parts, more } }: { composed: ComposedWorstCase }) {
  return (
    <section className="card listed run-list" aria-label={t('whatIf.composed')}>
      <header>
        <h2>{t('whatIf.composed')}</h2>
        <span>
          {t('whatIf.sum', { sum: formatDuration(sumNs), cpu, observed: formatDuration(observedNs) })}
        </span>
      </header>
      <p className="muted small page-note">{t('whatIf.composedHint', { cpu })}</p>
      <Scroll label={t('whatIf.part')}>
        <table>
          <thead>
            <tr>
              <th className="col-name">{t('whatIf.part')}</th>
              <th className="number">{t('whatIf.largest')}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ label, durationNs, spike }) => (
              <tr key={label}>
                <td className="col-name">
                  <Name>{causeName(label)}</Name>
                </td>
                <td className="number">
                  <Link to={{ page: 'spike', id: spike }}>{formatDuration(durationNs)}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 && <p className="muted small page-note">{t('whatIf.more', { count: more, n: more })}</p>}
      </Scroll>
    </section>
  );
}
