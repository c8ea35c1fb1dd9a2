// Labels and titles of interrupts, vectors, softirqs, tasks and sources.
import { formatDuration, formatFrequency, visibleText } from '@rtprobe/metrics';
import {
  type CallbackInfo,
  callbackWords,
  type Doubt,
  descriptorOf,
  type IdleState,
  type Measure,
  partWords,
  type SampleProfile,
  type SenderInfo,
  SOFTIRQS,
  type TaskInfo,
  type TraceTask,
  type UserPlace,
  VECTORS,
} from '@rtprobe/protocol';
import { joined, type Text, type TextValue, text, titleText } from './text.ts';

/** Returns "irq 36". */
export const irqLabel = (irq: number): string => `irq ${irq}`;

/** Returns "LOC", as in /proc/interrupts, where CAL stands for two vectors. */
export function vectorLabel(vector: number): string {
  return VECTORS[vector]?.label ?? `vector ${vector}`;
}

/** Returns "local timer"; undefined for a vector that this version does not have. */
export function vectorTitle(vector: number): string | undefined {
  return VECTORS[vector]?.title;
}

/** Returns "NET_RX", as in /proc/softirqs. */
export function softirqLabel(softirq: number): string {
  return SOFTIRQS[softirq]?.label ?? `softirq ${softirq}`;
}

/**
 * Returns the label of a source by the kind of source of its measure: "irq 36", "LOC", "NET_RX", "timer", a task's
 * name, of a measure by thread with its id; of a function its kind, "hrtimer".
 */
export function sourceLabel(measure: Measure, number: number, name: string): string {
  const { source, by, label, title } = descriptorOf(measure);
  switch (source) {
    case 'irq':
      return irqLabel(number);
    case 'vector':
      return vectorLabel(number);
    case 'softirq':
      return softirqLabel(number);
    case 'cpu':
    case 'function':
      return label ?? title;
    case 'task':
      return by.includes('thread') ? `${name}/${number}` : name;
    case 'irq-task':
      return `${irqLabel(number)} → ${name}`;
    case 'interrupt':
      return name || irqLabel(number);
  }
}

/** Returns "cyclictest/2", or only the number if the name is unknown. */
export function taskLabel(pid: number, task: Pick<TraceTask, 'comm'> | undefined): string {
  if (pid === 0) return 'idle';
  return task ? `${task.comm}/${pid}` : `pid ${pid}`;
}

const DEADLINE = 'SCHED_DEADLINE';

/** Returns whether a task runs before all ordinary ones. */
export const isRealTime = ({ policy, priority }: Pick<TaskInfo, 'policy' | 'priority'>): boolean =>
  priority > 0 || policy === DEADLINE;

/**
 * Returns "SCHED_FIFO priority 90" or "SCHED_OTHER nice 5". The short form, "FIFO 90", is for a cell that also names the
 * task.
 */
export function policyText(
  { policy, priority, nice }: Pick<TaskInfo, 'policy' | 'priority' | 'nice'>,
  form: 'full' | 'short' = 'full',
): Text {
  // Its parameters are run time, deadline and period, which the kernel module does not send.
  const short = policy.replace('SCHED_', '');
  if (policy === DEADLINE) return text('{name}', '{name}', { name: form === 'full' ? policy : short });
  if (priority === 0) return text('{policy} nice {nice}', '{policy} nice {nice}', { policy, nice });
  if (form === 'full')
    return text('{policy} priority {priority}', '{policy}优先级{priority}', { policy, priority });
  return text('{policy} {priority}', '{policy} {priority}', {
    policy: short,
    priority,
  });
}

/** Returns "C6, exit latency 133 µs, CPU at 1.20 GHz". `name` is empty if the CPU has no idle driver. */
export function idleText({ index, exitLatencyNs, frequencyKhz }: IdleState, name: string): Text {
  const state = name ? visibleText(name) : text('idle state {index}', '空闲状态{index}', { index });
  const latency = exitLatencyNs === undefined ? text('unknown', '未知') : formatDuration(exitLatencyNs);
  const frequency =
    frequencyKhz === undefined
      ? text('frequency unknown', '频率未知')
      : text('CPU at {frequency}', 'CPU 频率{frequency}', { frequency: formatFrequency(frequencyKhz) });
  return text('{state}, exit latency {latency}, {frequency}', '{state}，退出延迟{latency}，{frequency}', {
    ...{ state, latency, frequency },
  });
}

/** Returns ", preemption disabled", of some samples ", preemption disabled in 3"; empty for none. */
function disabledText(what: Text, n: number | undefined, { samples }: SampleProfile): Text | '' {
  if (n === undefined || n === 0) return '';
  return n === samples
    ? text(', {what}', '，{what}', { what })
    : text(', {what} in {n}', '，其中 {n} 次{what}', { what, n });
}

const USER_SPACE = text('user space', '用户空间');

