// Name of a task and the facts about it.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { TaskInfo } from '@rtprobe/protocol';
import { cgroupRows, identityRows, startedRow } from '../../charts/report/processes.ts';
import { t } from '../../i18n/translate.ts';
import { isWhole, type TaskReading } from '../../store/machine/tasks.ts';
import { CpuLink } from '../common/entity-links.tsx';
import { RunText } from '../common/FactRows.tsx';
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
  return [...identityRows(task), startedRow(task), ...cgroupRows(task)].map(({ name, lines }) => (
    <div key={name}>
      <dt>{name}</dt>
      <dd>
        {lines.flat().map((run) => (
          <RunText key={run.text} run={run} />
        ))}
      </dd>
    </div>
  ));
}
