// One plain sentence for a spike. It says what the record holds and marks what it only suggests: a handler
// that ended inside the window need not have begun in it, and nothing recorded says that interrupts were off
// unless the stack shows where they came back on.
import { VectorName } from '@rtprobe/abi';
import type { Measure, Spike } from '@rtprobe/protocol';
import { formatDuration } from './duration.ts';

export type SpikeFacts = Omit<Spike, 'sentence' | 'culprit'>;
interface Handler {
  measure: Measure;
  number: number;
  name: string;
  label: string;
}

/** Functions that turn interrupts back on as they drop a lock; their caller names the place. */
const enablesInterrupts =
  /^(_raw_(spin|read|write)_unlock_(irq|irqrestore)|__raw_spin_unlock_irq|local_irq_enable|trace_hardirqs_on)\+/;
const softirqFrames = /^(__do_softirq|handle_softirqs|do_softirq|__irq_exit_rcu|irq_exit_rcu)\+/;

const vectorTitles: Readonly<Record<string, string>> = {
  loc: 'local timer',
  res: 'reschedule',
  cal: 'function call',
  cal_single: 'function call',
  iwi: 'irq_work',
  err: 'APIC error',
  spu: 'spurious',
  trm: 'thermal event',
  thr: 'machine check threshold',
  dfr: 'deferred machine check',
  plt: 'platform',
};

/** "irq 24 rtprobe-edu", "LOC local timer". */
function who(handler: Handler): string {
  const { measure, number, name, label } = handler;
  const title = measure === 'vector_duration' ? (vectorTitles[VectorName[number] ?? ''] ?? name) : name;
  return title && title !== label ? `${label} ${title}` : label;
}

/** "irq 24 rtprobe-edu", "the local timer interrupt (LOC)". */
function spoken(handler: Handler): string {
  const title = vectorTitles[VectorName[handler.number] ?? ''];
  const isVector = handler.measure === 'vector_duration' && title !== undefined;
  return isVector ? `the ${title} interrupt (${handler.label})` : who(handler);
}

/** "symbol [module]" of a frame "symbol+offset/size [module]". */
function place(frame: string): string {
  const module = / (\[[^\]]+\])$/.exec(frame);
  return frame.replace(/\+0x.*$/, '') + (module ? ` ${module[1]}` : '');
}

/** Where the interrupted context was: the innermost function that does not merely drop a lock. */
function location(stack: readonly string[]): string {
  const at = stack.find((frame) => !enablesInterrupts.test(frame)) ?? stack[0];
  return at === undefined ? '' : `, at ${place(at)}`;
}

const taskName = (spike: SpikeFacts): string => `${spike.task.comm}/${spike.task.pid}`;
const inSoftirq = (spike: SpikeFacts): boolean => spike.stack.some((frame) => softirqFrames.test(frame));
const comesBackOn = (spike: SpikeFacts): boolean => enablesInterrupts.test(spike.stack[0] ?? '');

/** Object of "it interrupted". */
function victim(spike: SpikeFacts): string {
  if (spike.mode === 'user') return `${taskName(spike)} in user space`;
  const on = inSoftirq(spike) ? 'a softirq on top of ' : '';
  return `${on}${taskName(spike)} in the kernel${location(spike.stack)}`;
}

/** A clause of its own. */
function running(spike: SpikeFacts): string {
  if (spike.mode === 'idle') return 'the CPU was idle';
  if (spike.mode === 'user') return `${taskName(spike)} was running in user space`;
  if (inSoftirq(spike)) {
    return `a softirq was running on top of ${taskName(spike)}${location(spike.stack)}`;
  }
  return `${taskName(spike)} was running in the kernel${location(spike.stack)}`;
}

/** Begins a sentence. A task's name keeps its case; only an article gets a capital. */
const capital = (text: string): string =>
  text.replace(/^(the|a|irq) /, (word) => word.charAt(0).toUpperCase() + word.slice(1));

function explainHandler(spike: SpikeFacts): string {
  const what = spike.mode === 'idle' ? 'the CPU was idle' : `it interrupted ${victim(spike)}`;
  return `${capital(spoken(spike))} held CPU ${spike.cpu} for ${formatDuration(spike.valueNs)}; ${what}.`;
}

/** A handler explains a late timer when it ran for at least half of the delay. */
function mainCause(spike: SpikeFacts): NonNullable<Spike['cause']> | undefined {
  return spike.cause && spike.cause.durationNs * 2 >= spike.valueNs ? spike.cause : undefined;
}

function explainTimer(spike: SpikeFacts): string {
  const late = `The timer on CPU ${spike.cpu} fired ${formatDuration(spike.valueNs)} late`;
  const { cause } = spike;
  if (cause && mainCause(spike)) {
    const ran = `the handler of ${spoken(cause)} ran for ${formatDuration(cause.durationNs)}`;
    return `${late}: ${ran} and ended in that time; ${running(spike)}.`;
  }
  const handlers = cause
    ? `the longest hard handler in that time, ${spoken(cause)}, took only ${formatDuration(cause.durationNs)}`
    : 'no measured handler ended in that time';
  return `${late}; ${handlers}. ${capital(running(spike))}${suspicion(spike)}.`;
}

/** What a late timer without a handler to blame may mean, by what was interrupted. */
function suspicion(spike: SpikeFacts): string {
  if (spike.mode === 'user') {
    return ', which cannot turn interrupts off: the delay lies outside of what is measured';
  }
  if (spike.mode === 'idle') return ': the record does not show what delayed it';
  if (comesBackOn(spike)) return ', where interrupts came back on';
  return ': if interrupts were off, this is where they came back on';
}

export function explain(spike: SpikeFacts): string {
  return spike.measure === 'timer_latency' ? explainTimer(spike) : explainHandler(spike);
}

/**
 * Who did it, in a few words; a question mark where the record suggests it and does not show it. A task goes
 * by its name alone: a program that is started anew each time is one culprit, not one for each process.
 */
export function culpritOf(spike: SpikeFacts): string {
  if (spike.measure !== 'timer_latency') return who(spike);
  const cause = mainCause(spike);
  if (cause) return who(cause);
  if (spike.mode === 'kernel') {
    return `interrupts off in ${spike.task.comm}${comesBackOn(spike) ? '' : '?'}`;
  }
  return spike.mode === 'user' ? 'unseen, in user space' : 'unseen, CPU idle';
}
