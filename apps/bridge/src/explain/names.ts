// Names as sentences use them. Names of tasks and actions are hostile: control and format characters are shown as escapes.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import {
  descriptorOf,
  type Measure,
  measureOfPart,
  partWords,
  type SpikePart,
  type TaskInfo,
  VECTORS,
} from '@rtprobe/protocol';
import {
  callbackText,
  idleText,
  irqLabel,
  joined,
  senderText,
  type Text,
  type TextValue,
  text,
  titleText,
  waitCall,
  waitName,
  waitText,
} from '@rtprobe/trace';

/** A source of values, or the source of a part. */
export interface Named {
  number: number;
  name: string;
  label: string;
}

const PROBE = titleText(partWords.probe);

/** Returns "cyclictest/412"; for a task of rtprobe "rtprobe itself (rtprobe/77)". */
export function taskName({ comm, pid, own }: Pick<TaskInfo, 'comm' | 'pid' | 'own'>): TextValue {
  if (pid === 0) return text('the idle task', '空闲任务');
  const name = comm === '' ? text('task {pid}', '任务{pid}', { pid }) : `${visibleText(comm)}/${pid}`;
  return own ? text('{probe} ({name})', '{probe}（{name}）', { probe: PROBE, name }) : name;
}

const vectorTitleOf = (measure: Measure, { number }: Named): Text | undefined =>
  descriptorOf(measure).source === 'vector' ? vectorTitle(number) : undefined;

/** Returns the title of a vector; undefined for one that this version does not have. */
function vectorTitle(vector: number): Text | undefined {
  const label = VECTORS[vector];
  return label && titleText(label);
}

/** Returns "local timer interrupt". Some titles in Chinese have the word already. */
function vectorInterrupt(title: TextValue): Text {
  const { en, zh } = text('{title} interrupt', '{title}中断', { title });
  return { en, zh: zh.replace(/中断中断$/, '中断') };
}

/** Returns the title of a source; empty for softirqs, threads and the one source of a CPU, which their label names. */
function titleOf(measure: Measure, named: Named): TextValue {
  const { source, by } = descriptorOf(measure);
  if (source === 'cpu' || source === 'softirq' || by.includes('thread')) return '';
  return vectorTitleOf(measure, named) ?? visibleText(named.name);
}

/** Returns a name for tables: "irq 24 rtprobe-edu", "LOC local timer". */
export function inShort(measure: Measure, named: Named): Text {
  const title = titleOf(measure, named);
  const label = visibleText(named.label);
  if (title === '' || title === label) return { en: label, zh: label };
  const kind = functionKind(measure);
  return text('{label} {title}', '{label} {title}', {
    label: kind === undefined ? label : { en: label, zh: kind.zh },
    title,
  });
}

/** Returns what runs the functions of a measure: "hrtimer function", "NAPI poll". */
function functionKind(measure: Measure): Text | undefined {
  const descriptor = descriptorOf(measure);
  if (descriptor.source !== 'function') return undefined;
  const { en, zh } = titleText(descriptor);
  return { en: en.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()), zh };
}

/** Returns a name for a sentence: "irq 24 rtprobe-edu", "the local timer interrupt (LOC)", "the work function edu_work". */
export function spoken(measure: Measure, named: Named): Text {
  const kind = functionKind(measure);
  if (kind !== undefined)
    return text('the {kind} {name}', '{kind} {name}', { kind, name: visibleText(named.name) });
  const title = vectorTitleOf(measure, named);
  if (title === undefined) return inShort(measure, named);
  const interrupt = vectorInterrupt(title);
  return text('the {interrupt} ({label})', '{interrupt}（{label}）', { interrupt, label: named.label });
}

/** Returns "irq 36 (virtio1-req.0)". */
export const irqName = (number: number, name: string): string =>
  name ? `${irqLabel(number)} (${visibleText(name)})` : irqLabel(number);

export const NMI_HANDLERS = text('NMI handlers', 'NMI 处理程序');

/** " (iowrite16)"; empty where the place is unknown. */
export const inPlace = (place: TextValue | undefined): TextValue =>
  place === undefined ? '' : text(' ({place})', '（{place}）', { place });

/** Returns "the thread of irq 36 (virtio1-req.0)". */
export const irqThread = (irq: string): Text => text('the thread of {irq}', '{irq}的中断线程', { irq });

export const softirqName = (label: TextValue): Text => text('softirq {label}', '软中断{label}', { label });

export const partTask = ({ name, pid }: SpikePart): TextValue =>
  pid === undefined ? visibleText(name) : taskName({ comm: name, pid });

/** Returns the label of a part whose kind is named by its title. */
export const partTitle = ({ kind, label }: SpikePart): Text => ({
  en: label,
  zh: partWords[kind]?.zh?.title ?? label,
});

/** Returns "preempted by fio/9" for a part in which another task ran, else undefined. */
export const preemptedBy = (part: SpikePart): Text | undefined =>
  part.kind === 'task' ? text('preempted by {task}', '被{task}抢占', { task: partTask(part) }) : undefined;

/** Returns the source of a part, for a sentence, with the function that ran in it. */
function partName(part: SpikePart, { place, source = sourceOfPart(part, place) }: PartWords): Text {
  if (part.callback === undefined) return source;
  return text('{source}: {callback}', '{source}：{callback}', {
    source,
    callback: callbackText(part.callback),
  });
}

