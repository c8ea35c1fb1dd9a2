// Explains an incident: which of its spikes is the primary one, what the cause was, and what was late because of it.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import {
  descriptorOf,
  type Incident,
  isOutside,
  type Measure,
  measureOfPart,
  type Spike,
  type SpikePart,
} from '@rtprobe/protocol';
import { callbackText, irqLabel, joined, type Text, type TextValue, text, waitText } from '@rtprobe/trace';
import {
  askedFor,
  blockedIn,
  callbackSuffix,
  irqName,
  irqThread,
  type Named,
  NMI_HANDLERS,
  partTask,
  partTitle,
  softirqName,
  spoken,
  taskName,
  withoutWorkers,
} from './names.ts';
import {
  between,
  type CauseProof,
  capital,
  causeOf,
  claim,
  hostPart,
  isHostDelay,
  isOwnCause,
  isSection,
  mainCause,
  offBy,
  proofOfPart,
} from './sentence.ts';

/** Number of late sources and tasks that a sentence names; the others are counted. */
const LATE_NAMED = 5;

/** How well a spike proves its cause, in ascending order. */
const Proof = {
  /** Unaccounted. */
  none: 0,
  /** rtprobe itself: only the cause if nothing else is. */
  probe: 1,
  /** Suggested by the record, not proven. */
  suggested: 2,
  /** A task that was late itself within the incident. */
  lateItself: 3,
  proven: 4,
} as const;
type Proof = (typeof Proof)[keyof typeof Proof];

const isKnown = (proof: Proof): boolean => proof === Proof.probe || proof >= Proof.lateItself;

const proofOf = (proof: CauseProof): Proof => Proof[proof];

interface Evidence {
  spike: Spike;
  proof: Proof;
  /** Time that the cause is proven to have taken. */
  explainedNs: number;
  /** The spike is the cause's own time, not a value that was late because of it. */
  isOwn: boolean;
  outside: boolean;
  /** The part that is the cause, where a part is. */
  part?: SpikePart;
}

const sumOf = (parts: readonly SpikePart[] = []): number =>
  parts.reduce((sum, { kind, durationNs }) => (isOutside(kind) ? sum + durationNs : sum), 0);

/** Returns the largest time that something outside Linux took, by CPU. */
function outsideByCpu(spikes: readonly Spike[]): Map<number, number> {
  const longest = new Map<number, number>();
  for (const { cpu, parts } of spikes) longest.set(cpu, Math.max(longest.get(cpu) ?? 0, sumOf(parts)));
  return longest;
}

const isCauseItself = ({ measure }: Spike): boolean =>
  isOwnCause(measure) || measure === 'irqsoff' || measure === 'irqline_off';

/** Returns whether the task that had preemption or softirqs disabled took most of that time. */
const isOfOwnTask = (spike: Spike): boolean =>
  isSection(spike) && spike.parts?.[0]?.pid === spike.task.pid && !spike.task.own;

/** `outsideNs`: time that something outside Linux took on this CPU within the incident. It is not handler time. */
function evidenceOf(spike: Spike, outsideNs: number, late: ReadonlySet<number>): Evidence {
  const found = (proof: Proof, explainedNs: number, more: Partial<Evidence> = {}): Evidence => ({
    ...{ spike, proof, explainedNs, isOwn: false, outside: false },
    ...more,
  });
  if (isCauseItself(spike)) {
    const { hostDelayNs = 0 } = spike;
    // The cause in short is the host, too.
    if (isHostDelay(spike))
      return found(Proof.proven, hostDelayNs, { part: hostPart(hostDelayNs), outside: true });
    const own = (spike.bounds?.lowerNs || spike.valueNs) - outsideNs;
    return own > 0 ? found(Proof.proven, own, { isOwn: true }) : found(Proof.none, 0, { isOwn: true });
  }
  const largest = spike.parts?.[0];
  if (largest && largest.durationNs > 0) {
    const { kind, pid, durationNs } = largest;
    if (kind === 'probe') return found(Proof.probe, durationNs, { part: largest });
    const proof = proofOfPart(largest);
    if (proof === 'none') return found(Proof.none, 0);
    const ran = kind === 'task' || kind === 'irq_thread';
    const isLate = ran && pid !== undefined && late.has(pid);
    const outside = isOutside(kind);
    const isOwn = isOfOwnTask(spike);
    return found(isLate ? Proof.lateItself : proofOf(proof), durationNs, { part: largest, outside, isOwn });
  }
  const cause = mainCause(spike);
  if (cause) return found(Proof.proven, cause.durationNs);
  const { proof } = causeOf(spike);
  return found(proofOf(proof), proof === 'none' ? 0 : spike.valueNs);
}

