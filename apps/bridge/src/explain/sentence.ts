// Explains a spike in plain words: what was late or long, and its parts, largest first. What the record only suggests is
// marked with "may". For a late timer without parts, a handler is the cause if it ended in the window and took at least
// half of it. Disabled interrupts are stated only if the stack shows where they were enabled again.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import {
  descriptorOf,
  isProven,
  type PartKind,
  partWords,
  type Spike,
  type SpikePart,
} from '@rtprobe/protocol';
import {
  doubtText,
  irqLabel,
  joined,
  profileText,
  type Text,
  type TextValue,
  text,
  titleText,
} from '@rtprobe/trace';
import {
  callbackSuffix,
  inPlace,
  inShort,
  irqName,
  irqThread,
  partInShort,
  preemptedBy,
  softirqName,
  spoken,
  spokenPart,
  taskName,
} from './names.ts';
import { comesBackOn, inSoftirq, place, placeOf, placeOfEnabling, placeOfSoftirqs } from './place.ts';

export type SpikeFacts = Omit<Spike, 'sentence' | 'zh' | 'culprit'>;

/** Number of parts that a sentence names; the others are summed up. */
const PARTS_NAMED = 4;

const value = (spike: SpikeFacts): string => formatDuration(spike.valueNs);

const CPU_IDLE = text('the CPU was idle', 'CPU 空闲');

/** Returns that a handler interrupted a task, or a softirq. */
function interrupted({ mode, task, stack }: SpikeFacts): Text {
  const values = { task: taskName(task), place: inPlace(placeOf(stack)) };
  if (mode === 'user')
    return text('it interrupted {task} in user space', '被打断的是用户空间中的{task}', values);
  if (!inSoftirq(stack))
    return text('it interrupted {task} in the kernel{place}', '被打断的是内核中的{task}{place}', values);
  return text(
    'it interrupted a softirq in the context of {task} in the kernel{place}',
    '被打断的是内核中在{task}的上下文中运行的软中断{place}',
    values,
  );
}

/** Returns what the CPU did, as a clause with the verb "ran" or "was running". */
function running({ mode, task, stack }: SpikeFacts, verb: 'ran' | 'was running'): Text {
  if (mode === 'idle') return CPU_IDLE;
  const values = { task: taskName(task), verb, place: inPlace(placeOf(stack)) };
  if (mode === 'user') return text('{task} {verb} in user space', '{task}在用户空间中运行', values);
  if (!inSoftirq(stack))
    return text('{task} {verb} in the kernel{place}', '{task}在内核中运行{place}', values);
  return text(
    'a softirq {verb} in the context of {task}{place}',
    '一个软中断在{task}的上下文中运行{place}',
    values,
  );
}

/** Capitalises the first word of an English sentence, except the name of a task. */
export const capital = ({ en, zh }: Text): Text => ({
  en: en.replace(
    /^(the|a|it|irq|softirq|interrupts) /,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  ),
  zh,
});

/** Lists the parts, largest first, with the unaccounted part last. */
function listParts(spike: SpikeFacts, parts: readonly SpikePart[]): Text {
  const known = parts.filter((part) => part.kind !== 'unaccounted' && part.durationNs > 0);
  const named = known.length > PARTS_NAMED + 1 ? known.slice(0, PARTS_NAMED) : known;
  const rest = known.slice(named.length);
  const words = named.map((part) =>
    spokenPart(part, {
      place: placeOfPart(spike, part),
      detail: whereInside(spike, part),
      source: spike.measure === 'response_time' ? preemptedBy(part) : undefined,
    }),
  );
  if (rest.length > 0) {
    const sum = rest.reduce((total, part) => total + part.durationNs, 0);
    const values = { time: formatDuration(sum), n: rest.length };
    words.push(text('{time} in {n} smaller parts', '其余 {n} 个较小部分共{time}', values));
  }
  const unaccounted = parts.filter(({ kind }) => kind === 'unaccounted');
  const unaccountedNs = unaccounted.reduce((sum, { durationNs }) => sum + durationNs, 0);
  if (unaccountedNs > 0) {
    const couldBe = unaccountedNs * 2 >= spike.valueNs ? unaccounted[0]?.couldBe : undefined;
    const doubts = couldBe ? text(' ({list})', '（可能是{list}）', { list: doubtText(couldBe) }) : '';
    const time = formatDuration(unaccountedNs);
    words.push(text('{time} unaccounted{doubts}', '未归因{time}{doubts}', { time, doubts }));
  }
  return joined(words, ', ', '，');
}