/** Returns "blocked in futex", "blocked by block I/O in read". */
export function blockedIn(part: SpikePart): Text {
  const label = partTitle(part);
  const call = waitCall(part);
  const wait = waitName(part.wait);
  if (wait !== undefined)
    return call === undefined
      ? text('{label} by {wait}', '因{wait}{label}', { label, wait })
      : text('{label} by {wait} in {call}', '在 {call} 中因{wait}{label}', { label, wait, call });
  if (call === undefined)
    return text(
      '{label} outside of system calls, such as by a page fault',
      '在系统调用之外{label}（如缺页）',
      {
        label,
      },
    );
  return text('{label} in {call}', '在 {call} 中{label}', { label, call });
}

/** `place`: where the part had interrupts disabled. */
function sourceOfPart(part: SpikePart, place: string | undefined): Text {
  const label = partTitle(part);
  const irq = irqName(part.number, part.name);
  switch (part.kind) {
    case 'nmi':
      return NMI_HANDLERS;
    case 'hardirq':
      return text('{irq} handler', '{irq}处理程序', { irq });
    case 'vector': {
      const interrupt = vectorInterrupt(vectorTitle(part.number) ?? visibleText(part.name));
      return text('{interrupt} ({label})', '{interrupt}（{label}）', { interrupt, label: part.label });
    }
    case 'softirq':
      return softirqName(part.label);
    case 'irq_thread':
      return text('thread of {irq}', '{irq}的中断线程', { irq });
    case 'task':
      return text('{task} running', '{task}运行', { task: partTask(part) });
    case 'throttled':
      if (part.pid === undefined)
        return text(
          'the CPU idle although it was runnable ({label})',
          'CPU 空闲，尽管该任务可运行（{label}）',
          {
            label,
          },
        );
      return text(
        '{task} running although it was runnable ({label})',
        '{task}运行，尽管该任务可运行（{label}）',
        {
          ...{ task: partTask(part), label },
        },
      );
    case 'fair_server':
      return text('{task} running by the {label}', '{task}由{label}调度运行', {
        ...{ task: partTask(part), label },
      });
    case 'irqs_off':
      return text('{label} in {task}{place}', '{task}{label}{place}', {
        ...{ label, task: partTask(part), place: inPlace(place) },
      });
    case 'late_timer':
      return text('{label} while {task} ran', '{label}，其间{task}在运行', { label, task: partTask(part) });
    case 'blocked':
      return blockedIn(part);
    case 'switch':
      return text('context switch to it', '到该任务的上下文切换');
    case 'idle_exit':
      if (part.idleState === undefined) return label;
      return text('{label} ({state})', '{label}（{state}）', {
        label,
        state: idleText(part.idleState, part.name),
      });
    case 'firmware':
      return text('at most in firmware ({n} SMI{s})', '固件（{n} 次 SMI，上限）', {
        ...{ n: part.number, s: part.number === 1 ? '' : 's' },
      });
    case 'host':
      return text('while the host did not run this CPU', '宿主机未运行该 CPU');
    default:
      return label;
  }
}

/** Returns "asked for by stress-ng/226 on CPU 3"; undefined if that is unknown. */
export const askedFor = ({ sender }: Pick<SpikePart, 'sender'>): Text | undefined =>
  sender && senderText(sender);

/** What a sentence says of a part beside its record. */
interface PartWords {
  /** Where it had interrupts disabled. */
  place?: string | undefined;
  detail?: Text | undefined;
  /** Its source, if not as for other spikes. */
  source?: Text | undefined;
}

/** Returns "301 µs irq 36 (virtio1-req.0) handler ×3". What asked for its function and `detail` follow in parentheses. */
export function spokenPart(part: SpikePart, words: PartWords = {}): Text {
  const said = partAndTime(part, words);
  const details = [askedFor(part), waitText(part), words.detail].filter((each) => each !== undefined);
  if (details.length === 0) return said;
  return text('{said} ({details})', '{said}（{details}）', { said, details: joined(details, '; ', '；') });
}

function partAndTime(part: SpikePart, words: PartWords): Text {
  const values = {
    time: formatDuration(part.durationNs),
    name: partName(part, words),
    count: part.count,
  };
  return part.count > 1
    ? text('{time} {name} ×{count}', '{name}{count} 次共{time}', values)
    : text('{time} {name}', '{name}{time}', values);
}

/** Returns ": hrtimer tick_nohz_handler", which follows the source of a cause; empty if no function is known. */
export const callbackSuffix = ({ callback }: Pick<SpikePart, 'callback'>): string =>
  callback === undefined ? '' : `: ${callbackText(callback).en}`;

/** Returns a text without the numbers of kernel threads that run callbacks: any of them can run a work item. */
export const withoutWorkers = (words: string): string =>
  words.replace(/\b(kworker|migration|rcuc|irq_work)\/\S+/, '$1');

/**
 * Returns the source of a part in a few words, with the function that ran in it. A task is named without its pid: all its
 * processes are one cause.
 */
export function partInShort(part: SpikePart): string {
  const source = sourceInShort(part);
  return `${part.callback === undefined ? source : withoutWorkers(source)}${callbackSuffix(part)}`;
}

function sourceInShort(part: SpikePart): string {
  const measure = measureOfPart(part.kind);
  if (measure !== undefined) return inShort(measure, part).en;
  switch (part.kind) {
    case 'task':
      return visibleText(part.name) || 'a task without a name';
    case 'irqs_off':
    case 'late_timer':
      return `${part.label} in ${visibleText(part.name)}`;
    case 'blocked':
      return waitName(part.wait) === undefined && waitCall(part) === undefined
        ? part.label
        : blockedIn(part).en;
    case 'idle_exit':
      return part.name ? `${part.label} ${visibleText(part.name)}` : part.label;
    default:
      return part.label;
  }
}
