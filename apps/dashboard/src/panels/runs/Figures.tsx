// The figures of a tool, and those of rtprobe in the same time range.
import { formatDuration, fullCount, quantileName, shortCount } from '@rtprobe/metrics';
import type { HistoryTotal, Measure, TestRun, ToolRow, UnixMicros } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { bucketsOf } from '../../store/history/stored-total.ts';
import { quantileOf } from '../../store/reading/quantile.ts';
import { useReading } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { Scroll } from '../common/Scroll.tsx';
import { useRemote } from '../common/use-remote.ts';

/** Measures that a latency of a tool can be compared with, the nearest first. */
const COMPARED: readonly Measure[] = [
  'thread_latency',
  'wakeup_latency',
  'preemption_latency',
  'timer_latency',
  'irqsoff',
  'hardirq_duration',
];
const QUANTILE = 0.999;

const shown = (ns: number | undefined): string => (ns === undefined ? '–' : formatDuration(ns));

/** Returns "Thread 0", "CPU 1" or "CPU 1 irq". */
export function rowName(
  { number, cpu, context }: Pick<ToolRow, 'number' | 'cpu' | 'context'>,
  tool: string,
): string {
  if (tool === 'cyclictest') return t('testRuns.thread', { number });
  if (cpu === undefined) return t('testRuns.allCpus');
  return context === undefined ? t('pages.cpu', { cpu }) : `${t('pages.cpu', { cpu })} ${context}`;
}

export function ToolFigures({ run: { result, state } }: { run: TestRun }) {
  const title = result ? t('testRuns.figuresOf', { tool: result.tool }) : t('testRuns.figures');
  return (
    <section className="card listed">
      <header>
        <h2>{title}</h2>
        {result?.version !== undefined && <span className="muted small">{result.version}</span>}
      </header>
      <Scroll label={title}>
        {result === undefined ? (
          <p className="empty muted">{t(state === 'running' ? 'testRuns.notEnded' : 'testRuns.noResult')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th className="col-name">{t('testRuns.row')}</th>
                <th className="number">{t('testRuns.tid')}</th>
                <th className="number">{t('pages.max')}</th>
                <th className="number">{t('testRuns.average')}</th>
                <th className="number">{t('testRuns.min')}</th>
                <th className="number">n</th>
                <th className="number" {...tip(t('testRuns.overHint'))}>
                  {t('testRuns.over')}
                </th>
              </tr>
            </thead>
            <tbody>
              {result.rows.map((row) => (
                <tr key={`${row.number} ${row.context}`}>
                  <th scope="row" className="col-name">
                    {rowName(row, result.tool)}
                  </th>
                  <td className="number">{row.tid ?? '–'}</td>
                  <td className="number">{shown(row.maxNs)}</td>
                  <td className="number">{shown(row.avgNs)}</td>
                  <td className="number">{shown(row.minNs)}</td>
                  <td className="number">{row.count === undefined ? '–' : fullCount(row.count)}</td>
                  <td className="number">{row.over === undefined ? '–' : shortCount(row.over)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Scroll>
    </section>
  );
}

interface Range {
  host: string;
  from: UnixMicros;
  to: UnixMicros;
}

export function OwnFigures({ host, from, to }: Range) {
  const available = useReading('headline')?.info.measuresAvailable;
  const measures = COMPARED.filter((measure) => available?.includes(measure) ?? true);
  return (
    <section className="card listed">
      <header>
        <h2>{t('testRuns.own')}</h2>
        <span className="muted small">{t('testRuns.ownHint')}</span>
      </header>
      <Scroll label={t('testRuns.own')}>
        <table>
          <thead>
            <tr>
              <th className="col-name">{t('cpu.measure')}</th>
              <th className="number">{t('pages.max')}</th>
              <th className="number">{quantileName(QUANTILE)}</th>
              <th className="number">n</th>
            </tr>
          </thead>
          <tbody>
            {measures.map((measure) => (
              <OwnRow key={measure} {...{ measure, host, from, to }} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function OwnRow({ measure, host, from, to }: Range & { measure: Measure }) {
  const query = { host, measure, from, to };
  // The end of a run that has not ended moves.
  const { value: total, error } = useRemote<HistoryTotal>('/history/total', query, { moving: ['to'] });
  const has = total !== undefined && total.count > 0;
  const quantile = has
    ? quantileOf({ buckets: bucketsOf(total), count: total.count, max: total.max }, QUANTILE)
    : undefined;
  return (
    <tr title={error?.message ?? measureWords(measure).explanation}>
      <th scope="row" className="col-name">
        {measureWords(measure).title}
      </th>
      <td className="number">{has ? formatDuration(total.max) : '–'}</td>
      <td className="number">{shown(quantile)}</td>
      <td className="number">{total === undefined ? '–' : fullCount(total.count)}</td>
    </tr>
  );
}