/** Kinds that the timer can interrupt. */
const SAMPLED: readonly PartKind[] = [
  ...(['task', 'irq_thread', 'softirq', 'throttled', 'fair_server', 'own_run'] as const),
];

/** Returns where the samples found the part that most of the value is due to; undefined for others. */
function whereInside({ valueNs }: SpikeFacts, { kind, durationNs, profile }: SpikePart): Text | undefined {
  const matters = durationNs * 2 >= valueNs && SAMPLED.includes(kind);
  return matters && profile ? profileText(profile) : undefined;
}

/**
 * Returns where a task had interrupts disabled; undefined if the stack does not show it. The stack must be that task's,
 * captured when interrupts were enabled again: by the late timer, or by an interrupt directly after the enabling function.
 */
function placeOfPart({ measure, task, mode, stack }: SpikeFacts, part: SpikePart): string | undefined {
  if (mode !== 'kernel' || part.pid !== task.pid) return undefined;
  return measure === 'timer_latency' || comesBackOn(stack) ? placeOf(stack) : undefined;
}

/** Returns what happened, without its reason: "the timer on CPU 0 fired 812 µs late". */
export function claim(spike: SpikeFacts): Text {
  const { cpu, number } = spike;
  const time = value(spike);
  const victim = spike.victim ? taskName(spike.victim) : text('a task', '某个任务');
  const softirq = softirqName(visibleText(spike.label));
  const irq = irqName(number, spike.name);
  const thread = irqThread(irq);
  switch (spike.measure) {
    case 'timer_latency':
      return text('the timer on CPU {cpu} fired {time} late', 'CPU {cpu} 上的定时器触发晚了{time}', {
        cpu,
        time,
      });
    case 'thread_latency':
      return text('the probe thread on CPU {cpu} ran {time} late', 'CPU {cpu} 上的探测线程运行晚了{time}', {
        ...{ cpu, time },
      });
    case 'wakeup_latency':
      return text('{victim} on CPU {cpu} ran {time} late', 'CPU {cpu} 上的{victim}运行晚了{time}', {
        ...{ victim, cpu, time },
      });
    case 'preemption_latency':
      return text(
        '{victim} on CPU {cpu} could run but did not for {time}',
        'CPU {cpu} 上的{victim}可以运行，但未能运行的时间为{time}',
        { victim, cpu, time },
      );
    case 'response_time':
      return text(
        '{victim} on CPU {cpu} needed {time}, {over} over its deadline of {deadline}',
        '{victim}在 CPU {cpu} 上用了{time}，比其期限{deadline}超出{over}',
        {
          ...{ victim, cpu, time, deadline: formatDuration(spike.thresholdNs) },
          over: formatDuration(spike.valueNs - spike.thresholdNs),
        },
      );
    case 'irq_to_task':
      return text(
        '{victim} on CPU {cpu} ran {time} after {irq}',
        'CPU {cpu} 上的{victim}在{irq}发生{time}后才运行',
        {
          ...{ victim, cpu, time, irq: irqLabel(number) },
        },
      );
    case 'irq_thread_latency':
      return text(
        '{thread} on CPU {cpu} ran {time} after it was woken',
        'CPU {cpu} 上{thread}在被唤醒{time}后才运行',
        { thread, cpu, time },
      );
    case 'irq_thread_duration':
      return ranFor(thread, spike);
    case 'softirq_latency':
      return text(
        '{softirq} on CPU {cpu} ran {time} after it was raised',
        'CPU {cpu} 上的{softirq}在被触发{time}后才运行',
        { softirq, cpu, time },
      );
    case 'softirq_duration':
      return ranFor(softirq, spike);
    case 'irqline_off':
      return text('{irq} was disabled for {time}', '中断线{irq}被禁用了{time}', { irq, time });
    case 'irqsoff':
      return text(
        'interrupts were disabled on CPU {cpu} for {time} while {running}',
        'CPU {cpu} 关中断{time}，期间{running}',
        { cpu, time: between(spike), running: running(spike, 'ran') },
      );
    case 'napi_duration':
      return text('{source} ran on CPU {cpu} for at most {time}', '{source}在 CPU {cpu} 上最多运行了{time}', {
        ...{ source: spoken(spike.measure, spike), cpu, time },
      });
    case 'preemptoff':
    case 'softirqsoff':
      return offBy(spike);
    case 'stolen':
      return text(
        '{source} took {time} from {task} on CPU {cpu} between two context switches',
        '{source}在 CPU {cpu} 的两次上下文切换之间占用了{task}的运行时间{time}',
        { source: inShort(spike.measure, spike), time, task: taskName(spike.victim ?? spike.task), cpu },
      );
    default:
      return claimOfAny(spike);
  }
}

