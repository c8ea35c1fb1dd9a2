// Real-time priority of a task, if it has one.
import type { TaskInfo } from '@rtprobe/protocol';
import { policyText } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';

export function Policy({ task }: { task: TaskInfo }) {
  if (task.priority === 0)
    return task.kthread ? <span className="muted small"> {t('pages.kernelThread')}</span> : null;
  return <span className="muted small"> {policyText(task, 'short')[language()]}</span>;
}
