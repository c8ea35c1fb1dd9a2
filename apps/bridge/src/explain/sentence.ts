// One plain sentence for a spike: what was late or long, and what it is made of, largest first. It says what the
// record holds and marks what it only suggests. Where a value is not decomposed, a late timer is laid on a handler
// that ended in its window and filled half of it, and nothing is said of interrupts that were off unless the stack
// shows where they came back on.
import { formatExactDuration, visibleText } from '@rtprobe/metrics';
import { descriptorOf, partWords, type Spike, type SpikePart } from '@rtprobe/protocol';
import { irqLabel } from '@rtprobe/trace';
import { inShort, irqName, partInShort, spoken, spokenPart, taskName } from './names.ts';
import { comesBackOn, inSoftirq, place, placeOf, placeOfEnabling, placeOfSoftirqs } from './place.ts';

export type SpikeFacts = Omit<Spike, 'sentence' | 'culprit'>;

/** Parts that a sentence names; the rest is summed up. */
const PARTS_NAMED = 4;

const value = (spike: SpikeFacts): string => formatExactDuration(spike.valueNs);

const at = (stack: readonly string[]): string => atPlace(placeOf(stack));

const atPlace = (place: string | undefined): string => (place === undefined ? '' : `, at ${place}`);

/** Object of "it interrupted". */
function interrupted({ mode, task, stack }: SpikeFacts): string {
  if (mode === 'user') return `${taskName(task)} in user space`;
  return `${inSoftirq(stack) ? 'a softirq on top of ' : ''}${taskName(task)} in the kernel${at(stack)}`;
}

/** A clause of its own. */
function running({ mode, task, stack }: SpikeFacts): string {
  if (mode === 'idle') return 'the CPU was idle';
  if (mode === 'user') return `${taskName(task)} was running in user space`;
  if (inSoftirq(stack)) return `a softirq was running on top of ${taskName(task)}${at(stack)}`;
  return `${taskName(task)} was running in the kernel${at(stack)}`;
}

/** Begins a sentence. A task's name keeps its case; only an article gets a capital. */
const capital = (text: string): string =>
  text.replace(/^(the|a|irq|interrupts) /, (word) => word.charAt(0).toUpperCase() + word.slice(1));

/** The parts, largest first, what is not accounted for last. */
function listParts(spike: SpikeFacts, parts: readonly SpikePart[]): string {
  const known = parts.filter((part) => part.kind !== 'unaccounted' && part.durationNs > 0);
  const named = known.length > PARTS_NAMED + 1 ? known.slice(0, PARTS_NAMED) : known;
  const rest = known.slice(named.length);
  const words = named.map((part) => spokenPart(part, placeOfPart(spike, part)));
  if (rest.length > 0) {
    const sum = rest.reduce((total, part) => total + part.durationNs, 0);
    words.push(`${formatExactDuration(sum)} in ${rest.length} smaller parts`);
  }
  const unaccounted = parts.reduce((sum, p) => (p.kind === 'unaccounted' ? sum + p.durationNs : sum), 0);
  if (unaccounted > 0) words.push(`${formatExactDuration(unaccounted)} unaccounted`);
  const missing = spike.partsIncomplete ? '; the recorder no longer held how it began' : '';
  return `${words.join(', ')}${missing}`;
}

/**
 * The stack says where a task had interrupts off only if that task is the one it was taken from, and if it was taken
 * as they came back on: by the late timer itself, or by an interrupt right behind the function that enabled them.
 */
function placeOfPart({ measure, task, mode, stack }: SpikeFacts, part: SpikePart): string | undefined {
  if (mode !== 'kernel' || part.pid !== task.pid) return undefined;
  return measure === 'timer_latency' || comesBackOn(stack) ? placeOf(stack) : undefined;
}

/** "fired 812 µs late": what happened, without its reason. */
function claim(spike: SpikeFacts): string {
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
      return `the softirq ${visibleText(label)} on CPU ${cpu} ran ${value(spike)} after it was raised`;
    case 'softirq_duration':
      return `the softirq ${visibleText(label)} ran on CPU ${cpu} for ${value(spike)}`;
    case 'irqline_off':
      return `${irqName(number, spike.name)} was disabled for ${value(spike)}`;
    case 'irqsoff':
      return `interrupts were disabled on CPU ${cpu} for ${between(spike)}`;
    case 'stolen':
      return `${inShort(spike.measure, spike)} took ${value(spike)} from ${taskName(spike.victim ?? spike.task)} on CPU ${cpu} between two switches`;
    default:
      return claimOfAny(spike);
  }
}

/** Of a measure without words of its own here. */
function claimOfAny(spike: SpikeFacts): string {
  const { semantics, part, title } = descriptorOf(spike.measure);
  const source = spoken(spike.measure, spike);
  if (part !== undefined) return `${source} held CPU ${spike.cpu} for ${value(spike)}`;
  const named = `the ${title.toLowerCase()} of ${source} on CPU ${spike.cpu}`;
  return semantics === 'latency' ? `${named} was ${value(spike)}` : `${named} took ${value(spike)}`;
}

/** How long interrupts were disabled, as far as it is proven. */
function between(spike: SpikeFacts): string {
  const { bounds } = spike;
  if (!bounds) return value(spike);
  if (bounds.exact || bounds.lowerNs === bounds.upperNs) return formatExactDuration(bounds.lowerNs);
  return `at least ${formatExactDuration(bounds.lowerNs)} and at most ${formatExactDuration(bounds.upperNs)}`;
}