const ranFor = (source: Text, spike: SpikeFacts): Text =>
  text('{source} ran on CPU {cpu} for {time}', '{source}在 CPU {cpu} 上运行了{time}', {
    ...{ source, cpu: spike.cpu, time: value(spike) },
  });

/** Whether a spike is a section in which a task had preemption or softirqs disabled. */
export const isSection = ({ measure }: Pick<Spike, 'measure'>): boolean =>
  measure === 'preemptoff' || measure === 'softirqsoff';

/** Returns the claim of a section: "hog/9 disabled preemption on CPU 1 for 17.1–18 ms". */
export function offBy(spike: SpikeFacts): Text {
  const values = { task: taskName(spike.task), cpu: spike.cpu, time: between(spike) };
  return spike.measure === 'preemptoff'
    ? text('{task} disabled preemption on CPU {cpu} for {time}', '{task}在 CPU {cpu} 上关抢占{time}', values)
    : text('{task} disabled softirqs on CPU {cpu} for {time}', '{task}在 CPU {cpu} 上关软中断{time}', values);
}

/** Returns the claim of a measure that `claim` does not list. */
function claimOfAny(spike: SpikeFacts): Text {
  const descriptor = descriptorOf(spike.measure);
  const source = spoken(spike.measure, spike);
  if (descriptor.part !== undefined || descriptor.source === 'function') return ranFor(source, spike);
  const { en, zh } = titleText(descriptor);
  const values = { ...{ title: { en: en.toLowerCase(), zh }, source }, cpu: spike.cpu, time: value(spike) };
  return descriptor.semantics === 'latency'
    ? text('the {title} of {source} on CPU {cpu} was {time}', 'CPU {cpu} 上{source}的{title}为{time}', values)
    : text(
        'the {title} of {source} on CPU {cpu} took {time}',
        'CPU {cpu} 上{source}的{title}用了{time}',
        values,
      );
}

/** Returns how long something was disabled: one duration, or the proven range such as "7.10–8.00 ms". */
export function between(spike: SpikeFacts): TextValue {
  const { bounds } = spike;
  if (!bounds) return value(spike);
  if (bounds.exact || bounds.lowerNs === bounds.upperNs) return formatDuration(bounds.lowerNs);
  const upper = formatDuration(bounds.upperNs);
  if (bounds.lowerNs === 0) return text('up to {upper}', '最多{upper}', { upper });
  const lower = formatDuration(bounds.lowerNs);
  const unit = upper.slice(upper.indexOf(' '));
  return `${lower.endsWith(unit) ? lower.slice(0, -unit.length) : lower}–${upper}`;
}

