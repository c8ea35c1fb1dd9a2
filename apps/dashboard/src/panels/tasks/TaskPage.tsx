// One task: what took its time, what it caused, what it suffered, and how long it waited to run.
import { formatDuration, fullCount, percent } from '@rtprobe/metrics';
import type { Spike, Stolen, TaskInfo, TaskStat } from '@rtprobe/protocol';
import { clockTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Route } from '../../store/address/route.ts';
import { isWhole, readTasks, type TaskReading } from '../../store/machine/tasks.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import type { Reading, SourceReading } from '../../store/reading/reading.ts';
import { useIsFrozen, useReading, useSession, useView } from '../../store/session/context.ts';
import { causedBy, sufferedBy } from '../../store/spikes/roles.ts';
import { tip } from '../../ui/tip.ts';
import { CpuLink, InterruptLink, TaskLink } from '../common/entity-links.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { SourceTiles } from '../common/SourceTiles.tsx';
import { useDetail } from '../common/use-detail.ts';
import { useRemote } from '../common/use-remote.ts';
import { WindowChoice } from '../heatmap/HeatmapControls.tsx';
import { HeatmapPanel } from '../heatmap/HeatmapPanel.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';

type TaskRoute = Extract<Route, { page: 'task' }>;

function find(route: TaskRoute, readings: readonly TaskReading[]): TaskReading | undefined {
  const own = readings.filter((r) => r.task.pid === route.pid);
  return (
    own.find((r) => isWhole(r.task) && r.task.startNs === route.start) ??
    (route.start === undefined ? own[0] : undefined)
  );
}

export function TaskPage({ route }: { route: TaskRoute }) {
  const reading = useReading('table');
  const frozen = useIsFrozen();
  const host = reading?.info.host;
  const whole = useRemote<{ hosts: { tasks: TaskStat[] }[] }>(frozen ? undefined : '/tasks', { host }, 5000);
  if (reading === undefined) return null;
  const found = find(route, readTasks(reading, whole.value?.hosts[0]?.tasks ?? reading.tasks));
  if (found === undefined) {
    return (
      <NotFound title={t('task.notSeen', { pid: route.pid })}>
        {t('task.notSeenWhy')} <Link to={{ page: 'tasks' }}>{t('task.all')}</Link>
      </NotFound>
    );
  }
  return <Known found={found} reading={reading} />;
}

function Head({ found }: { found: TaskReading }) {
  const { task, stat } = found;
  return (
    <div className="page-head">
      <h1>
        <Name>{task.comm}</Name>
      </h1>
      <dl className="facts-line">
        {isWhole(task) && <Facts task={task} />}
        {stat !== undefined && (
          <>
            <div>
              <dt>{t('tasks.runtime')}</dt>
              <dd>{formatDuration(stat.runtimeNs)}</dd>
            </div>
            <div>
              <dt>{t('task.runs')}</dt>
              <dd>{fullCount(stat.runs)}</dd>
            </div>
            <div>
              <dt>{t('tasks.lastCpu')}</dt>
              <dd>
                <CpuLink cpu={stat.lastCpu} />
              </dd>
            </div>
            {stat.exited && (
              <div>
                <dt>{t('irq.state')}</dt>
                <dd>{t('tasks.exited')}</dd>
              </div>
            )}
          </>
        )}
      </dl>
    </div>
  );
}

function Facts({ task }: { task: TaskInfo }) {
  const { pid, tgid, policy, priority, nice, kthread, cgroup, startNs } = task;
  return (
    <>
      <div>
        <dt>{t('task.pid')}</dt>
        <dd>
          {pid}, {tgid}
        </dd>
      </div>
      <div>
        <dt>{t('tasks.policy')}</dt>
        <dd>
          {policy} {priority > 0 ? priority : `nice ${nice}`}
          {kthread ? ` · ${t('pages.kernelThread')}` : ''}
        </dd>
      </div>
      <div>
        <dt>{t('task.started')}</dt>
        <dd>{t('task.startedAt', { seconds: (Number(startNs) / 1e9).toFixed(3) })}</dd>
      </div>
      {cgroup !== undefined && (
        <div>
          <dt>{t('tasks.cgroup')}</dt>
          <dd>
            <Name>{cgroup}</Name>
          </dd>
        </div>
      )}
    </>
  );
}

function Known({ found, reading }: { found: TaskReading; reading: Reading }) {
  const view = useView();
  const budgetNs = chosenBudget(view, reading);
  const { task, wakeup } = found;
  const concerns = (spike: Spike) =>
    sufferedBy(spike)?.pid === task.pid || causedBy(spike).some((c) => c.task.pid === task.pid);
  const newest = reading.spikes.toReversed();
  return (
    <div className="screen">
      <main className="main paged">
        <Head found={found} />
        {wakeup === undefined ? (
          <p className="muted page-note">
            {t('task.noWakeup', { measure: measureWords('wakeup_latency').title })}
          </p>
        ) : (
          <Wakeup source={wakeup} budgetNs={budgetNs} />
        )}
        <div className="lists">
          <StolenFrom found={found} />
          <CausedSpikes spikes={newest} pid={task.pid} />
          <SufferedSpikes spikes={newest} pid={task.pid} />
        </div>
      </main>
      <SpikeSidebar title={t('irq.spikesOf', { name: task.comm })} match={concerns} />
    </div>
  );
}

