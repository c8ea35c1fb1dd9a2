// Compares two runs: overlaid distributions, and percentiles side by side.
import { formatDuration, fullCount, quantileName, signedDuration } from '@rtprobe/metrics';
import type { HistoryTotal, Measure, RunInfo } from '@rtprobe/protocol';
import { useMemo } from 'react';
import { Distribution } from '../../charts/distribution/Distribution.tsx';
import { latencyScale } from '../../charts/latency-scale.ts';
import { allMeasures, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { View } from '../../store/address/view.ts';
import { bucketsOf, scaledTo } from '../../store/history/stored-total.ts';
import { chosenBudget, chosenMeasure, decadesOf } from '../../store/reading/defaults.ts';
import { fromCountText, quantileOf, TABLE_QUANTILES } from '../../store/reading/quantile.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useRemote } from '../common/use-remote.ts';
import { runName } from './run-name.ts';

interface RunTotal {
  run: RunInfo;
  total: HistoryTotal;
  buckets: Float64Array;
}

function useTotal(run: RunInfo | undefined, measure: Measure) {
  const query = run && { host: run.host, measure, from: run.startedAt, to: run.endedAt + 1 };
  // The end of a live run moves each time the list is read.
  const { value, error } = useRemote<HistoryTotal>(run && '/history/total', query ?? {}, { moving: ['to'] });
  // Recharts draws anew whenever it is given another array.
  const buckets = useMemo(() => value && bucketsOf(value), [value]);
  const known: RunTotal | undefined = run && value && buckets && { run, total: value, buckets };
  return { known, error };
}

function quantile({ total, buckets }: RunTotal, q: number): number | undefined {
  return quantileOf({ buckets, count: total.count, max: total.max }, q);
}

function difference(a: number | undefined, b: number | undefined): string {
  if (a === undefined || b === undefined) return '–';
  if (a === b) return '=';
  return signedDuration(b - a);
}

function Quantiles({ a, b }: { a: RunTotal | undefined; b: RunTotal | undefined }) {
  const rows: readonly [string, (k: RunTotal) => number | undefined][] = [
    ['max', (k) => k.total.max],
    ...TABLE_QUANTILES.map(
      (q) =>
        [quantileName(q), (k: RunTotal) => quantile(k, q)] as [string, (k: RunTotal) => number | undefined],
    ),
    ['min', (k) => k.total.min],
  ];
  const text = (of: RunTotal | undefined, read: (k: RunTotal) => number | undefined) => {
    const value = of && read(of);
    return value === undefined ? '–' : formatDuration(value);
  };
  return (
    <table>
      <thead>
        <tr>
          <th>{t('runs.quantile')}</th>
          <th className="number">A</th>
          <th className="number">B</th>
          <th className="number">{t('runs.difference')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, read]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="number">{text(a, read)}</td>
            <td className="number">{text(b, read)}</td>
            <td className="number">{difference(a && read(a), b && read(b))}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">n</th>
          <td className="number">{a === undefined ? '–' : fullCount(a.total.count)}</td>
          <td className="number">{b === undefined ? '–' : fullCount(b.total.count)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

/** Returns the selected runs A and B, else the baseline and the live run. */
export function comparedRuns(
  runs: readonly RunInfo[],
  { run, against }: Pick<View, 'run' | 'against'>,
): [a: RunInfo | undefined, b: RunInfo | undefined] {
  const a = runs.find((r) => r.id === run) ?? runs.find((r) => r.baseline && r.id !== against);
  const b = runs.find((r) => r.id === against) ?? runs.find((r) => r.live && r.id !== a?.id);
  return [a, b];
}

export function RunComparison({ runs }: { runs: readonly RunInfo[] }) {
  const session = useSession();
  const reading = useReading('headline');
  const view = useView();
  const measure = chosenMeasure(view, reading);
  const [first, second] = comparedRuns(runs, view);
  const a = useTotal(first, measure);
  const b = useTotal(second, measure);
  const budgetNs = chosenBudget(view, reading);
  const scale = latencyScale(budgetNs, Math.max(4, decadesOf(measure)));
  const shown = b.known ?? a.known;
  const other = b.known === undefined ? undefined : a.known;
  const [baseline, count, shownCount] = [other?.buckets, other?.total.count ?? 0, shown?.total.count ?? 0];
  const scaled = useMemo(
    () => baseline && scaledTo(baseline, count, shownCount),
    [baseline, count, shownCount],
  );
  const measures = allMeasures()
    .map((m) => m.name)
    .filter((m) => runs.some((r) => r.worst.some((w) => w.measure === m)));
  return (
    <section className="card run-compare" aria-label={t('runs.compare')}>
      <header>
        <h2>{t('runs.compare')}</h2>
        <select
          aria-label={t('heatmap.measure')}
          value={measure}
          onChange={(e) => session.address.change({ measure: e.target.value as Measure })}
        >
          {[...new Set([measure, ...measures])].map((m) => (
            <option key={m} value={m}>
              {measureWords(m).title}
            </option>
          ))}
        </select>
        <span className="legend-runs small">
          {first !== undefined && (
            <span>
              <i className="line-key dashed" /> A <Name>{runName(first)}</Name>
            </span>
          )}
          {second !== undefined && (
            <span>
              <i className="line-key" /> B <Name>{runName(second)}</Name>
            </span>
          )}
          {(first === undefined || second === undefined) && (
            <span className="muted">{t('runs.compareHint')}</span>
          )}
          {a.known !== undefined && b.known !== undefined && (
            <span className="muted">{t('runs.scaled')}</span>
          )}
        </span>
        {first !== undefined && second !== undefined && (
          <Link to={{ page: 'compare', runs: [`run:${first.id}`, `run:${second.id}`] }}>
            {t('compare.evidence')}
          </Link>
        )}
      </header>
      <ErrorLine error={a.error ?? b.error} />
      <div className="compare-body">
        <div className="plot">
          {shown !== undefined && (
            <Distribution
              buckets={shown.buckets}
              baseline={scaled}
              version={shown.total.count}
              budgetNs={budgetNs}
              top={scale.top}
              bottom={scale.bottom}
              logLog
            />
          )}
        </div>
        <div className="scroll">
          <Quantiles a={a.known} b={b.known} />
          <p className="muted small page-note">
            {t('pages.bucketError')} · {quantileName(0.99999)} {fromCountText(0.99999)}
          </p>
        </div>
      </div>
    </section>
  );
}