/** Sorts evidence by proof, then by explained time, then by value; the best first. */
const byProof = (a: Evidence, b: Evidence): number =>
  b.proof - a.proof || b.explainedNs - a.explainedNs || b.spike.valueNs - a.spike.valueNs;

const calledPart = ({ parts }: Spike): SpikePart | undefined =>
  parts?.[0]?.callback === undefined ? undefined : parts[0];

/** Returns whether a spike names the function that took most of the time, which another spike of the cause explains. */
const namesFunction = ({ spike }: Evidence, of: Evidence): boolean =>
  spike.cpu === of.spike.cpu && (calledPart(spike)?.durationNs ?? 0) * 2 > of.explainedNs;

/** Returns the cause without the function that ran in it: not every spike of a cause knows it. */
function sourceOf({ culprit, parts }: Spike): string {
  const suffix = callbackSuffix(parts?.[0] ?? {});
  return withoutWorkers(
    suffix !== '' && culprit.endsWith(suffix) ? culprit.slice(0, -suffix.length) : culprit,
  );
}

/**
 * Returns a spike of the best cause: one that names the function, then the one that measures the cause itself, else the
 * one that explains most.
 */
function best(evidence: readonly Evidence[]): Evidence {
  const first = evidence.toSorted(byProof)[0]!;
  const source = sourceOf(first.spike);
  const same = evidence.filter(({ spike, proof }) => proof === first.proof && sourceOf(spike) === source);
  const named = (of: Evidence): number => Number(namesFunction(of, first));
  return same.toSorted(
    (a, b) => named(b) - named(a) || Number(b.isOwn) - Number(a.isOwn) || byProof(a, b),
  )[0]!;
}

const tookCpu = (who: TextValue, cpu: number, ns: number): Text =>
  text('{who} held CPU {cpu} for {time}', '{who}占用 CPU {cpu} 共{time}', {
    ...{ who, cpu, time: formatDuration(ns) },
  });

/** Returns a source for a sentence; softirqs are named as such. */
function sourceWords(measure: Measure, named: Named): Text {
  const source = spoken(measure, named);
  return descriptorOf(measure).source === 'softirq' ? softirqName(source) : source;
}

const offOn = (who: TextValue, cpu: number, time: TextValue): Text =>
  text('{who} disabled interrupts on CPU {cpu} for {time}', '{who}在 CPU {cpu} 上关中断{time}', {
    who,
    cpu,
    time,
  });

/** Returns what is certain of a part that does not prove what took its time. */
function partSuggests(part: SpikePart): Text {
  const { kind, number, name, durationNs } = part;
  const time = formatDuration(durationNs);
  if (kind === 'late_timer')
    return text('its timer was {time} late while {task} ran', '其定时器晚了{time}，其间{task}在运行', {
      ...{ time, task: partTask(part) },
    });
  // The counter proves the interrupts, not how long they took.
  if (kind === 'firmware') {
    return text('{n} SMI{s} took at most {time} of that time', '其间 {n} 次 SMI 最多占用{time}', {
      ...{ n: number, s: number === 1 ? '' : 's', time },
    });
  }
  const state = name ? idleState(name) : text('an idle state', '空闲状态');
  return text(
    'the CPU was in {state} or leaving it for {time}',
    'CPU 处于{state}或正在退出该状态，共{time}',
    { state, time },
  );
}

const idleState = (name: string): Text =>
  text('idle state {name}', '空闲状态{name}', { name: visibleText(name) });

/** Returns what the victim itself did in its cycle; undefined for other parts. */
function didItself(part: SpikePart): Text | undefined {
  const time = formatDuration(part.durationNs);
  if (part.kind === 'own_run') return text('it ran itself for {time}', '其自身运行了{time}', { time });
  if (part.kind !== 'blocked') return undefined;
  const blocked = text('it was {blocked} for {time}', '其{blocked}共{time}', {
    blocked: blockedIn(part),
    time,
  });
  const details = waitText(part);
  return details ? text('{blocked} ({details})', '{blocked}（{details}）', { blocked, details }) : blocked;
}

