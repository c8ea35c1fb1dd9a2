// One plain sentence for a spike. It says what the record holds and marks what it only suggests: a handler
// that ended inside the window need not have begun in it, and nothing recorded says that interrupts were off.
import type { Spike } from '@rtprobe/protocol';
import { formatDuration } from './duration.ts';

export type SpikeFacts = Omit<Spike, 'sentence' | 'culprit'>;

/** Functions that only turn interrupts back on or drop a lock; their caller names the place. */
const primitives =
  /^(_raw_(spin|read|write)_unlock|__?raw_spin|rt_spin_unlock|__local_bh_enable|local_irq|trace_hardirqs_on|raw_irqentry|arch_local_irq)/;
const softirqFrames = /^(__do_softirq|handle_softirqs|do_softirq|__irq_exit_rcu|irq_exit_rcu)\+/;

/** "symbol [module]" of a frame "symbol+offset/size [module]". */
function place(frame: string): string {
  const module = / (\[[^\]]+\])$/.exec(frame);
  return frame.replace(/\+0x.*$/, '') + (module ? ` ${module[1]}` : '');
}

/** Where the interrupted context was: the innermost function that is not a mere primitive. */
function location(stack: readonly string[]): string | undefined {
  const innermost = stack[0];
  if (innermost === undefined) return undefined;
  if (!primitives.test(innermost)) return place(innermost);
  const caller = stack.find((frame) => !primitives.test(frame));
  return caller === undefined ? place(innermost) : `${place(innermost)}, called by ${place(caller)}`;
}

const taskName = (spike: SpikeFacts): string => `${spike.task.comm}/${spike.task.pid}`;

/** "busy/312 in user space", "fio/40 in the kernel, at submit_bio". */
function interrupted(spike: SpikeFacts): string {
  if (spike.mode === 'user') return `${taskName(spike)} in user space`;
  const at = location(spike.stack);
  const context = spike.stack.some((frame) => softirqFrames.test(frame)) ? 'a softirq on ' : '';
  return `${context}${taskName(spike)} in the kernel${at ? `, at ${at}` : ''}`;
}

const named = (label: string, name: string): string => (name && name !== label ? `${label} ${name}` : label);

function explainHandler(spike: SpikeFacts): string {
  const who = named(spike.label, spike.name);
  const victim = spike.mode === 'idle' ? 'the CPU had been idle' : `it interrupted ${interrupted(spike)}`;
  return `${who} held CPU ${spike.cpu} for ${formatDuration(spike.valueNs)}; ${victim}.`;
}

/** A handler explains a late timer when it ran for at least half of the delay. */
function mainCause(spike: SpikeFacts): NonNullable<Spike['cause']> | undefined {
  return spike.cause && spike.cause.durationNs * 2 >= spike.valueNs ? spike.cause : undefined;
}

function explainTimer(spike: SpikeFacts): string {
  const late = `The timer on CPU ${spike.cpu} fired ${formatDuration(spike.valueNs)} late`;
  const running = spike.mode === 'idle' ? 'the CPU had been idle' : `${interrupted(spike)}, was running`;
  const cause = spike.cause;
  if (cause && mainCause(spike)) {
    const ran = `the handler of ${named(cause.label, cause.name)} ran ${formatDuration(cause.durationNs)}`;
    return `${late}: ${ran} and ended in that time; ${running}.`;
  }
  const handlers = cause
    ? `the longest hard handler in that time, ${named(cause.label, cause.name)}, took only ${formatDuration(cause.durationNs)}`
    : 'no measured handler ended in that time';
  if (spike.mode === 'kernel') {
    return `${late}; ${handlers}. When it was handled, ${interrupted(spike)}, was running: interrupts were probably off there.`;
  }
  const unseen =
    spike.mode === 'user'
      ? 'user space cannot turn interrupts off, so the delay lies outside what is measured'
      : 'what delayed it is not in the record';
  return `${late}; ${handlers}; ${running}; ${unseen}.`;
}

export function explain(spike: SpikeFacts): string {
  return spike.measure === 'timer_latency' ? explainTimer(spike) : explainHandler(spike);
}

/** Who did it, in a few words. */
export function culpritOf(spike: SpikeFacts): string {
  if (spike.measure !== 'timer_latency') return named(spike.label, spike.name);
  const cause = mainCause(spike);
  if (cause) return named(cause.label, cause.name);
  if (spike.mode === 'kernel') return `interrupts off in ${taskName(spike)}?`;
  return spike.mode === 'user' ? `unseen, under ${taskName(spike)}` : 'unseen, CPU idle';
}
