// Explains a spike in plain words: what was late or long, and its parts, largest first. What the record only suggests is
// marked with "may". For a late timer without parts, a handler is the cause if it ended in the window and took at least
// half of it. Disabled interrupts are stated only if the stack shows where they were enabled again.
import { formatExactDuration, visibleText } from '@rtprobe/metrics';
import { descriptorOf, isProven, partWords, type Spike, type SpikePart } from '@rtprobe/protocol';
import { doubtList, irqLabel } from '@rtprobe/trace';
import { inShort, irqName, partInShort, spoken, spokenPart, taskName } from './names.ts';
import { comesBackOn, inSoftirq, place, placeOf, placeOfEnabling, placeOfSoftirqs } from './place.ts';

export type SpikeFacts = Omit<Spike, 'sentence' | 'culprit'>;

/** Number of parts that a sentence names; the others are summed up. */
const PARTS_NAMED = 4;

const value = (spike: SpikeFacts): string => formatExactDuration(spike.valueNs);

/** " (iowrite16)"; empty where the place is unknown. */
const inPlace = (place: string | undefined): string => (place === undefined ? '' : ` (${place})`);

/** Returns the object of "It interrupted". */
function interrupted({ mode, task, stack }: SpikeFacts): string {
  if (mode === 'user') return `${taskName(task)} in user space`;
  return `${inSoftirq(stack) ? 'a softirq in the context of ' : ''}${taskName(task)} in the kernel${inPlace(placeOf(stack))}`;
}

/** Returns what the CPU did, as a clause with the verb "ran" or "was running". */
function running({ mode, task, stack }: SpikeFacts, verb: string): string {
  if (mode === 'idle') return 'the CPU was idle';
  if (mode === 'user') return `${taskName(task)} ${verb} in user space`;
  const where = inPlace(placeOf(stack));
  if (inSoftirq(stack)) return `a softirq ${verb} in the context of ${taskName(task)}${where}`;
  return `${taskName(task)} ${verb} in the kernel${where}`;
}

/** Capitalises the first word of a sentence, except the name of a task. */
export const capital = (text: string): string =>
  text.replace(/^(the|a|it|irq|softirq|interrupts) /, (word) => word.charAt(0).toUpperCase() + word.slice(1));