/** Returns further facts, each a sentence without its full stop. */
function context(spike: SpikeFacts): Text[] {
  const { mode, stack, measure } = spike;
  const task = taskName(spike.task);
  switch (measure) {
    case 'hardirq_duration':
    case 'vector_duration':
      return [mode === 'idle' ? CPU_IDLE : interrupted(spike)];
    case 'softirq_duration':
    case 'softirq_latency': {
      const values = { task, place: inPlace(placeOfSoftirqs(stack)) };
      const ran = text('it ran in the context of {task}{place}', '它在{task}的上下文中运行{place}', values);
      return [mode === 'idle' ? CPU_IDLE : ran];
    }
    case 'irqline_off':
      return [
        text(
          '{task} was running when the line was enabled again{place}',
          '该中断线重新启用时正在运行的是{task}{place}',
          { task, place: inPlace(placeOfEnabling(stack)) },
        ),
      ];
    case 'wakeup_latency':
    case 'irq_to_task':
      return [wokenBy(spike), waitedFor(spike)].filter((fact) => fact !== undefined);
    default:
      return [];
  }
}

const wokenBy = ({ waker }: SpikeFacts): Text | undefined =>
  waker && waker.pid !== 0
    ? text('it was woken while {task} was running', '它被唤醒时正在运行的是{task}', { task: taskName(waker) })
    : undefined;

/** Returns the lock whose wait ended with the wakeup, and its owner when the wait began. */
function waitedFor({ victimProcess }: SpikeFacts): Text | undefined {
  const lock = victimProcess?.locks?.find(({ waitNs }) => waitNs !== undefined);
  if (lock === undefined) return undefined;
  const { name, owner } = lock;
  return text('it had waited {time}{where} for a lock{owner}', '它此前{where}等待锁{time}{owner}', {
    time: formatDuration(lock.waitNs!),
    where: name === '' ? '' : text(' in {place}', '在{place}中', { place: place(visibleText(name)) }),
    owner: owner
      ? text(' that {task} held when the wait began', '，开始等待时锁的持有者是{task}', {
          task: taskName(owner),
        })
      : '',
  });
}

/** Returns the handler that explains a late timer without parts: it ran for at least half of the delay. */
export function mainCause(spike: SpikeFacts): NonNullable<Spike['cause']> | undefined {
  return spike.cause && spike.cause.durationNs * 2 >= spike.valueNs ? spike.cause : undefined;
}

/** Returns the facts of a late timer without parts. */
function wholeTimer(spike: SpikeFacts): Text[] {
  const { cause } = spike;
  const doing = running(spike, 'was running');
  if (cause === undefined) {
    return [
      claim(spike),
      text('No measured handler ended in that time', '其间没有任何被测量的处理程序结束'),
      ...suspicion(spike, doing),
    ];
  }
  const values = { source: spoken(cause.measure, cause), time: formatDuration(cause.durationNs) };
  if (mainCause(spike)) {
    const ran = text(
      'the handler of {source} ran for {time} and ended in that time',
      '其间{source}的处理程序运行了{time}并结束',
      values,
    );
    return [claim(spike), ran, doing];
  }
  const longest = text(
    'The longest hard handler in that time, {source}, took only {time}',
    '其间最长的硬中断处理程序是{source}，仅用了{time}',
    values,
  );
  return [claim(spike), longest, ...suspicion(spike, doing)];
}

/** Returns what the timer interrupted, and what its delay may mean if no handler explains it. */
function suspicion(spike: SpikeFacts, doing: Text): Text[] {
  if (spike.mode === 'user') {
    return [
      text('{doing}, which cannot disable interrupts', '{doing}，而用户空间不能关中断', { doing }),
      text('the delay lies outside of what is measured', '延迟在测量范围之外'),
    ];
  }
  if (spike.mode === 'idle')
    return [doing, text('the record does not show what delayed the timer', '记录未显示定时器为何延迟')];
  if (comesBackOn(spike.stack))
    return [text('{doing}, where interrupts were enabled again', '{doing}，并在此处重新开中断', { doing })];
  return [
    doing,
    text('interrupts may have been disabled and enabled again there', '可能在此处关中断后又重新开中断'),
  ];
}

