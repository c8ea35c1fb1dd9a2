// What interrupted one CPU since the start, by source.
import {
  age,
  cpuList,
  formatDuration,
  fullCount,
  inCpuList,
  percent,
  rate,
  shortCount,
} from '@rtprobe/metrics';
import type { Interference, IsolatedCpu, Isolation } from '@rtprobe/protocol';
import { senderText } from '@rtprobe/trace';
import { clockTime, dateTime } from '../../i18n/dates.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { tip, tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { InterruptLink, TaskLink } from '../common/entity-links.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useChange } from '../common/use-change.ts';
import { FilterField } from '../table/FilterField.tsx';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';

const columns = (): readonly Column[] => [
  { sort: 'name', title: t('isolation.source'), rising: true, className: 'col-name' },
  { title: t('isolation.kind') },
  { title: t('isolation.function'), className: 'col-function', hint: t('isolation.functionHint') },
  { sort: 'count', title: t('isolation.count'), number: true },
  { sort: 'rate', title: t('pages.rateTitle'), number: true, hint: t('isolation.rateHint') },
  { sort: 'max', title: t('isolation.longest'), number: true, hint: t('isolation.longestHint') },
  { sort: 'share', title: t('isolation.total'), number: true },
  { sort: 'last', title: t('isolation.last'), number: true },
];

const keys: Readonly<Partial<Record<Sort, (one: Interference) => number | string | undefined>>> = {
  name: (one) => one.label,
  count: (one) => one.count,
  rate: (one) => one.count,
  max: (one) => one.worstNs,
  share: (one) => one.totalNs,
  last: (one) => one.lastAt,
};

const textOf = (one: Interference): string =>
  `${one.label} ${one.name} ${one.function ?? ''} ${t(`isolation.kind.${one.kind}`)}`.toLowerCase();

interface Props {
  isolation: Isolation;
  of: IsolatedCpu;
  isFixed: boolean;
}

export function Interruptions({ isolation, of, isFixed }: Props) {
  const view = useView();
  const head = columns();
  const { sort, descending } = sortOf(view, head);
  const words = view.filter.trim().toLowerCase();
  const shown = of.interference.filter((one) => textOf(one).includes(words));
  const title = t('isolation.list', { cpu: of.cpu });
  const nothing = of.unseen === undefined ? t('isolation.nothing') : t('isolation.nothingSeen');
  return (
    <section className="card listed interruptions" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="spring" />
        <FilterField />
      </header>
      <Own of={of} isFixed={isFixed} />
      <WindowedTable
        head={<SortHead columns={head} />}
        rows={sorted(shown, keys[sort]!, descending)}
        columns={head.length}
        row={(one) => <Row key={`${one.kind} ${one.number} ${one.name}`} {...{ one, isolation }} />}
      >
        {shown.length === 0 && (
          <p className="empty muted">
            {words === '' ? nothing : t('pages.noMatch', { filter: view.filter })}
          </p>
        )}
      </WindowedTable>
    </section>
  );
}

/** How often rtprobe itself interrupts the CPU, and how to end that. */
function Own({ of, isFixed }: { of: IsolatedCpu; isFixed: boolean }) {
  const change = useChange();
  const reading = useReading('table');
  const { cpu, ownTimerPerSecond, ownTimerCount, ownCost } = of;
  if (ownTimerPerSecond === 0) {
    return (
      <p className="muted small page-note">
        {ownCost === undefined
          ? t('isolation.passivePlain')
          : t('isolation.passive', {
              events: fullCount(ownCost.events),
              time: formatDuration(ownCost.timeNs),
            })}
      </p>
    );
  }
  const { host, config, cpusOnline = '', cpusPossible = 0 } = reading!.info;
  const active = Array.from({ length: Math.max(cpusPossible, cpu + 1) }, (_, i) => i).filter(
    (one) => one !== cpu && inCpuList(cpusOnline, one) && inCpuList(config?.cpus ?? '', one),
  );
  const makePassive = () =>
    void change.make({ method: 'POST', path: '/config', body: { host, cpus: cpuList(active) } });
  return (
    <div className="form-line small">
      <span>{t('isolation.active', { rate: rate(ownTimerPerSecond), count: fullCount(ownTimerCount) })}</span>
      {active.length > 0 && (
        <button
          type="button"
          disabled={isFixed || change.busy}
          {...tipOnControl(t('isolation.makePassiveHint'))}
          onClick={makePassive}
        >
          {t('isolation.makePassive', { cpu })}
        </button>
      )}
      <ErrorLine error={change.error} />
    </div>
  );
}

function Source({ one }: { one: Interference }) {
  if (one.task !== undefined) return <TaskLink task={one.task} />;
  if (one.measure === undefined) return <Name>{one.label}</Name>;
  return <InterruptLink of={{ ...one, measure: one.measure }} />;
}

function Row({ one, isolation }: { one: Interference; isolation: Isolation }) {
  const { until = 0, since = 0, watchedSince = since } = isolation;
  const seconds = Math.max(1, (until - since) / 1e6);
  const { ownCount } = one;
  return (
    <tr>
      <td className="col-name">
        <Source one={one} />
      </td>
      <td className="muted">{t(`isolation.kind.${one.kind}`)}</td>
      <td className="col-function">
        {one.function !== undefined && <Name>{one.function}</Name>}{' '}
        {one.sender !== undefined && (
          <span className="muted small">
            <Name>{senderText(one.sender)[language()]}</Name>{' '}
          </span>
        )}
        {one.spike !== undefined && (
          <Link to={{ page: 'spike', id: one.spike }} className="link small to-spike">
            {t('isolation.spike')}
          </Link>
        )}
      </td>
      <td
        className="number"
        {...(ownCount === undefined ? {} : tip(t('isolation.ownPart', { count: fullCount(ownCount) })))}
      >
        {ownCount === undefined ? '' : '≥ '}
        {shortCount(one.count)}
      </td>
      <td className="number">
        {rate(one.count / seconds)}
        {t('pages.perSecond')}
      </td>
      <td className="number">{one.worstNs === undefined ? '–' : formatDuration(one.worstNs)}</td>
      <td className="number" title={percent(one.totalNs / (seconds * 1e9))}>
        {formatDuration(one.totalNs)}
      </td>
      <td className="number muted" title={one.lastAt === undefined ? undefined : dateTime(one.lastAt)}>
        {one.lastAt === undefined
          ? t('isolation.before', { time: clockTime(watchedSince) })
          : t('pages.ago', { age: age((until - one.lastAt) / 1e6) })}
      </td>
    </tr>
  );
}
