// Policy and priority of a real-time task.
import type { TaskInfo } from '@rtprobe/protocol';
import { isRealTime, policyText } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';

export function Policy({ task }: { task: TaskInfo }) {
  if (!isRealTime(task))
    return task.kthread ? <span className="muted small"> {t('pages.kernelThread')}</span> : null;
  return <span className="muted small"> {policyText(task, 'short')[language()]}</span>;
}