const isDecomposed = (spike: SpikeFacts): spike is SpikeFacts & { parts: SpikePart[] } =>
  spike.parts?.some((part) => part.durationNs > 0) ?? false;

/** Returns whether the host of a virtual machine took most of the time, so that nothing inside Linux is the cause. */
export const isHostDelay = ({ hostDelayNs = 0, valueNs }: SpikeFacts): boolean => hostDelayNs * 2 >= valueNs;

/** Returns time in which the host did not run the CPU, as a part. */
export const hostPart = (durationNs: number): SpikePart => ({
  ...{ kind: 'host', number: 0, name: '', label: partWords.host.title },
  ...{ durationNs, count: 1 },
});

/** Returns the evidence about the host, unless the list of parts has it. */
function hostDelay({ cpu, hostDelayNs, parts }: SpikeFacts): Text[] {
  if (hostDelayNs === undefined || parts?.some(({ kind }) => kind === 'host')) return [];
  const values = { cpu, time: formatDuration(hostDelayNs) };
  return [
    text(
      'the host did not run virtual CPU {cpu} for at least {time} of that time',
      '其间宿主机至少有{time}未运行虚拟 CPU {cpu}',
      values,
    ),
  ];
}

/** Returns a note that a stall could be the cause, if the value or its largest part has `couldBe` stall. */
function doubt({ couldBe, parts }: SpikeFacts): Text[] {
  const [largest] = parts ?? [];
  const doubted = couldBe ?? (largest?.kind === 'unaccounted' ? undefined : largest?.couldBe);
  if (!doubted?.includes('stall')) return [];
  return [text('a stall of the CPU would look the same', 'CPU 停顿也会有同样的表现')];
}

/** Returns the claim with its parts, and whether they are all. */
function claimWithParts(spike: SpikeFacts & { parts: SpikePart[] }): Text[] {
  const values = { claim: claim(spike), parts: listParts(spike, spike.parts) };
  return [
    text('{claim}: {parts}', '{claim}：{parts}', values),
    ...(spike.partsIncomplete
      ? [text('The flight recorder had overwritten the start of this time', '飞行记录器已覆盖此时段的开头')]
      : []),
  ];
}

function factsOf(spike: SpikeFacts): Text[] {
  const decomposed = isDecomposed(spike);
  if (spike.measure === 'timer_latency' && !decomposed && !isHostDelay(spike)) return wholeTimer(spike);
  const said = decomposed ? claimWithParts(spike) : [claim(spike)];
  return [...said, ...hostDelay(spike), ...doubt(spike), ...context(spike)];
}

/** Returns the explanation of a spike, in one or more sentences. */
export function explain(spike: SpikeFacts, language: keyof Text = 'en'): string {
  const sentences = factsOf(spike).map((fact) => text('{fact}.', '{fact}。', { fact: capital(fact) }));
  return joined(sentences, ' ', '')[language];
}

/** Returns whether the source of a measure is itself the cause. */
export function isOwnCause(measure: Spike['measure']): boolean {
  const { part, source, semantics } = descriptorOf(measure);
  return part !== undefined || source === 'function' || (source === 'interrupt' && semantics === 'duration');
}

/** How well a record proves its cause: none means that it names no cause. */
export type CauseProof = 'none' | 'suggested' | 'proven';

/** What took the time, as a part of a spike describes it. */
export type CausePart = Pick<
  SpikePart,
  'kind' | 'number' | 'name' | 'label' | 'pid' | 'callback' | 'couldBe' | 'wait'
>;

export interface ShortCause {
  words: string;
  proof: CauseProof;
  /** Missing if no kind of part describes the cause. */
  part?: CausePart;
}

const causeWith =
  (proof: CauseProof) =>
  (words: string, part?: CausePart): ShortCause => ({ words, proof, ...(part && { part }) });
