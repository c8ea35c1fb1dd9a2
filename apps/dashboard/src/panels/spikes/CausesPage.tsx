// The causes of all stored incidents, worst first.
import { age, cpuList, formatDuration, fullCount } from '@rtprobe/metrics';
import type { Cause, CauseList } from '@rtprobe/protocol';
import { deviceText } from '@rtprobe/trace';
import { causeName } from '../../i18n/causes.ts';
import { dateTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { causesOf } from '../../store/spikes/causes.ts';
import { incidentEntries } from '../../store/spikes/incidents.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useRemote } from '../common/use-remote.ts';
import { numberClass } from '../table/over-budget.ts';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';
import { SpikeSidebar } from './SpikeSidebar.tsx';

const columns = (): readonly Column[] => [
  { sort: 'name', title: t('causes.cause'), rising: true, className: 'col-name' },
  { title: t('causes.measure') },
  { sort: 'max', title: t('pages.worst'), number: true },
  { sort: 'count', title: t('causes.incidents'), number: true },
  { title: t('causes.victim') },
  { title: t('causes.frames'), className: 'col-frames' },
  { title: t('causes.cpus') },
  { title: t('causes.first'), number: true, className: 'col-wide' },
  { sort: 'last', title: t('causes.last'), number: true },
];

const keys: Readonly<Partial<Record<Sort, (c: Cause) => number | string>>> = {
  name: (c) => c.culprit,
  max: (c) => c.worstNs,
  count: (c) => c.count,
  last: (c) => c.last,
};

function Row({ cause, now, budgetNs }: { cause: Cause; now: number; budgetNs: number }) {
  const session = useSession();
  const ago = (time: number) => t('pages.ago', { age: age((now - time) / 1e6) });
  return (
    <tr>
      <td className="col-name">
        <button type="button" className="plain link" onClick={() => session.spikes.open(cause.worst)}>
          <Name>{causeName(cause.culprit)}</Name>
        </button>
        {cause.device !== undefined && (
          <Name className="cause-device muted small">{deviceText(cause.device)}</Name>
        )}
      </td>
      <td className="muted">{measureWords(cause.measure).title}</td>
      <td className={numberClass(cause.worstNs, budgetNs)}>{formatDuration(cause.worstNs)}</td>
      <td className="number">{fullCount(cause.count)}</td>
      <td>
        <Name>{cause.victim}</Name>
      </td>
      <td className="col-frames muted">
        <Name>{cause.frames.join(' ← ')}</Name>
      </td>
      <td>{cpuList(cause.cpus)}</td>
      <td className="number muted col-wide" title={dateTime(cause.first)}>
        {ago(cause.first)}
      </td>
      <td className="number muted" title={dateTime(cause.last)}>
        {ago(cause.last)}
      </td>
    </tr>
  );
}

export function CausesPage() {
  const reading = useReading('spikes');
  const view = useView();
  const stored = useRemote<CauseList>(
    reading?.info.history ? '/causes' : undefined,
    { host: reading?.info.host },
    { everyMs: 5000 },
  );
  if (reading === undefined) return null;
  const head = columns();
  const { sort, descending } = sortOf(view, head);
  const causes = stored.value?.causes ?? causesOf(incidentEntries(reading.incidents, reading.spikes));
  return (
    <div className="screen">
      <main className="main whole">
        <section className="card listed" aria-label={t('causes.title')}>
          <header>
            <h2>{t('causes.title')}</h2>
            <span className="muted small">
              {t('causes.subtitle')} · {stored.value === undefined ? t('causes.held') : t('causes.stored')}
            </span>
            <span className="spring" />
            {reading.info.history && <Link to={{ page: 'what-if' }}>{t('whatIf.title')}</Link>}
          </header>
          <WindowedTable
            head={<SortHead columns={head} />}
            rows={sorted(causes, keys[sort]!, descending)}
            columns={head.length}
            row={(cause) => (
              <Row key={cause.key} cause={cause} now={reading.time} budgetNs={chosenBudget(view, reading)} />
            )}
          >
            {causes.length === 0 && <p className="empty muted">{t('pages.noIncidents')}</p>}
            {(stored.value?.more ?? 0) > 0 && (
              <p className="muted small page-note">
                {t('causes.more', { count: stored.value!.more, n: stored.value!.more })}
              </p>
            )}
          </WindowedTable>
        </section>
      </main>
      <SpikeSidebar />
    </div>
  );
}