/** Returns what a part did: "irq 34 rtprobe-edu held CPU 1 for 20.0 ms". */
function partHappened(part: SpikePart, cpu: number): Text {
  const { kind, number, name, durationNs } = part;
  const time = formatDuration(durationNs);
  switch (kind as string) {
    case 'nmi':
      return tookCpu(NMI_HANDLERS, cpu, durationNs);
    case 'irq_thread':
      return tookCpu(irqThread(irqName(number, name)), cpu, durationNs);
    case 'task':
      return text('{task} ran on CPU {cpu} for {time}', '{task}在 CPU {cpu} 上运行了{time}', {
        ...{ task: partTask(part), cpu, time },
      });
    case 'throttled':
      return text(
        'CPU {cpu} was withheld from real-time tasks for {time}',
        'CPU {cpu} 有{time}未供实时任务使用（限流）',
        { cpu, time },
      );
    case 'fair_server':
      return text(
        'the fair server ran {task} on CPU {cpu} for {time}',
        '公平服务器在 CPU {cpu} 上运行{task}共{time}',
        { task: partTask(part), cpu, time },
      );
    case 'irqs_off':
      return offOn(partTask(part), cpu, time);
    case 'idle_exit': {
      const state = name ? idleState(name) : text('idle', '空闲');
      return text('CPU {cpu} took {time} to leave {state}', 'CPU {cpu} 用了{time}退出{state}', {
        cpu,
        time,
        state,
      });
    }
    case 'switch':
      return text('the context switch on CPU {cpu} took {time}', 'CPU {cpu} 上的上下文切换用了{time}', {
        cpu,
        time,
      });
    case 'host':
      return text('the host did not run CPU {cpu} for {time}', '宿主机有{time}未运行 CPU {cpu}', {
        cpu,
        time,
      });
    case 'steal':
      return text(
        'the hypervisor did not run CPU {cpu} for {time}',
        '虚拟机管理程序有{time}未运行 CPU {cpu}',
        {
          ...{ cpu, time },
        },
      );
    case 'stall':
      return text('CPU {cpu} stalled for {time}', 'CPU {cpu} 停顿了{time}', { cpu, time });
    default: {
      const measure = measureOfPart(kind);
      return tookCpu(measure === undefined ? partTitle(part) : sourceWords(measure, part), cpu, durationNs);
    }
  }
}

/** Returns what the cause did, as a clause, with the function that did it. */
function happened(evidence: Evidence): Text {
  const clause = sourceHappened(evidence);
  const part = isKnown(evidence.proof) ? calledPart(evidence.spike) : undefined;
  if (part?.callback === undefined) return clause;
  const asked = askedFor(part);
  const called = callbackText(part.callback);
  const callback = asked ? text('{called} ({asked})', '{called}（{asked}）', { called, asked }) : called;
  const time = formatDuration(part.durationNs);
  // The value of the cause itself is longer than the function.
  return evidence.part === undefined && time !== formatDuration(evidence.explainedNs)
    ? text('{clause}, {time} of it in {callback}', '{clause}，其中{time}执行{callback}', {
        ...{ clause, time, callback },
      })
    : text('{clause} in {callback}', '{clause}，执行{callback}', { clause, callback });
}

function sourceHappened({ spike, part, proof, explainedNs }: Evidence): Text {
  const { measure, cpu, mode, task } = spike;
  const suggested = part && (isKnown(proof) ? didItself(part) : partSuggests(part));
  if (suggested)
    return text('{claim}; {suggested}', '{claim}；{suggested}', { claim: claim(spike), suggested });
  if (isOfOwnTask(spike)) return offBy(spike);
  if (part) return partHappened(part, cpu);
  if (proof < Proof.proven)
    return text('{claim}; its cause is not proven', '{claim}；原因未证实', { claim: claim(spike) });
  if (measure === 'irqsoff') {
    const time = between(spike);
    if (mode !== 'idle') return offOn(taskName(task), cpu, time);
    return text('interrupts were disabled on the idle CPU {cpu} for {time}', '空闲 CPU {cpu} 关中断{time}', {
      ...{ cpu, time },
    });
  }
  if (measure === 'irq_thread_duration') {
    return tookCpu(irqThread(irqName(spike.number, spike.name)), cpu, explainedNs);
  }
  if (measure === 'irqline_off' || measure === 'stolen' || measure === 'napi_duration') return claim(spike);
  if (isCauseItself(spike)) return tookCpu(sourceWords(measure, spike), cpu, explainedNs);
  const cause = mainCause(spike);
  if (cause) return tookCpu(spoken(cause.measure, cause), cpu, cause.durationNs);
  return offOn(taskName(task), cpu, formatDuration(explainedNs));
}