function Wakeup({ source, budgetNs }: { source: SourceReading; budgetNs: number }) {
  const { id, measure } = source.info;
  const detail = useDetail({ sources: [id] });
  const series = detail?.series(id);
  const words = measureWords(measure);
  return (
    <>
      <div className="tiles">
        {series !== undefined && <SourceTiles series={series} source={source} budgetNs={budgetNs} />}
      </div>
      <HeatmapPanel
        subject={{ measure, cpu: -1, source: id }}
        controls={
          <>
            <h2 {...tip(words.explanation)}>{words.title}</h2>
            <WindowChoice />
          </>
        }
      />
    </>
  );
}

function StolenFrom({ found: { stat } }: { found: TaskReading }) {
  const whole = stat === undefined ? 0 : stat.runtimeNs + stat.stolenNs;
  return (
    <section className="card listed" aria-label={t('task.stole')}>
      <header>
        <h2>{t('task.stole')}</h2>
        <span className="muted small">{t('task.stoleHint')}</span>
        <span className="spring" />
        {stat !== undefined && whole > 0 && (
          <span className="numeral small">
            {formatDuration(stat.stolenNs)} · {percent(stat.stolenNs / whole)}
          </span>
        )}
      </header>
      <div className="scroll">
        {stat === undefined || stat.stolen.length === 0 ? (
          <p className="empty muted">{t('task.stoleNothing', { measure: measureWords('stolen').title })}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th className="col-name">{t('task.by')}</th>
                <th className="number">{t('irq.mostAtOnce')}</th>
                <th className="number">{t('irq.taken')}</th>
                <th className="number">{t('irq.ofItsTime')}</th>
                <th className="number">{t('pages.times')}</th>
              </tr>
            </thead>
            <tbody>
              {stat.stolen.map((part) => (
                <StolenRow key={`${part.measure} ${part.number} ${part.name}`} part={part} whole={whole} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function StolenRow({ part, whole }: { part: Stolen; whole: number }) {
  const { measure } = part;
  return (
    <tr>
      <td className="col-name">
        {measure === undefined ? (
          <Name>{part.label || 'NMI'}</Name>
        ) : (
          <InterruptLink of={{ ...part, measure }} />
        )}
      </td>
      <td className="number">{formatDuration(part.maxNs)}</td>
      <td className="number">{formatDuration(part.sumNs)}</td>
      <td className="number">{whole > 0 ? percent(part.sumNs / whole) : '–'}</td>
      <td className="number">{fullCount(part.count)}</td>
    </tr>
  );
}

const LISTED_MAX = 60;

function SpikeButton({ spike }: { spike: Spike }) {
  const session = useSession();
  return (
    <button type="button" className="plain link" onClick={() => session.spikes.open(spike.id)}>
      {formatDuration(spike.valueNs)}
    </button>
  );
}

function CausedSpikes({ spikes, pid }: { spikes: readonly Spike[]; pid: number }) {
  const rows = spikes
    .map((spike) => ({ spike, part: causedBy(spike).find((c) => c.task.pid === pid) }))
    .filter((row) => row.part !== undefined)
    .slice(0, LISTED_MAX);
  return (
    <section className="card listed" aria-label={t('task.causedTitle')}>
      <header>
        <h2>{t('task.causedTitle')}</h2>
        <span className="muted small">{t('task.causedHint')}</span>
      </header>
      <div className="scroll">
        {rows.length === 0 ? (
          <p className="empty muted">{t('task.causedNothing')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>{t('task.when')}</th>
                <th className="number">{t('task.spike')}</th>
                <th className="number">{t('task.itsPart')}</th>
                <th>{t('tasks.through')}</th>
                <th className="col-name">{t('task.whom')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ spike, part }) => (
                <tr key={spike.id}>
                  <td>{clockTime(spike.time)}</td>
                  <td className="number">
                    <SpikeButton spike={spike} />
                  </td>
                  <td className="number">{formatDuration(part!.ns)}</td>
                  <td>{t(`tasks.through.${part!.through}`)}</td>
                  <td className="col-name">
                    {sufferedBy(spike) === undefined ? '–' : <TaskLink task={sufferedBy(spike)!} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function SufferedSpikes({ spikes, pid }: { spikes: readonly Spike[]; pid: number }) {
  const rows = spikes.filter((spike) => sufferedBy(spike)?.pid === pid).slice(0, LISTED_MAX);
  return (
    <section className="card listed" aria-label={t('task.sufferedTitle')}>
      <header>
        <h2>{t('task.sufferedTitle')}</h2>
        <span className="muted small">{t('task.sufferedHint')}</span>
      </header>
      <div className="scroll">
        {rows.length === 0 ? (
          <p className="empty muted">{t('task.sufferedNothing')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>{t('task.when')}</th>
                <th className="number">{t('task.spike')}</th>
                <th className="col-name">{t('task.culprit')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((spike) => (
                <tr key={spike.id}>
                  <td>{clockTime(spike.time)}</td>
                  <td className="number">
                    <SpikeButton spike={spike} />
                  </td>
                  <td className="col-name">
                    {spike.cause === undefined ? (
                      <Name>{spike.culprit}</Name>
                    ) : (
                      <InterruptLink of={spike.cause} text={spike.culprit} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
