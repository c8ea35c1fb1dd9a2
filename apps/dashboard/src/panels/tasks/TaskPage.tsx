// One task: its interrupt time, the spikes it caused and suffered, its cycles, and its wakeup and preemption latency.
import type { Spike } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Route } from '../../store/address/route.ts';
import { isWhole, readTasks, type TaskReading } from '../../store/machine/tasks.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import type { Reading, SourceReading } from '../../store/reading/reading.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { causedBy, sufferedBy } from '../../store/spikes/roles.ts';
import { tip } from '../../ui/tip.ts';
import { Link } from '../common/Link.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { SourceTiles } from '../common/SourceTiles.tsx';
import { useDetail } from '../common/use-detail.ts';
import { WindowChoice } from '../heatmap/HeatmapControls.tsx';
import { HeatmapPanel } from '../heatmap/HeatmapPanel.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { CyclesOf } from './CyclesOf.tsx';
import { StolenFrom } from './StolenFrom.tsx';
import { TaskHead } from './TaskHead.tsx';
import { CausedSpikes, SufferedSpikes } from './TaskSpikes.tsx';
import { UnsafeFindings } from './UnsafeFindings.tsx';
import { useTaskStats } from './use-task-stats.ts';

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
  const stats = useTaskStats(reading);
  if (reading === undefined) return null;
  const found = find(route, readTasks(reading, stats));
  if (found === undefined) {
    return (
      <NotFound title={t('task.notSeen', { pid: route.pid })}>
        {t('task.notSeenWhy')} <Link to={{ page: 'tasks' }}>{t('task.all')}</Link>
      </NotFound>
    );
  }
  return <SeenTask found={found} reading={reading} />;
}

function SeenTask({ found, reading }: { found: TaskReading; reading: Reading }) {
  const view = useView();
  const { task, wakeup, preemption, response, jitter } = found;
  const concerns = (spike: Spike) =>
    sufferedBy(spike)?.pid === task.pid || causedBy(spike).some((c) => c.task.pid === task.pid);
  const newest = reading.spikes.toReversed();
  return (
    <div className="screen">
      <main className="main paged">
        <TaskHead found={found} />
        {response !== undefined && (
          <Latency
            source={response}
            budgetNs={chosenBudget(view, reading, 'response_time')}
            hasWindow={wakeup === undefined}
          />
        )}
        {jitter !== undefined && (
          <Latency
            source={jitter}
            budgetNs={chosenBudget(view, reading, 'start_jitter')}
            hasWindow={wakeup === undefined && response === undefined}
          />
        )}
        {wakeup === undefined ? (
          <p className="muted page-note">
            {t('task.noWakeup', { measure: measureWords('wakeup_latency').title })}
          </p>
        ) : (
          <Latency source={wakeup} budgetNs={chosenBudget(view, reading, 'wakeup_latency')} hasWindow />
        )}
        {preemption !== undefined && (
          <Latency
            source={preemption}
            budgetNs={chosenBudget(view, reading, 'preemption_latency')}
            hasWindow={wakeup === undefined && response === undefined && jitter === undefined}
          />
        )}
        <div className="lists">
          {found.stat?.cycles && <CyclesOf cycles={found.stat.cycles} />}
          {found.stat?.cycles?.unsafe && <UnsafeFindings unsafe={found.stat.cycles.unsafe} />}
          <StolenFrom stat={found.stat} />
          <CausedSpikes spikes={newest} pid={task.pid} />
          <SufferedSpikes spikes={newest} pid={task.pid} />
        </div>
      </main>
      <SpikeSidebar
        subject={{
          title: t('irq.spikesOf', { name: task.comm }),
          match: concerns,
          none: t('task.noIncident'),
        }}
      />
    </div>
  );
}

interface LatencyProps {
  source: SourceReading;
  budgetNs: number;
  /** Whether it has the choice of the time range, which is one for the page. */
  hasWindow?: boolean;
}

function Latency({ source, budgetNs, hasWindow = false }: LatencyProps) {
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
            {hasWindow && <WindowChoice />}
          </>
        }
      />
    </>
  );
}