/** Returns what was late; undefined for a spike of time that something took. */
function lateName({ measure, number, label, victim, task }: Spike): TextValue | undefined {
  switch (measure) {
    case 'timer_latency':
      return text('the timer', '定时器');
    case 'thread_latency':
      return text('the probe thread', '探测线程');
    case 'wakeup_latency':
    case 'preemption_latency':
    case 'response_time':
    case 'irq_to_task':
    case 'stolen':
      return taskName(victim ?? task);
    case 'irq_thread_latency':
      return irqThread(irqLabel(number));
    case 'softirq_latency':
      return softirqName(visibleText(label));
    default:
      return descriptorOf(measure).semantics === 'latency' ? visibleText(label) : undefined;
  }
}

/** Returns the different names of what was late. */
function lateNames(spikes: readonly Spike[]): Text[] {
  const names = spikes.map(lateName).filter((name) => name !== undefined);
  return [
    ...new Map(
      names.map((name) => text('{name}', '{name}', { name })).map((name) => [name.en, name]),
    ).values(),
  ];
}

function listed(names: readonly Text[]): Text {
  const n = names.length - LATE_NAMED;
  if (n <= 1) return joined(names, ', ', '、');
  const some = joined(names.slice(0, LATE_NAMED), ', ', '、');
  return text('{some} and {n} more', '{some}，另有 {n} 个', { some, n });
}

/** Returns the second clause: what was late because of the first. `everywhere`: the CPUs, if they are all. */
function lateBecause(evidence: Evidence, spikes: readonly Spike[], everywhere: Text | undefined): TextValue {
  const unproven = !isKnown(evidence.proof);
  const others = unproven || evidence.isOwn ? spikes.filter((spike) => spike !== evidence.spike) : spikes;
  const names = lateNames(others);
  if (names.length === 0)
    return everywhere === undefined
      ? ''
      : text('; seen on {everywhere}', '；见于{everywhere}', { everywhere });
  const late = listed(names);
  // That every CPU was late describes the incident. It does not prove that one CPU's handler made the others late.
  if (everywhere !== undefined) {
    return text('; late at the same time on {everywhere}: {late}', '；{everywhere}同时迟到：{late}', {
      ...{ everywhere, late },
    });
  }
  return unproven
    ? text('; also late: {late}', '；同样迟到：{late}', { late })
    : text('; late because of it: {late}', '；因此迟到：{late}', { late });
}

/** Returns the sentence about the expectations that an incident breaks. */
function brokenExpectations(breaks: readonly string[]): TextValue {
  if (breaks.length === 0) return '';
  const names = breaks.map((name) => text('“{name}”', '{name}', { name }));
  return text(' This breaks the expectation {names}.', '违反了期望：{names}。', {
    names: joined(names, ', ', '、'),
  });
}

/** Returns the words of an incident. `spikes`: all of them, by time. */
export function explainIncident(
  spikes: readonly Spike[],
): Pick<Incident, 'primary' | 'measure' | 'culprit' | 'device' | 'origin' | 'sentence' | 'zh' | 'breaks'> {
  const outside = outsideByCpu(spikes);
  const late = new Set(spikes.flatMap(({ victim }) => (victim && victim.pid !== 0 ? [victim.pid] : [])));
  const evidence = spikes.map((spike) => evidenceOf(spike, outside.get(spike.cpu) ?? 0, late));
  const primary = best(evidence);
  const { id, measure, culprit, device, onlineCpus } = primary.spike;
  const cpus = new Set(spikes.map(({ cpu }) => cpu)).size;
  const isEverywhere = onlineCpus !== undefined && onlineCpus > 1 && cpus >= onlineCpus;
  const everywhere = isEverywhere
    ? text('{cpus} of {online} CPUs', '{online} 个 CPU 中的 {cpus} 个', { cpus, online: onlineCpus })
    : undefined;
  const origin = !isKnown(primary.proof) ? 'unproven' : primary.outside ? 'outside' : 'linux';
  const breaks = [...new Set(spikes.flatMap((spike) => spike.breaks ?? []))];
  const { en, zh } = text('{happened}{late}.{broken}', '{happened}{late}。{broken}', {
    ...{ happened: capital(happened(primary)), late: lateBecause(primary, spikes, everywhere) },
    broken: brokenExpectations(breaks),
  });
  return {
    ...{ primary: id, measure, culprit, sentence: en, zh: { sentence: zh } },
    origin,
    ...(device && { device }),
    ...(breaks.length > 0 && { breaks }),
  };
}
