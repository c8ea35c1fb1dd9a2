// Tasks that caused spikes or that spikes delayed, beside the list of causes, which includes interrupts.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { isWhole, readTasks, type TaskReading } from '../../store/machine/tasks.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { throughText } from '../../store/spikes/roles.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Policy } from '../common/Policy.tsx';
import { numberClass } from '../table/over-budget.ts';

const LISTED_MAX = 30;

export function TasksPanel({ role }: { role: 'caused' | 'suffered' }) {
  const reading = useReading('spikes');
  const view = useView();
  const budgetNs = chosenBudget(view, reading);
  const tasks = (reading === undefined ? [] : readTasks(reading))
    .filter((task) => task[role].count > 0)
    .sort((a, b) => b[role].worst - a[role].worst)
    .slice(0, LISTED_MAX);
  if (tasks.length === 0) {
    return (
      <p className="empty muted">{role === 'caused' ? t('tasks.nobodyCaused') : t('tasks.nobodySuffered')}</p>
    );
  }
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th className="col-cause">{t('pages.task')}</th>
            <th className="number">{t('pages.worst')}</th>
            <th className="number">{t('pages.spikes')}</th>
            {role === 'caused' && <th className="col-last">{t('tasks.through')}</th>}
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <Row key={`${task.task.pid} ${task.task.comm}`} reading={task} role={role} budgetNs={budgetNs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  reading: TaskReading;
  role: 'caused' | 'suffered';
  budgetNs: number;
}

function Row({ reading, role, budgetNs }: RowProps) {
  const { task, caused } = reading;
  const { worst, count } = reading[role];
  return (
    <tr>
      <td className="col-cause">
        <TaskLink task={task} />
        {isWhole(task) && <Policy task={task} />}
      </td>
      <td className={numberClass(worst, budgetNs)}>{formatDuration(worst)}</td>
      <td className="number">{fullCount(count)}</td>
      {role === 'caused' && (
        <td className="col-last muted">{caused.through === '' ? '–' : throughText(caused.through)}</td>
      )}
    </tr>
  );
}
