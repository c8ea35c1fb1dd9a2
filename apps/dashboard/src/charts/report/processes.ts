// The tasks of a spike, and the details of their processes that were read shortly after it.
import { formatDuration } from '@rtprobe/metrics';
import type { ProcessInfo, Spike, TaskInfo } from '@rtprobe/protocol';
import { cgroupText, policyText, taskLabel } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { type Line, mutedRun, nameRun, type Row, type Run, row } from './content.ts';

interface Person {
  readonly title: string;
  readonly task: TaskInfo;
  readonly process?: ProcessInfo | undefined;
  readonly mode?: Spike['mode'];
}

/** Returns the victim, the running task and the waker, as far as they were recorded. */
export function peopleOf(spike: Spike): Person[] {
  const { victim, victimProcess, task, process, mode, waker } = spike;
  return [
    ...(victim ? [{ title: t('report.waited'), task: victim, process: victimProcess }] : []),
    { title: t('report.behalf'), task, process, mode },
    ...(waker ? [{ title: t('report.woken'), task: waker }] : []),
  ];
}

/** Maximum numbers of lines that are shown of a process. */
export interface Limits {
  readonly locks: number;
  readonly files: number;
}

const NO_LIMITS: Limits = { locks: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY };

export interface ProcessContent {
  readonly rows: readonly Row[];
  /** Why details are missing; undefined if they are complete. */
  readonly note: string | undefined;
  /** Open files and sockets. */
  readonly files: readonly Row[];
}

export function processContent({ task, process, mode }: Person, limits = NO_LIMITS): ProcessContent {
  return {
    rows: [...taskRows(task, mode), ...processRows(task, process, limits.locks)],
    note: noteOf(process),
    files: process === undefined ? [] : fileRows(process, limits.files),
  };
}

function noteOf(process: ProcessInfo | undefined): string | undefined {
  const notes = [
    ...(process?.exited === true ? [t('report.exited')] : []),
    ...(process?.cmdlineUnread === undefined ? [] : [t('report.cmdlineUnread')]),
    ...(process?.filesIncomplete === true ? [t('report.filesIncomplete')] : []),
  ];
  return notes.length === 0 ? undefined : notes.join(' ');
}

function pidText({ pid, tgid, kthread }: TaskInfo): string {
  return `${pid}, ${tgid}${kthread ? ` ${t('detail.kthread')}` : ''}`;
}

/** The idle task has no page. */
function taskRun(task: TaskInfo): Run {
  const { pid, startNs } = task;
  if (pid === 0) return mutedRun(t('pages.idle'));
  return { ...nameRun(taskLabel(pid, task)), to: { page: 'task', pid, start: startNs } };
}

export function taskRows(task: TaskInfo, mode: Spike['mode'] | undefined): Row[] {
  return [
    row(t('detail.task'), taskRun(task)),
    ...(mode === undefined ? [] : [row(t('detail.wasIn'), { text: t(`detail.mode.${mode}`) })]),
    ...(task.pid === 0 ? [] : identityRows(task)),
  ];
}

/** Returns the policy and the PID of a task. */
export const identityRows = (task: TaskInfo): Row[] => [
  row(t('detail.policy'), { text: policyText(task)[language()] }),
  row(t('detail.pid'), { text: pidText(task) }),
];

export function startedRow({ startNs }: TaskInfo): Row {
  const seconds = (Number(startNs) / 1e9).toFixed(3);
  return row(t('detail.started'), { text: t('detail.afterBoot', { seconds }) });
}

/** Returns what the task belongs to, and its cgroup; no row for a task without a cgroup. */
export function cgroupRows({ cgroup }: TaskInfo): Row[] {
  if (cgroup === undefined) return [];
  const workload = cgroupText(cgroup);
  const belongs = workload && row(t('report.workload'), { text: workload[language()] });
  return [...(belongs ? [belongs] : []), row(t('report.cgroup'), nameRun(cgroup))];
}

function processRows(task: TaskInfo, process: ProcessInfo | undefined, locksMax: number): Row[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    [t('report.command'), process?.cmdline],
    [t('report.exe'), process?.exe],
    [t('report.uid'), process?.uid === undefined ? undefined : String(process.uid)],
  ];
  return [
    ...named.flatMap(([name, text]) => (text === undefined ? [] : [row(name, nameRun(text))])),
    ...cgroupRows(task),
    ...(process === undefined || task.pid === 0 ? [] : [locksRow(process, locksMax)]),
  ];
}

/** Returns "12 more" after a list of which `shown` lines are shown; empty after a complete list. */
const moreLines = (count: number, shown: number): Line[] =>
  count > shown ? [[mutedRun(t('report.moreFiles', { n: count - shown }))]] : [];

function locksRow({ locks = [], lockEvidence }: ProcessInfo, max: number): Row {
  const lines = locks
    .slice(0, max)
    .map(({ name, waitNs, owner }) => [
      nameRun(name),
      ...(waitNs === undefined ? [] : [{ text: ` ${formatDuration(waitNs)}` }]),
      ...(owner === undefined
        ? []
        : [mutedRun(` ${t('report.owner', { task: taskLabel(owner.pid, owner) })}`)]),
    ]);
  const evidence = [mutedRun(t(`report.evidence.${lockEvidence}`))];
  return { name: t('report.locks'), lines: [evidence, ...lines, ...moreLines(locks.length, max)] };
}

function socketText(socket: NonNullable<ProcessInfo['sockets']>[number]): string {
  const { family, type, protocol, state, local, remote } = socket;
  const words = [family, type, protocol, state, local, remote === '' ? '' : `→ ${remote}`];
  return words.filter((word) => word !== '').join(' ');
}

function fileRows({ files = [], sockets = [], fileCount = 0 }: ProcessInfo, max: number): Row[] {
  const open = [
    ...files.map(({ fd, path }) => ({ fd, text: path })),
    ...sockets.map((socket) => ({ fd: socket.fd, text: socketText(socket) })),
  ].sort((a, b) => a.fd - b.fd);
  if (open.length === 0) return [];
  const more = moreLines(Math.max(fileCount, open.length), Math.min(open.length, max));
  return [
    ...open.slice(0, max).map(({ fd, text }) => row(`fd ${fd}`, nameRun(text))),
    ...more.map((line) => ({ name: '', lines: [line] })),
  ];
}
