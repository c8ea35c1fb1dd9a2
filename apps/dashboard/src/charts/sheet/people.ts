// The tasks of a spike and what was read about their processes, and the stack.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import type { ProcessInfo, Spike, TaskInfo } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import {
  type Block,
  card,
  fitted,
  inside,
  type Row,
  rowsBlock,
  type Style,
  stack,
  type Type,
  textBlock,
} from './block.ts';

const FRAMES_MAX = 14;
const LOCKS_MAX = 4;
const FILES_MAX = 6;

export function stackCard(style: Style, { stack: frames, mode }: Spike, width: number, least = 0): Block {
  const { theme } = style;
  const type: Type = { size: 12.5, colour: theme.text, mono: true };
  const muted: Type = { size: 12.5, colour: theme.muted };
  const room = inside(width);
  const lines = frames.slice(0, FRAMES_MAX).map((frame) => {
    const text = fitted(style, type, frame, room);
    return textBlock(style, type, text, room + 1);
  });
  const more = frames.length - lines.length;
  const none = t(mode === 'user' ? 'detail.stackUser' : 'detail.stackNone');
  const content = stack(
    [
      ...lines,
      frames.length === 0 ? textBlock(style, muted, none, room, 3) : undefined,
      more > 0 ? textBlock(style, muted, t('autopsy.moreFiles', { n: more }), room) : undefined,
    ],
    2,
  );
  return card(style, t('detail.stack'), '', width, content, least);
}

function lockRows({ locks = [], lockEvidence }: ProcessInfo): Row[] {
  const name = t('autopsy.locks');
  if (locks.length === 0) return [{ name, value: t(`autopsy.evidence.${lockEvidence}`) }];
  const rows = locks.slice(0, LOCKS_MAX).map((lock, i) => {
    const waited = lock.waitNs === undefined ? '' : ` · ${formatDuration(lock.waitNs)}`;
    const held =
      lock.owner === undefined
        ? ''
        : ` · ${t('autopsy.owner', { task: `${lock.owner.comm}/${lock.owner.pid}` })}`;
    return { name: i === 0 ? name : '', value: `${lock.name}${waited}${held}` };
  });
  const more =
    locks.length > LOCKS_MAX ? ` · ${t('autopsy.moreFiles', { n: locks.length - LOCKS_MAX })}` : '';
  return [...rows, { name: '', value: `${t(`autopsy.evidence.${lockEvidence}`)}${more}` }];
}

function fileRows({ files = [], sockets = [], fileCount = 0 }: ProcessInfo): Row[] {
  const rows = [
    ...files.map(({ fd, path }) => ({ fd, text: path })),
    ...sockets.map(({ fd, protocol, state, local, remote }) => ({
      fd,
      text: [protocol, state, local, remote === '' ? '' : `→ ${remote}`].filter((w) => w !== '').join(' '),
    })),
  ].sort((a, b) => a.fd - b.fd);
  const shown = rows.slice(0, FILES_MAX);
  const more = Math.max(fileCount, rows.length) - shown.length;
  return [
    ...shown.map(({ fd, text }) => ({ name: `fd ${fd}`, value: text, linesMax: 1 })),
    ...(more > 0 && rows.length > 0 ? [{ name: '', value: t('autopsy.moreFiles', { n: more }) }] : []),
  ];
}

function policyText({ policy, priority, nice }: TaskInfo): string {
  return priority > 0 ? t('detail.priority', { policy, priority }) : t('detail.nice', { policy, nice });
}

function rowsOf(task: TaskInfo, process: ProcessInfo | undefined, mode: Spike['mode'] | undefined): Row[] {
  const rows: Row[] = [
    { name: t('detail.task'), value: task.pid === 0 ? task.comm : `${task.comm}/${task.pid}` },
  ];
  if (mode !== undefined) rows.push({ name: t('detail.wasIn'), value: t(`detail.mode.${mode}`) });
  if (task.pid !== 0) rows.push({ name: t('detail.policy'), value: policyText(task) });
  const add = (name: string, value: string | number | undefined) =>
    value !== undefined && rows.push({ name, value: String(value) });
  add(t('autopsy.command'), process?.cmdline);
  add(t('autopsy.exe'), process?.exe);
  add(t('autopsy.uid'), process?.uid);
  add(t('autopsy.cgroup'), task.cgroup);
  if (process === undefined || task.pid === 0) return rows;
  return [...rows, ...lockRows(process), ...fileRows(process)];
}

interface Person {
  readonly title: string;
  readonly task: TaskInfo;
  readonly process?: ProcessInfo | undefined;
  readonly mode?: Spike['mode'];
}

/** Who waited, who was running, who woke it: those that are known. */
export function peopleOf(spike: Spike): Person[] {
  const { victim, victimProcess, task, process, mode, waker } = spike;
  return [
    ...(victim ? [{ title: t('autopsy.waited'), task: victim, process: victimProcess }] : []),
    { title: t('autopsy.behalf'), task, process, mode },
    ...(waker ? [{ title: t('autopsy.woken'), task: waker }] : []),
  ];
}

export function personCard(style: Style, person: Person, width: number, least = 0): Block {
  const rows = rowsOf(person.task, person.process, person.mode);
  return card(
    style,
    person.title,
    visibleText(person.task.pid === 0 ? '' : `pid ${person.task.pid}`),
    width,
    rowsBlock(style, rows, inside(width)),
    least,
  );
}