const proven = causeWith('proven');
const unknown = causeWith('none');

/**
 * Returns how well a part proves what took its time. A counter of system management interrupts does not say how long
 * they took. A timer is late by disabled interrupts or a stall. An idle state accounts for no more than its exit latency: the timer can have been raised late.
 */
export function proofOfPart({ kind, durationNs, count, idleState }: SpikePart): CauseProof {
  if (!isProven(kind)) return 'none';
  if (kind === 'firmware' || kind === 'late_timer') return 'suggested';
  if (kind !== 'idle_exit') return 'proven';
  const accountedNs = (idleState?.exitLatencyNs ?? 0) * Math.max(count, 1);
  return durationNs <= accountedNs ? 'proven' : 'suggested';
}

/**
 * Returns the cause in a few words. If the record of a timer without parts only suggests it, a question mark says so. A
 * task is named without its pid, so that all processes of a program count as one cause.
 */
export function causeOf(spike: SpikeFacts): ShortCause {
  if (isHostDelay(spike)) return proven(partWords.host.title, unnamed('host'));
  if (isOwnCause(spike.measure)) {
    const [largest] = spike.parts ?? [];
    const words = `${inShort(spike.measure, spike).en}${largest ? callbackSuffix(largest) : ''}`;
    // Its value is an upper bound.
    const found = spike.measure === 'napi_duration' ? causeWith('suggested') : proven;
    return found(words, ofSource(spike.measure, spike, largest?.callback));
  }
  if (spike.measure === 'irqsoff') {
    if (spike.mode !== 'idle') return proven(offIn(spike), offPart(spike));
    return proven(`${partWords.irqs_off.title}, CPU idle`, unnamed('irqs_off', spike.couldBe));
  }
  if (spike.measure === 'irqline_off') return proven(`${inShort(spike.measure, spike).en} disabled`);
  const largest = spike.parts?.[0];
  if (largest && largest.durationNs > 0 && largest.kind !== 'unaccounted')
    return { words: partInShort(largest), proof: proofOfPart(largest), part: largest };
  return causeWithoutParts(spike);
}

function causeWithoutParts(spike: SpikeFacts): ShortCause {
  const { measure, mode, stack } = spike;
  const cause = mainCause(spike);
  if (cause) return proven(inShort(cause.measure, cause).en, ofSource(cause.measure, cause));
  if (measure !== 'timer_latency' || (mode === 'kernel' && isDecomposed(spike)))
    return unknown('unaccounted', spike.parts?.[0]);
  if (mode === 'user') return unknown('unaccounted, in user space');
  if (mode === 'idle') return unknown('unaccounted, CPU idle');
  if (comesBackOn(stack)) return proven(offIn(spike), offPart(spike));
  return { words: `${offIn(spike)}?`, proof: 'suggested', part: offPart(spike) };
}

/** Returns a part of a kind that has no source of its own. */
const unnamed = (kind: PartKind, couldBe?: CausePart['couldBe']): CausePart => ({
  ...{ kind, number: 0, name: '', label: partWords[kind].title },
  ...(couldBe && { couldBe }),
});

/** Returns the source of a measure as a part; undefined for a measure that is no part of others. */
function ofSource(
  measure: Spike['measure'],
  { number, name, label }: Pick<SpikePart, 'number' | 'name' | 'label'>,
  callback?: CausePart['callback'],
): CausePart | undefined {
  const kind = descriptorOf(measure).part;
  return kind && { ...{ kind, number, name, label }, ...(callback && { callback }) };
}

/** Returns the interrupts that the interrupted task disabled; those of rtprobe are rtprobe's. */
function offPart({ task, couldBe }: SpikeFacts): CausePart {
  const kind = task.own ? 'probe' : 'irqs_off';
  return { ...unnamed(kind, couldBe), name: task.comm, pid: task.pid };
}

const offIn = ({ task }: SpikeFacts): string =>
  task.own ? partWords.probe.title : `${partWords.irqs_off.title} in ${visibleText(task.comm)}`;
