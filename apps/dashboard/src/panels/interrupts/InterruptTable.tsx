// Every interrupt line, vector and softirq, worst first.
import { formatDuration, fullCount, percent, samplesNeeded, shortCount, span } from '@rtprobe/metrics';
import type { Device } from '@rtprobe/protocol';
import { deviceText } from '@rtprobe/trace';
import { interruptCells, interruptColumns } from '../../charts/report/interrupts.ts';
import { t } from '../../i18n/translate.ts';
import { deviceOf } from '../../store/machine/devices.ts';
import { listInterrupts, threadMaxima } from '../../store/machine/interrupts.ts';
import { chosenBudget, isOver } from '../../store/reading/defaults.ts';
import type { SourceReading } from '../../store/reading/reading.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { InterruptLink } from '../common/entity-links.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { FilterField } from '../table/FilterField.tsx';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { Sparkline, sparklineSeconds } from '../table/Sparkline.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';
import { useInterruptFacts } from './use-interrupt-facts.ts';

function columns(seconds: number, whole: boolean, threads: boolean): readonly Column[] {
  const { irq, action, max, p999, rate, cpus, affinity } = interruptColumns();
  const all: (Column | false)[] = [
    { ...irq, sort: 'irq', rising: true, className: 'col-irq', hint: t('interrupts.irqHint') },
    { ...action, sort: 'action', rising: true, className: 'col-action' },
    whole && { title: t('device.title'), className: 'col-device' },
    { ...max, sort: 'max' },
    threads && {
      title: t('interrupts.thread'),
      number: true,
      className: 'col-thread',
      hint: t('interrupts.threadHint'),
    },
    { ...p999, sort: 'p999', hint: t('interrupts.p999Hint') },
    { ...rate, sort: 'rate' },
    whole && {
      sort: 'share',
      title: t('pages.share'),
      number: true,
      className: 'col-spare',
      hint: t('pages.shareHint'),
    },
    whole && { sort: 'count', title: t('interrupts.count'), number: true, className: 'col-count' },
    { ...cpus, className: 'col-cpus' },
    { ...affinity, className: 'col-affinity' },
    { title: t('interrupts.last', { span: span(seconds) }), className: 'col-spark' },
  ];
  return all.filter((c) => c !== false);
}

interface RowProps {
  source: SourceReading;
  /** Longest run of its IRQ thread, ns. */
  threadMax: number | undefined;
  /** Whether the table has the column. */
  threads: boolean;
  whole: boolean;
  device: Device | undefined;
  time: number;
  budgetNs: number;
}

function Row({ source, threadMax, threads, whole, device, time, budgetNs }: RowProps) {
  const { info, count, max, p999, none } = source;
  const cells = interruptCells(source);
  const over = isOver(max, budgetNs);
  const needed = fullCount(samplesNeeded(0.999));
  const tooFew = t('interrupts.tooFew', { needed, count: fullCount(count) });
  return (
    <tr className={info.retired ? 'retired' : ''}>
      <td className="col-irq">
        <InterruptLink of={info} text={cells.irq} />
      </td>
      <td className="col-action">
        <InterruptLink of={info} text={cells.action} />
        {info.threaded && <span className="muted"> {t('interrupts.threaded')}</span>}
        {info.retired && <span className="muted"> {t('interrupts.freed')}</span>}
      </td>
      {whole && (
        <td className="col-device muted">{device !== undefined && <Name>{deviceText(device)}</Name>}</td>
      )}
      <td className={over ? 'number alarm' : 'number'}>
        {over && <span aria-hidden="true">▲ </span>}
        {cells.max}
      </td>
      {threads && (
        <td className={`number col-thread${isOver(threadMax, budgetNs) ? ' alarm' : ''}`}>
          {threadMax === undefined ? <span className="muted">–</span> : formatDuration(threadMax)}
        </td>
      )}
      <td className="number" title={p999 === undefined ? tooFew : undefined}>
        {p999 === undefined ? <span className="muted">{cells.p999}</span> : cells.p999}
      </td>
      <td className="number">{cells.rate}</td>
      {whole && <td className="number col-spare">{percent(source.share)}</td>}
      {whole && <Count count={count} none={none} />}
      <td className="col-cpus">{cells.cpus}</td>
      <td className="col-affinity">{cells.affinity}</td>
      <td className="col-spark">
        <Sparkline history={source.history} time={time} budgetNs={budgetNs} />
      </td>
    </tr>
  );
}

function Count({ count, none }: { count: number; none: number }) {
  const title = none > 0 ? t('interrupts.notOwn', { count: fullCount(none), n: none }) : fullCount(count);
  return (
    <td className="number col-count" title={title}>
      {shortCount(count)}
    </td>
  );
}

/** `whole`: the table has its own page, with every column. */
export function InterruptTable({ whole = false }: { whole?: boolean }) {
  const session = useSession();
  const reading = useReading('table');
  const view = useView();
  const budgetNs = chosenBudget(view, reading, 'hardirq_duration');
  const sources = reading?.sources() ?? [];
  const facts = useInterruptFacts(whole ? reading?.info.host : undefined);
  const threads = threadMaxima(sources);
  const head = columns(sparklineSeconds(session), whole, threads.size > 0);
  const { shown, quiet } = listInterrupts(sources, { ...view, ...sortOf(view, head), budgetNs });
  const isFirstFrameAwaited = reading?.time === 0 && reading.info.state !== 'offline';
  const noRows = t(isFirstFrameAwaited ? 'loading.wait' : 'interrupts.none');
  return (
    <section className="card interrupts" aria-label={t('interrupts.title')}>
      <header>
        <h2>
          <Link to={{ page: 'interrupts' }}>{t('interrupts.title')}</Link>
        </h2>
        <span className="muted small">
          {view.sort === 'max' && view.descending ? t('interrupts.worstFirst') : ''}
        </span>
        <span className="spring" />
        {quiet > 0 && (
          <button
            type="button"
            aria-pressed={view.quiet}
            onClick={() => session.address.change({ quiet: !view.quiet })}
          >
            {t('interrupts.quiet', { count: quiet })}
          </button>
        )}
        <FilterField label={t('interrupts.filterLabel')} />
      </header>
      <WindowedTable
        head={<SortHead columns={head} />}
        rows={shown}
        columns={head.length}
        row={(source) => (
          <Row
            key={source.info.id}
            source={source}
            threads={threads.size > 0}
            whole={whole}
            device={deviceOf(source.info, facts)}
            threadMax={threads.get(`${source.info.number} ${source.info.name}`)}
            time={reading?.time ?? 0}
            budgetNs={budgetNs}
          />
        )}
      >
        {shown.length === 0 && (
          <p className="empty muted">
            {view.filter === '' ? noRows : t('interrupts.noMatch', { filter: view.filter })}
          </p>
        )}
      </WindowedTable>
    </section>
  );
}
