// Links of interrupts, tasks and CPUs to their pages.
import type { Measure, TaskInfo } from '@rtprobe/protocol';
import { taskLabel } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import { fullName } from '../../store/machine/interrupt-names.ts';
import { interruptRoute } from '../../store/machine/interrupts.ts';
import { Link } from './Link.tsx';
import { Name } from './Name.tsx';

export function CpuLink({ cpu, plain = false }: { cpu: number; plain?: boolean }) {
  return <Link to={{ page: 'cpu', cpu }}>{plain ? cpu : t('pages.cpu', { cpu })}</Link>;
}

/** The idle task has no page. */
export function TaskLink({
  task,
}: {
  task: Pick<TaskInfo, 'pid' | 'comm'> & { startNs?: string | undefined };
}) {
  if (task.pid === 0) return <span className="muted">{t('pages.idle')}</span>;
  return (
    <Link to={{ page: 'task', pid: task.pid, start: task.startNs }}>
      <Name>{taskLabel(task.pid, task)}</Name>
    </Link>
  );
}

export function InterruptLink({
  of,
  text,
}: {
  of: { measure: Measure; number: number; label: string; name: string };
  text?: string;
}) {
  const name = <Name>{text ?? fullName(of)}</Name>;
  const route = interruptRoute(of);
  return route === undefined ? name : <Link to={route}>{name}</Link>;
}