/** What else the record holds, as a clause; undefined where that is nothing. */
function context(spike: SpikeFacts): string | undefined {
  const { mode, task, stack, measure } = spike;
  switch (measure) {
    case 'hardirq_duration':
    case 'vector_duration':
      return mode === 'idle' ? 'the CPU was idle' : `it interrupted ${interrupted(spike)}`;
    case 'softirq_duration':
    case 'softirq_latency':
      return mode === 'idle'
        ? 'the CPU was idle'
        : `it ran in ${taskName(task)}${atPlace(placeOfSoftirqs(stack))}`;
    case 'irqsoff':
      return running(spike);
    case 'irqline_off':
      return `${taskName(task)} was there when it was enabled again${atPlace(placeOfEnabling(stack))}`;
    case 'wakeup_latency':
    case 'irq_to_task':
      return [wokenBy(spike), waitedFor(spike)].filter(Boolean).join('; ') || undefined;
    default:
      return undefined;
  }
}

const wokenBy = ({ waker }: SpikeFacts): string | undefined =>
  waker && waker.pid !== 0 ? `${taskName(waker)} was running when it was woken` : undefined;

/** The lock whose wait ended with the waking. Its owner is who had it when the wait began. */
function waitedFor({ victimProcess }: SpikeFacts): string | undefined {
  const lock = victimProcess?.locks?.find(({ waitNs }) => waitNs !== undefined);
  if (lock === undefined) return undefined;
  const where = lock.name === '' ? '' : ` in ${place(visibleText(lock.name))}`;
  const owner = lock.owner ? ` that ${taskName(lock.owner)} had when the wait began` : '';
  return `it had waited ${formatExactDuration(lock.waitNs!)}${where} for a lock${owner}`;
}

/** A handler explains a late timer that is not decomposed when it ran for at least half of the delay. */
function mainCause(spike: SpikeFacts): NonNullable<Spike['cause']> | undefined {
  return spike.cause && spike.cause.durationNs * 2 >= spike.valueNs ? spike.cause : undefined;
}

function explainWholeTimer(spike: SpikeFacts): string {
  const late = capital(claim(spike));
  const { cause } = spike;
  if (cause && mainCause(spike)) {
    const ran = `the handler of ${spoken(cause.measure, cause)} ran for ${formatExactDuration(cause.durationNs)}`;
    return `${late}: ${ran} and ended in that time; ${running(spike)}.`;
  }
  const handlers = cause
    ? `the longest hard handler in that time, ${spoken(cause.measure, cause)}, took only ${formatExactDuration(cause.durationNs)}`
    : 'no measured handler ended in that time';
  return `${late}; ${handlers}. ${capital(running(spike))}${suspicion(spike)}.`;
}

/** What a late timer without a handler to blame may mean, by what was interrupted. */
function suspicion(spike: SpikeFacts): string {
  if (spike.mode === 'user') {
    return ', which cannot disable interrupts: the delay lies outside of what is measured';
  }
  if (spike.mode === 'idle') return ': the record does not show what delayed it';
  if (comesBackOn(spike.stack)) return ', where interrupts were enabled again';
  return ': if interrupts were disabled, this is where they were enabled again';
}

const isDecomposed = (spike: SpikeFacts): spike is SpikeFacts & { parts: SpikePart[] } =>
  spike.parts?.some((part) => part.durationNs > 0) ?? false;

export function explain(spike: SpikeFacts): string {
  const decomposed = isDecomposed(spike);
  if (spike.measure === 'timer_latency' && !decomposed) return explainWholeTimer(spike);
  const reasons = decomposed ? `: ${listParts(spike, spike.parts)}` : '';
  const more = context(spike);
  return `${capital(claim(spike))}${reasons}${more ? `; ${more}` : ''}.`;
}

/** Whether the source of a measure is itself what took the time. */
function isOwnCause(measure: Spike['measure']): boolean {
  const { part, source, semantics } = descriptorOf(measure);
  return part !== undefined || (source === 'interrupt' && semantics === 'duration');
}

/**
 * Who did it, in a few words; a question mark where the record suggests it and does not show it. A task goes
 * by its name alone: a program that is started anew each time is one cause, not one for each process.
 */
export function shortCause(spike: SpikeFacts): string {
  if (isOwnCause(spike.measure)) return inShort(spike.measure, spike);
  if (spike.measure === 'irqsoff')
    return spike.mode === 'idle' ? `${partWords.irqs_off.title}, CPU idle` : offIn(spike, '');
  if (spike.measure === 'irqline_off') return `${inShort(spike.measure, spike)} disabled`;
  const largest = spike.parts?.[0];
  if (largest && largest.durationNs > 0 && largest.kind !== 'unaccounted') return partInShort(largest);
  const cause = mainCause(spike);
  if (cause) return inShort(cause.measure, cause);
  if (spike.measure !== 'timer_latency') return 'unaccounted';
  if (spike.mode === 'kernel') return offIn(spike, comesBackOn(spike.stack) ? '' : '?');
  return spike.mode === 'user' ? 'unseen, in user space' : 'unseen, CPU idle';
}

const offIn = ({ task }: SpikeFacts, mark: string): string =>
  `${partWords.irqs_off.title} in ${visibleText(task.comm)}${mark}`;
