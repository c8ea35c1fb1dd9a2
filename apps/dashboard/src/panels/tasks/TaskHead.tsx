// Name of a task and the facts about it.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { TaskInfo } from '@rtprobe/protocol';
import { policyText } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { isWhole, type TaskReading } from '../../store/machine/tasks.ts';
import { CpuLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';

export function TaskHead({ found }: { found: TaskReading }) {
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
  const { pid, tgid, kthread, cgroup, startNs } = task;
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
          {policyText(task)[language()]}
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
