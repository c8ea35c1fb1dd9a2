// Real-time priority of a task, if it has one.
import type { TaskInfo } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

export function Policy({ task }: { task: TaskInfo }) {
  if (task.priority === 0)
    return task.kthread ? <span className="muted small"> {t('pages.kernelThread')}</span> : null;
  return (
    <span className="muted small">
      {' '}
      {task.policy.replace('SCHED_', '')} {task.priority}
    </span>
  );
}