function userPlaceText({ module, function: name, address }: UserPlace): TextValue {
  if (module === undefined) return text('anonymous memory', '匿名内存');
  if (name !== undefined) return `${visibleText(name)} (${visibleText(module)})`;
  return address === undefined ? visibleText(module) : `${visibleText(module)}+${address}`;
}

/** Returns the places of a module as one, which has the address of the first if it is the only one. */
function moduleOf(places: readonly UserPlace[]): UserPlace {
  const [first] = places;
  if (places.length === 1 && first !== undefined) return first;
  const samples = places.reduce((sum, place) => sum + place.samples, 0);
  return { samples, ...(first?.module !== undefined && { module: first.module }) };
}

/** Returns the function, or else the module, that at least half of the samples found; undefined if there is none. */
function mostly(user: readonly UserPlace[], samples: number): UserPlace | undefined {
  const modules = [...Map.groupBy(user, ({ module }) => module).values()].map(moduleOf);
  return [...user, ...modules].find((place) => place.samples * 2 >= samples);
}

/** Returns where most samples were, and how many of them. */
function placeOfProfile({ samples, inside, function: name, user }: SampleProfile): [TextValue, number] {
  if (name !== undefined) return [visibleText(name), inside];
  if (user === undefined) return [USER_SPACE, inside];
  if (user.length === 0)
    return [text('{user}, module unknown', '{user}，模块未知', { user: USER_SPACE }), inside];
  const place = mostly(user, samples);
  return place === undefined ? [USER_SPACE, inside] : [userPlaceText(place), place.samples];
}

/** Returns "4 of 5 samples in mwl_wait_dma [mwl], preemption disabled"; in user mode "9 of 10 samples in sin (libm.so.6)". */
export function profileText(profile: SampleProfile): Text {
  const { samples, preemptOff, bhOff } = profile;
  const [place, inside] = placeOfProfile(profile);
  return text(
    samples === 1
      ? '1 sample, in {place}{preempt}{bh}'
      : '{inside} of {samples} samples in {place}{preempt}{bh}',
    samples === 1
      ? '1 次采样，位于{place}{preempt}{bh}'
      : '{samples} 次采样中 {inside} 次位于{place}{preempt}{bh}',
    {
      ...{ inside, samples, place },
      preempt: disabledText(text('preemption disabled', '抢占被禁用'), preemptOff, profile),
      bh: disabledText(text('softirqs disabled', '软中断被禁用'), bhOff, profile),
    },
  );
}

/** Returns "hrtimer tick_nohz_handler", "NAPI poll eth0: e1000_clean [e1000] (at most)". */
export const callbackText = ({ kind, function: name }: CallbackInfo): Text =>
  text(
    kind === 'napi' ? '{kind} {name} (at most)' : '{kind} {name}',
    kind === 'napi' ? '{kind} {name}（上限）' : '{kind}{name}',
    { kind: titleText(callbackWords[kind]), name: visibleText(name) },
  );

function senderName({ task, inInterrupt }: SenderInfo): TextValue | undefined {
  if (inInterrupt) return text('an interrupt', '中断');
  if (task === undefined) return undefined;
  if (task.pid === 0) return text('the idle task', '空闲任务');
  if (task.comm === '') return text('task {pid}', '任务{pid}', { pid: task.pid });
  return `${visibleText(task.comm)}/${task.pid}`;
}

/**
 * Returns "asked for by stress-ng/226 on CPU 3 in tlb_finish_mmu" or "timer armed by app/9 on CPU 0", as far as that is
 * known.
 */
export function senderText(sender: SenderInfo): Text {
  const name = senderName(sender);
  const who = name === undefined ? '' : text(' by {name}', '由{name}', { name });
  const where = sender.cpu === undefined ? '' : text(' on CPU {cpu}', '在 CPU {cpu} 上', { cpu: sender.cpu });
  const how =
    sender.function === undefined
      ? ''
      : text(' in {name}', '通过{name}', { name: visibleText(sender.function) });
  return sender.armed
    ? text('timer armed{who}{where}{how}', '定时器{who}{where}{how}设置', { who, where, how })
    : text('asked for{who}{where}{how}', '{who}{where}{how}请求', { who, where, how });
}

const irqsOff = titleText(partWords.irqs_off);
const doubtTexts: Readonly<Record<Doubt, Text>> = {
  stall: text('a stall of the CPU', 'CPU 停顿'),
  irqs_off: irqsOff,
  kernel_exit: text('{irqsOff} on the way out of the kernel', '退出内核途中{irqsOff}', { irqsOff }),
};

/** Returns "a stall of the CPU, or interrupts disabled". */
export const doubtText = (couldBe: readonly Doubt[]): Text =>
  joined(
    couldBe.map((doubt) => doubtTexts[doubt]),
    ', or ',
    '，或',
  );

/** Returns "could be a stall of the CPU, or interrupts disabled". */
export const couldBeText = (couldBe: readonly Doubt[]): Text =>
  text('could be {list}', '可能是{list}', { list: doubtText(couldBe) });
