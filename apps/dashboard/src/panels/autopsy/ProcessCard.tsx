// A task of a spike, and what was read about its process from the kernel shortly after.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { ProcessInfo, TaskInfo } from '@rtprobe/protocol';
import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function policyText({ policy, priority, nice }: TaskInfo): string {
  return priority > 0 ? t('detail.priority', { policy, priority }) : t('detail.nice', { policy, nice });
}

function Locks({ process }: { process: ProcessInfo }) {
  const { locks = [], lockEvidence } = process;
  return (
    <Fact name={t('autopsy.locks')}>
      <span className="muted">{t(`autopsy.evidence.${lockEvidence}`)}</span>
      {locks.map((lock) => (
        <div key={`${lock.address}${lock.name}`}>
          <Name>{lock.name}</Name>
          {lock.waitNs !== undefined && <span className="numeral"> {formatDuration(lock.waitNs)}</span>}
          {lock.owner !== undefined && (
            <span className="muted">
              {' '}
              {t('autopsy.owner', { task: `${lock.owner.comm}/${lock.owner.pid}` })}
            </span>
          )}
        </div>
      ))}
    </Fact>
  );
}

function Files({ process }: { process: ProcessInfo }) {
  const { files = [], sockets = [], fileCount = 0 } = process;
  const told = files.length + sockets.length;
  if (told === 0) return null;
  const rows = [
    ...files.map((file) => ({ fd: file.fd, text: file.path })),
    ...sockets.map((s) => ({
      fd: s.fd,
      text: [s.family, s.type, s.protocol, s.state, s.local, s.remote === '' ? '' : `→ ${s.remote}`]
        .filter((word) => word !== '')
        .join(' '),
    })),
  ].sort((a, b) => a.fd - b.fd);
  return (
    <>
      <h3>{t('autopsy.files')}</h3>
      <ul className="open-files">
        {rows.map((row) => (
          <li key={row.fd}>
            <span className="muted numeral">{row.fd}</span> <Name>{row.text}</Name>
          </li>
        ))}
      </ul>
      {fileCount > told && <p className="muted small">{t('autopsy.moreFiles', { n: fileCount - told })}</p>}
    </>
  );
}

interface Props {
  title: string;
  task: TaskInfo;
  process?: ProcessInfo | undefined;
  mode?: 'user' | 'kernel' | 'idle';
}

export function ProcessCard({ title, task, process, mode }: Props) {
  return (
    <section className="card process" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <dl>
        <Fact name={t('detail.task')}>
          <TaskLink task={task} />
        </Fact>
        {mode !== undefined && <Fact name={t('detail.wasIn')}>{t(`detail.mode.${mode}`)}</Fact>}
        {task.pid !== 0 && (
          <>
            <Fact name={t('detail.policy')}>{policyText(task)}</Fact>
            <Fact name={t('detail.pid')}>
              {fullCount(task.pid)}, {fullCount(task.tgid)}
              {task.kthread ? ` ${t('detail.kthread')}` : ''}
            </Fact>
          </>
        )}
        {process?.cmdline !== undefined && (
          <Fact name={t('autopsy.command')}>
            <Name>{process.cmdline}</Name>
          </Fact>
        )}
        {process?.exe !== undefined && (
          <Fact name={t('autopsy.exe')}>
            <Name>{process.exe}</Name>
          </Fact>
        )}
        {process?.uid !== undefined && <Fact name={t('autopsy.uid')}>{process.uid}</Fact>}
        {task.cgroup !== undefined && (
          <Fact name={t('autopsy.cgroup')}>
            <Name>{task.cgroup}</Name>
          </Fact>
        )}
        {process !== undefined && task.pid !== 0 && <Locks process={process} />}
      </dl>
      {process?.exited === true && <p className="muted small">{t('autopsy.exited')}</p>}
      {process !== undefined && <Files process={process} />}
    </section>
  );
}
