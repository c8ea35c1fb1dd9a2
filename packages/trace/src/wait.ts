// What a task waited in within its cycle, and what ended the wait, in words.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import {
  type Displaced,
  type SpikePart,
  type TaskInfo,
  type Wait,
  type WaitInfo,
  type WakerInfo,
  waitWords,
} from '@rtprobe/protocol';
import { irqLabel, vectorTitle } from './label.ts';
import { joined, type Text, type TextValue, text, titleText } from './text.ts';

/** In place of the number of a system call. */
const NO_CALL = 0xffff_ffff;

/** Waits that are not what the system call is for; of the others the call says enough. */
const OF_ITS_OWN: ReadonlySet<Wait> = new Set([
  ...(['futex_pi', 'page_fault', 'page_fault_io', 'reclaim', 'block_io', 'kernel_lock', 'stopped'] as const),
]);

/** Returns what a task waited in, if that is more than its system call: "block I/O". */
export const waitName = (wait: WaitInfo | undefined): Text | undefined =>
  wait && OF_ITS_OWN.has(wait.kind) ? titleText(waitWords[wait.kind]) : undefined;

/** Returns the system call of a wait; undefined if there was none. */
export function waitCall({ number, name }: Pick<SpikePart, 'number' | 'name'>): TextValue | undefined {
  if (number === NO_CALL) return undefined;
  return name ? visibleText(name) : text('system call {n}', '系统调用 {n}', { n: number });
}

type Named = Pick<TaskInfo, 'comm' | 'pid'>;

function taskText({ comm, pid }: Named): TextValue {
  if (pid === 0) return text('the idle task', '空闲任务');
  return comm === '' ? text('task {pid}', '任务{pid}', { pid }) : `${visibleText(comm)}/${pid}`;
}

/** Returns "irq 36 (virtio1-req.0)", "LOC local timer", "softirq NET_RX". */
function interruptText({ interrupt }: WakerInfo): TextValue {
  if (interrupt === undefined) return text('an interrupt', '中断');
  const { kind, number, name, label } = interrupt;
  if (kind === 'hardirq') return name ? `${irqLabel(number)} (${visibleText(name)})` : irqLabel(number);
  if (kind === 'vector') return `${visibleText(label)} ${vectorTitle(number) ?? ''}`.trim();
  return text('softirq {label}', '软中断{label}', { label: visibleText(label) });
}

/** Returns "released by logger/9 on CPU 0", "woken by irq 36 (virtio1-req.0) on CPU 1". */
function wakerText(waker: WakerInfo): Text {
  const who = waker.task ? taskText(waker.task) : interruptText(waker);
  return waker.released
    ? text('released by {who} on CPU {cpu}', '由 CPU {cpu} 上的{who}释放', { who, cpu: waker.cpu })
    : text('woken by {who} on CPU {cpu}', '由 CPU {cpu} 上的{who}唤醒', { who, cpu: waker.cpu });
}

/** Returns "priority inversion: fio/7 ran for 8.00 ms while logger/9 could run". */
function displacedText({ by, byNs, inverted }: Displaced, task: Named): Text {
  const ran = text('{by} ran for {time} while {task} could run', '{task}可运行时{by}运行了{time}', {
    ...{ by: taskText(by), time: formatDuration(byNs), task: taskText(task) },
  });
  return inverted ? text('priority inversion: {ran}', '优先级反转：{ran}', { ran }) : ran;
}

/** Returns what a part says about the wait beside its name; each is a phrase. */
export function waitDetails({ wait }: Pick<SpikePart, 'wait'>): Text[] {
  if (wait === undefined) return [];
  const { waker, meanwhile } = wait;
  return [
    ...(waker ? [wakerText(waker)] : []),
    ...(waker?.task && waker.displaced ? [displacedText(waker.displaced, waker.task)] : []),
    ...(meanwhile
      ? [
          text('meanwhile its CPU ran {task} for {time}', '其间其 CPU 运行{task}共{time}', {
            ...{ task: taskText(meanwhile), time: formatDuration(meanwhile.durationNs) },
          }),
        ]
      : []),
  ];
}

/** Returns the details as one phrase; undefined if there are none. */
export function waitText(part: Pick<SpikePart, 'wait'>): Text | undefined {
  const details = waitDetails(part);
  return details.length === 0 ? undefined : joined(details, '; ', '；');
}