/** Lists the parts, largest first, with the unaccounted part last. */
function listParts(spike: SpikeFacts, parts: readonly SpikePart[]): string {
  const known = parts.filter((part) => part.kind !== 'unaccounted' && part.durationNs > 0);
  const named = known.length > PARTS_NAMED + 1 ? known.slice(0, PARTS_NAMED) : known;
  const rest = known.slice(named.length);
  const words = named.map((part) => spokenPart(part, placeOfPart(spike, part)));
  if (rest.length > 0) {
    const sum = rest.reduce((total, part) => total + part.durationNs, 0);
    words.push(`${formatExactDuration(sum)} in ${rest.length} smaller parts`);
  }
  const unaccounted = parts.filter(({ kind }) => kind === 'unaccounted');
  const unaccountedNs = unaccounted.reduce((sum, { durationNs }) => sum + durationNs, 0);
  if (unaccountedNs > 0) {
    const couldBe = unaccountedNs * 2 >= spike.valueNs ? unaccounted[0]?.couldBe : undefined;
    words.push(`${formatExactDuration(unaccountedNs)} unaccounted${inPlace(couldBe && doubtList(couldBe))}`);
  }
  const missing = spike.partsIncomplete ? '. The flight recorder had overwritten the start of this time' : '';
  return `${words.join(', ')}${missing}`;
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
export function claim(spike: SpikeFacts): string {
  const { cpu, label, number } = spike;
  const victim = spike.victim ? taskName(spike.victim) : `a task on CPU ${cpu}`;
  switch (spike.measure) {
    case 'timer_latency':
      return `the timer on CPU ${cpu} fired ${value(spike)} late`;
    case 'thread_latency':
      return `the probe thread on CPU ${cpu} ran ${value(spike)} late`;
    case 'wakeup_latency':
      return `${victim} on CPU ${cpu} ran ${value(spike)} late`;
    case 'irq_to_task':
      return `${victim} on CPU ${cpu} ran ${value(spike)} after ${irqLabel(number)}`;
    case 'irq_thread_latency':
      return `the thread of ${irqName(number, spike.name)} on CPU ${cpu} ran ${value(spike)} after it was woken`;
    case 'irq_thread_duration':
      return `the thread of ${irqName(number, spike.name)} ran on CPU ${cpu} for ${value(spike)}`;
    case 'softirq_latency':
      return `softirq ${visibleText(label)} on CPU ${cpu} ran ${value(spike)} after it was raised`;
    case 'softirq_duration':
      return `softirq ${visibleText(label)} ran on CPU ${cpu} for ${value(spike)}`;
    case 'irqline_off':
      return `${irqName(number, spike.name)} was disabled for ${value(spike)}`;
    case 'irqsoff':
      return `interrupts were disabled on CPU ${cpu} for ${between(spike)} while ${running(spike, 'ran')}`;
    case 'stolen':
      return `${inShort(spike.measure, spike)} took ${value(spike)} from ${taskName(spike.victim ?? spike.task)} on CPU ${cpu} between two context switches`;
    default:
      return claimOfAny(spike);
  }
}

/** Returns the claim of a measure that `claim` does not list. */
function claimOfAny(spike: SpikeFacts): string {
  const { semantics, part, title } = descriptorOf(spike.measure);
  const source = spoken(spike.measure, spike);
  if (part !== undefined) return `${source} ran on CPU ${spike.cpu} for ${value(spike)}`;
  const named = `the ${title.toLowerCase()} of ${source} on CPU ${spike.cpu}`;
  return semantics === 'latency' ? `${named} was ${value(spike)}` : `${named} took ${value(spike)}`;
}

/** Returns how long interrupts were disabled: one duration, or the proven range such as "7.10–8.00 ms". */
export function between(spike: SpikeFacts): string {
  const { bounds } = spike;
  if (!bounds) return value(spike);
  if (bounds.exact || bounds.lowerNs === bounds.upperNs) return formatExactDuration(bounds.lowerNs);
  const upper = formatExactDuration(bounds.upperNs);
  if (bounds.lowerNs === 0) return `up to ${upper}`;
  const lower = formatExactDuration(bounds.lowerNs);
  const unit = upper.slice(upper.indexOf(' '));
  return `${lower.endsWith(unit) ? lower.slice(0, -unit.length) : lower}–${upper}`;
}

/** Returns further facts, each a sentence without its full stop. */
function context(spike: SpikeFacts): string[] {
  const { mode, task, stack, measure } = spike;
  switch (measure) {
    case 'hardirq_duration':
    case 'vector_duration':
      return [mode === 'idle' ? 'the CPU was idle' : `it interrupted ${interrupted(spike)}`];
    case 'softirq_duration':
    case 'softirq_latency':
      return mode === 'idle'
        ? ['the CPU was idle']
        : [`it ran in the context of ${taskName(task)}${inPlace(placeOfSoftirqs(stack))}`];
    case 'irqline_off':
      return [
        `${taskName(task)} was running when the line was enabled again${inPlace(placeOfEnabling(stack))}`,
      ];
    case 'wakeup_latency':
    case 'irq_to_task':
      return [wokenBy(spike), waitedFor(spike)].filter((fact) => fact !== undefined);
    default:
      return [];
  }
}

const wokenBy = ({ waker }: SpikeFacts): string | undefined =>
  waker && waker.pid !== 0 ? `it was woken while ${taskName(waker)} was running` : undefined;

/** Returns the lock whose wait ended with the wakeup, and its owner when the wait began. */
function waitedFor({ victimProcess }: SpikeFacts): string | undefined {
  const lock = victimProcess?.locks?.find(({ waitNs }) => waitNs !== undefined);
  if (lock === undefined) return undefined;
  const where = lock.name === '' ? '' : ` in ${place(visibleText(lock.name))}`;
  const owner = lock.owner ? ` that ${taskName(lock.owner)} held when the wait began` : '';
  return `it had waited ${formatExactDuration(lock.waitNs!)}${where} for a lock${owner}`;
}

/** Returns the handler that explains a late timer without parts: it ran for at least half of the delay. */
export function mainCause(spike: SpikeFacts): NonNullable<Spike['cause']> | undefined {
  return spike.cause && spike.cause.durationNs * 2 >= spike.valueNs ? spike.cause : undefined;
}

function explainWholeTimer(spike: SpikeFacts): string {
  const late = capital(claim(spike));
  const { cause } = spike;
  if (cause && mainCause(spike)) {
    const ran = `the handler of ${spoken(cause.measure, cause)} ran for ${formatExactDuration(cause.durationNs)}`;
    return `${late}. ${capital(ran)} and ended in that time. ${capital(running(spike, 'was running'))}.`;
  }
  const handlers = cause
    ? `The longest hard handler in that time, ${spoken(cause.measure, cause)}, took only ${formatExactDuration(cause.durationNs)}`
    : 'No measured handler ended in that time';
  return `${late}. ${handlers}. ${capital(running(spike, 'was running'))}${suspicion(spike)}.`;
}

/** Returns what a late timer may mean if no handler explains it, by what the timer interrupted. */
function suspicion(spike: SpikeFacts): string {
  if (spike.mode === 'user') {
    return ', which cannot disable interrupts. The delay lies outside of what is measured';
  }
  if (spike.mode === 'idle') return '. The record does not show what delayed the timer';
  if (comesBackOn(spike.stack)) return ', where interrupts were enabled again';
  return '. Interrupts may have been disabled and enabled again there';
}

const isDecomposed = (spike: SpikeFacts): spike is SpikeFacts & { parts: SpikePart[] } =>
  spike.parts?.some((part) => part.durationNs > 0) ?? false;

/** Returns whether the host of a virtual machine took most of the time, so that nothing inside Linux is the cause. */
const isHostDelay = ({ hostDelayNs = 0, valueNs }: SpikeFacts): boolean => hostDelayNs * 2 >= valueNs;

/** Returns the evidence about the host, unless the list of parts has it. */
function hostDelay({ cpu, hostDelayNs, parts }: SpikeFacts): string[] {
  if (hostDelayNs === undefined || parts?.some(({ kind }) => kind === 'host')) return [];
  return [
    `the host did not run virtual CPU ${cpu} for at least ${formatExactDuration(hostDelayNs)} of that time`,
  ];
}

/** Returns that a stall cannot be told from the cause, where the record says so of the value or its largest part. */
function doubt({ couldBe, parts }: SpikeFacts): string[] {
  const [largest] = parts ?? [];
  const doubted = couldBe ?? (largest?.kind === 'unaccounted' ? undefined : largest?.couldBe);
  return doubted?.includes('stall') ? ['a stall of the CPU would look the same'] : [];
}

/** Returns the explanation of a spike, in one or more sentences. */
export function explain(spike: SpikeFacts): string {
  const decomposed = isDecomposed(spike);
  if (spike.measure === 'timer_latency' && !decomposed && !isHostDelay(spike))
    return explainWholeTimer(spike);
  const reasons = decomposed ? `: ${listParts(spike, spike.parts)}` : '';
  return [`${claim(spike)}${reasons}`, ...hostDelay(spike), ...doubt(spike), ...context(spike)]
    .map((fact) => `${capital(fact)}.`)
    .join(' ');
}

/** Returns whether the source of a measure is itself the cause. */
export function isOwnCause(measure: Spike['measure']): boolean {
  const { part, source, semantics } = descriptorOf(measure);
  return part !== undefined || (source === 'interrupt' && semantics === 'duration');
}

/** How well a record proves its cause: none means that it names no cause. */
export type CauseProof = 'none' | 'suggested' | 'proven';

export interface ShortCause {
  words: string;
  proof: CauseProof;
}

const proven = (words: string): ShortCause => ({ words, proof: 'proven' });
const unknown = (words: string): ShortCause => ({ words, proof: 'none' });

/**
 * Returns how well a part proves what took its time. A counter of system management interrupts does not tell how long
 * they took. An idle state accounts for no more than its exit latency: the timer can have been raised late.
 */
export function proofOfPart({ kind, durationNs, count, idleState }: SpikePart): CauseProof {
  if (!isProven(kind)) return 'none';
  if (kind === 'firmware') return 'suggested';
  if (kind !== 'idle_exit') return 'proven';
  const accountedNs = (idleState?.exitLatencyNs ?? 0) * Math.max(count, 1);
  return durationNs <= accountedNs ? 'proven' : 'suggested';
}

/**
 * Returns the cause in a few words. If the record of a timer without parts only suggests it, a question mark says so. A
 * task is named without its pid, so that all processes of a program count as one cause.
 */
export function causeOf(spike: SpikeFacts): ShortCause {
  if (isHostDelay(spike)) return proven(partWords.host.title);
  if (isOwnCause(spike.measure)) return proven(inShort(spike.measure, spike));
  if (spike.measure === 'irqsoff')
    return proven(spike.mode === 'idle' ? `${partWords.irqs_off.title}, CPU idle` : offIn(spike));
  if (spike.measure === 'irqline_off') return proven(`${inShort(spike.measure, spike)} disabled`);
  const largest = spike.parts?.[0];
  if (largest && largest.durationNs > 0 && largest.kind !== 'unaccounted')
    return { words: partInShort(largest), proof: proofOfPart(largest) };
  return causeWithoutParts(spike);
}

function causeWithoutParts(spike: SpikeFacts): ShortCause {
  const { measure, mode, stack } = spike;
  const cause = mainCause(spike);
  if (cause) return proven(inShort(cause.measure, cause));
  if (measure !== 'timer_latency' || (mode === 'kernel' && isDecomposed(spike)))
    return unknown('unaccounted');
  if (mode === 'user') return unknown('unseen, in user space');
  if (mode === 'idle') return unknown('unseen, CPU idle');
  return comesBackOn(stack) ? proven(offIn(spike)) : { words: `${offIn(spike)}?`, proof: 'suggested' };
}

const offIn = ({ task }: SpikeFacts): string =>
  task.own ? partWords.probe.title : `${partWords.irqs_off.title} in ${visibleText(task.comm)}`;
