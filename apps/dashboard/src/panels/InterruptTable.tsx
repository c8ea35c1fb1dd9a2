// Every interrupt line and vector, worst first.
import { cpuList, formatDuration, fullCount, rate, samplesNeeded, shortCount, span } from '@rtprobe/metrics';
import { useRef } from 'react';
import { latencyScale } from '../charts/latency-scale.ts';
import { paintSparkline } from '../charts/sparkline.ts';
import { t } from '../i18n/translate.ts';
import { chosenBudget, decadesOf } from '../store/choice.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import { listInterrupts } from '../store/interrupts.ts';
import { actionName } from '../store/names.ts';
import type { SourceReading } from '../store/readings.ts';
import type { Session } from '../store/session.ts';
import { SPARK_SECONDS } from '../store/source.ts';
import type { Sort } from '../store/view.ts';
import { windowSeconds } from '../store/window.ts';
import { usePainted } from './drawing.ts';
import { Name } from './Name.tsx';

const COLUMNS: readonly { sort: Sort; number: boolean }[] = [
  { sort: 'irq', number: false },
  { sort: 'action', number: false },
  { sort: 'max', number: true },
  { sort: 'p999', number: true },
  { sort: 'rate', number: true },
  { sort: 'count', number: true },
];

const titleOf = (sort: Sort): string => (sort === 'p999' ? 'p99.9' : t(`interrupts.${sort}`));

function Head() {
  const session = useSession();
  const { sort, descending } = useSessionState((s) => s.view);
  const seconds = sparkSeconds(session);
  const choose = (column: Sort) => {
    const same = column === sort;
    session.look({ sort: column, descending: same ? !descending : column !== 'irq' && column !== 'action' });
  };
  return (
    <thead>
      <tr>
        {COLUMNS.map((c) => (
          <th
            key={c.sort}
            className={`${c.number ? 'number ' : ''}col-${c.sort}`}
            aria-sort={c.sort === sort ? (descending ? 'descending' : 'ascending') : 'none'}
          >
            <button type="button" className="plain" onClick={() => choose(c.sort)}>
              {titleOf(c.sort)}
              <span aria-hidden="true">{c.sort === sort ? (descending ? ' ▾' : ' ▴') : ''}</span>
            </button>
          </th>
        ))}
        <th className="col-cpus">{t('interrupts.cpus')}</th>
        <th className="col-affinity">{t('interrupts.affinity')}</th>
        <th className="col-spark">{t('interrupts.last', { span: span(seconds) })}</th>
      </tr>
    </thead>
  );
}

/** The heatmap's own window, as far back as a source remembers: one time axis for all. */
function sparkSeconds(session: Session): number {
  return Math.min(SPARK_SECONDS, windowSeconds(session));
}

function Spark({ source, time, budgetNs }: { source: SourceReading; time: number; budgetNs: number }) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = latencyScale(budgetNs, decadesOf('hardirq_duration'));
  usePainted(canvas, 2000, (surface, theme) =>
    paintSparkline(surface, theme, source.history, {
      end: time / 1e6,
      seconds: sparkSeconds(session),
      scale,
      budgetNs,
    }),
  );
  return <canvas ref={canvas} className="spark" role="img" aria-label={t('interrupts.spark')} />;
}

function Row({ source, time, budgetNs }: { source: SourceReading; time: number; budgetNs: number }) {
  const { info, count, max, p999, none } = source;
  const over = budgetNs > 0 && max > budgetNs;
  const needed = fullCount(samplesNeeded(0.999));
  const tooFew = t('interrupts.tooFew', { needed, count: fullCount(count) });
  return (
    <tr className={info.retired ? 'retired' : ''}>
      <td className="col-irq">
        {info.measure === 'hardirq_duration' ? info.number : <Name>{info.label}</Name>}
      </td>
      <td className="col-action">
        <Name>{actionName(info)}</Name>
        {info.threaded && <span className="muted"> {t('interrupts.threaded')}</span>}
        {info.retired && <span className="muted"> {t('interrupts.freed')}</span>}
      </td>
      <td className={over ? 'number alarm' : 'number'}>
        {over && <span aria-hidden="true">▲ </span>}
        {count === 0 ? '–' : formatDuration(max)}
      </td>
      <td className="number" title={p999 === undefined ? tooFew : undefined}>
        {p999 === undefined ? <span className="muted">–</span> : formatDuration(p999)}
      </td>
      <td className="number">{rate(source.rate)}</td>
      <td
        className="number col-count"
        title={none > 0 ? t('interrupts.notOwn', { count: fullCount(none), n: none }) : fullCount(count)}
      >
        {shortCount(count)}
      </td>
      <td className="col-cpus">{cpuList(source.cpus)}</td>
      <td className="col-affinity">{info.affinity ?? '–'}</td>
      <td className="col-spark">
        <Spark source={source} time={time} budgetNs={budgetNs} />
      </td>
    </tr>
  );
}

export function InterruptTable() {
  const session = useSession();
  const reading = useReading('table');
  const view = useSessionState((s) => s.view);
  const budgetNs = chosenBudget(view, reading);
  const { shown, quiet } = listInterrupts(reading?.sources() ?? [], { ...view, budgetNs });
  return (
    <section className="card interrupts" aria-label={t('interrupts.title')}>
      <header>
        <h2>{t('interrupts.title')}</h2>
        <span className="muted small">
          {view.sort === 'max' && view.descending ? t('interrupts.worstFirst') : ''}
        </span>
        <span className="spring" />
        {quiet > 0 && (
          <button
            type="button"
            aria-pressed={view.quiet}
            onClick={() => session.look({ quiet: !view.quiet })}
          >
            {t('interrupts.quiet', { count: quiet })}
          </button>
        )}
        <input
          type="search"
          placeholder={t('interrupts.filter')}
          aria-label={t('interrupts.filterLabel')}
          maxLength={64}
          value={view.filter}
          onChange={(e) => session.look({ filter: e.target.value })}
        />
      </header>
      <div className="scroll">
        <table>
          <Head />
          <tbody>
            {shown.map((source) => (
              <Row key={source.info.id} source={source} time={reading?.time ?? 0} budgetNs={budgetNs} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && (
          <p className="empty muted">
            {view.filter === '' ? t('interrupts.none') : t('interrupts.noMatch', { filter: view.filter })}
          </p>
        )}
      </div>
    </section>
  );
}
