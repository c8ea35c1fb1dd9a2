// Tasks seen on a CPU: those that lately had the most interrupt time there, and those that spikes hit there.
import { formatDuration } from '@rtprobe/metrics';
import type { TaskInfo } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useReading } from '../../store/session/context.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Policy } from '../common/Policy.tsx';
import { ListCard } from '../table/ListCard.tsx';

interface Seen {
  task: TaskInfo;
  stolenNs: number | undefined;
  spikes: number;
  worst: number;
}

const LISTED_MAX = 60;

function seenOn(cpu: number, reading: Reading): Seen[] {
  const seen = new Map<string, Seen>();
  const of = (task: TaskInfo) => {
    const key = `${task.pid} ${task.startNs}`;
    const known = seen.get(key) ?? { task, stolenNs: undefined, spikes: 0, worst: 0 };
    seen.set(key, known);
    return known;
  };
  for (const stat of reading.tasks) if (stat.lastCpu === cpu) of(stat.task).stolenNs = stat.stolenNs;
  for (const spike of reading.spikes) {
    if (spike.cpu !== cpu) continue;
    const known = of(spike.victim ?? spike.task);
    known.spikes++;
    known.worst = Math.max(known.worst, spike.valueNs);
  }
  return [...seen.values()]
    .sort((a, b) => b.worst - a.worst || (b.stolenNs ?? 0) - (a.stolenNs ?? 0))
    .slice(0, LISTED_MAX);
}

export function TasksOnCpu({ cpu }: { cpu: number }) {
  const reading = useReading('table');
  const seen = reading === undefined ? [] : seenOn(cpu, reading);
  return (
    <ListCard
      title={t('cpu.tasksHere')}
      hint={t('cpu.tasksHint')}
      columns={[
        { title: t('pages.task') },
        { title: t('pages.worstSpike'), className: 'number' },
        { title: t('pages.spikes'), className: 'number' },
        { title: measureWords('stolen').title, className: 'number' },
      ]}
      empty={t('cpu.noTask')}
    >
      {seen.map(({ task, stolenNs, spikes, worst }) => (
        <tr key={`${task.pid} ${task.startNs}`}>
          <td className="col-name">
            <TaskLink task={task} />
            <Policy task={task} />
          </td>
          <td className="number">{worst === 0 ? '–' : formatDuration(worst)}</td>
          <td className="number">{spikes}</td>
          <td className="number">{stolenNs === undefined ? '–' : formatDuration(stolenNs)}</td>
        </tr>
      ))}
    </ListCard>
  );
}
