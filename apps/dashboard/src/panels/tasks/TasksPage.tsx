// All tasks: those in the module's table and those of spikes, worst first.
import { age, formatDuration, percent, visibleText } from '@rtprobe/metrics';
import { cgroupText } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { filterWords, hasAllWords } from '../../store/base/filter-words.ts';
import { sorted } from '../../store/base/sorted.ts';
import { isWhole, readTasks, type TaskReading, worstOfTask } from '../../store/machine/tasks.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { CpuLink, TaskLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';
import { Policy } from '../common/Policy.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { FilterField } from '../table/FilterField.tsx';
import { numberClass } from '../table/over-budget.ts';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';
import { useTaskStats } from './use-task-stats.ts';

const columns = (): readonly Column[] => [
  { sort: 'name', title: t('pages.task'), rising: true, className: 'col-name' },
  { sort: 'max', title: t('pages.worst'), number: true },
  { title: t('tasks.caused'), number: true, hint: t('tasks.causedHint') },
  { title: t('tasks.suffered'), number: true, hint: t('tasks.sufferedHint') },
  { title: t('tasks.wakeup'), number: true, hint: t('tasks.wakeupHint') },
  { sort: 'share', title: measureWords('stolen').title, number: true, hint: t('tasks.stolenHint') },
  { sort: 'rate', title: t('tasks.runtime'), number: true, className: 'col-wide' },
  { sort: 'count', title: t('pages.spikes'), number: true },
  { sort: 'cpu', title: t('tasks.lastCpu'), number: true, rising: true },
  { title: t('report.workload'), className: 'col-wide col-cgroup' },
  { sort: 'last', title: t('cpus.lastSpike'), number: true },
];

const spikesOf = (r: TaskReading) => r.caused.count + r.suffered.count;

const keys: Readonly<Partial<Record<Sort, (r: TaskReading) => number | string | undefined>>> = {
  name: (r) => r.task.comm,
  max: worstOfTask,
  share: (r) => r.stolenShare,
  rate: (r) => r.stat?.runtimeNs,
  count: spikesOf,
  cpu: (r) => r.stat?.lastCpu,
  last: (r) => r.lastAt || undefined,
};

function Row({ reading: r, now, budgetNs }: { reading: TaskReading; now: number; budgetNs: number }) {
  const worst = worstOfTask(r);
  const time = (ns: number | undefined) => (
    <td className="number">
      {ns === undefined || ns === 0 ? <span className="muted">–</span> : formatDuration(ns)}
    </td>
  );
  const task = isWhole(r.task) ? r.task : { ...r.task, startNs: undefined };
  return (
    <tr className={r.stat?.exited === true ? 'retired' : ''}>
      <td className="col-name">
        <TaskLink task={task} />
        {isWhole(r.task) && <Policy task={r.task} />}
        {r.stat?.exited === true && <span className="muted small"> {t('tasks.exited')}</span>}
      </td>
      <td className={numberClass(worst, budgetNs)}>
        {worst === 0 ? <span className="muted">–</span> : formatDuration(worst)}
      </td>
      {time(r.caused.worst)}
      {time(r.suffered.worst)}
      {time(r.wakeup?.max)}
      <td className="number">{r.stolenShare === undefined ? '–' : percent(r.stolenShare)}</td>
      <td className="number col-wide">{r.stat === undefined ? '–' : formatDuration(r.stat.runtimeNs)}</td>
      <td className="number">{spikesOf(r)}</td>
      <td className="number">{r.stat === undefined ? '–' : <CpuLink cpu={r.stat.lastCpu} plain />}</td>
      <td className="col-wide col-cgroup muted">
        {isWhole(r.task) && r.task.cgroup !== undefined && <Workload cgroup={r.task.cgroup} />}
      </td>
      <td className="number muted">
        {r.lastAt === 0 ? '–' : t('pages.ago', { age: age((now - r.lastAt) / 1e6) })}
      </td>
    </tr>
  );
}

/** What a cgroup belongs to, with the path as its tooltip; the path itself if it says nothing. */
function Workload({ cgroup }: { cgroup: string }) {
  const text = cgroupText(cgroup);
  if (text === undefined) return <Name>{cgroup}</Name>;
  const words = text[language()];
  return <bdi title={`${words}\n${visibleText(cgroup)}`}>{words}</bdi>;
}

function matches({ task }: TaskReading, words: readonly string[]): boolean {
  const { en = '', zh = '' } = (isWhole(task) && cgroupText(task.cgroup)) || {};
  const more = isWhole(task) ? `${task.policy} ${task.cgroup ?? ''} ${en} ${zh}` : '';
  return hasAllWords(`${task.comm} ${task.pid} ${more}`, words);
}

export function TasksPage() {
  const session = useSession();
  const reading = useReading('table');
  const view = useView();
  const stats = useTaskStats(reading);
  if (reading === undefined) return null;
  const head = columns();
  const { sort, descending } = sortOf(view, head);
  const words = filterWords(view.filter);
  const all = readTasks(reading, stats);
  const found = all.filter((r) => matches(r, words));
  const busy = found.filter((r) => worstOfTask(r) > 0);
  const quiet = found.length - busy.length;
  // If no task has a spike, all tasks are listed.
  const listed = view.quiet || busy.length === 0 || words.length > 0 ? found : busy;
  return (
    <div className="screen">
      <main className="main whole">
        <section className="card listed" aria-label={t('tasks.title')}>
          <header>
            <h2>{t('tasks.title')}</h2>
            <span className="spring" />
            {quiet > 0 && busy.length > 0 && (
              <button
                type="button"
                aria-pressed={view.quiet}
                onClick={() => session.address.change({ quiet: !view.quiet })}
              >
                {t('tasks.quiet', { count: quiet })}
              </button>
            )}
            <FilterField />
          </header>
          <WindowedTable
            head={<SortHead columns={head} />}
            rows={sorted(listed, keys[sort]!, descending)}
            columns={head.length}
            row={(r) => (
              <Row
                key={`${r.task.pid} ${isWhole(r.task) ? r.task.startNs : ''}`}
                reading={r}
                now={reading.time}
                budgetNs={chosenBudget(view, reading)}
              />
            )}
          >
            {found.length === 0 && (
              <p className="empty muted">
                {words.length > 0
                  ? t('pages.noMatch', { filter: view.filter })
                  : t('tasks.none', { measure: measureWords('stolen').title })}
              </p>
            )}
          </WindowedTable>
        </section>
      </main>
      <SpikeSidebar />
    </div>
  );
}
