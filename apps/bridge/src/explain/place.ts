// Finds the place in the kernel that a stack shows.

/** Functions that enable interrupts as they release a lock; their caller is the place. */
const enablesInterrupts =
  /^(_raw_(spin|read|write)_unlock_(irq|irqrestore)|__raw_spin_unlock_irq|local_irq_enable|trace_hardirqs_on)\+/;
const softirqFrames = /^(__do_softirq|handle_softirqs|do_softirq|__irq_exit_rcu|irq_exit_rcu)[.+]/;

/** Returns "symbol [module]" of a frame "symbol+offset/size [module]". */
export function place(frame: string): string {
  const module = / (\[[^\]]+\])$/.exec(frame);
  return frame.replace(/\+0x.*$/, '') + (module ? ` ${module[1]}` : '');
}

/** Functions that enable a line, and that run softirqs when they are enabled; their caller is the place. */
const enablesLine = /^(__)?enable_irq\+/;
const runsSoftirqs = /^(__do_softirq|handle_softirqs|do_softirq|__local_bh_enable_ip|run_ksoftirqd)[.+]/;

/** The return of another interrupt that was taken first; the frames below it show what that interrupted. */
const endOfInterrupt = /^preempt_schedule_irq\+/;
const interruptEntry = /^(asm_common_interrupt|asm_sysvec_\w+|el[01][ht]_\w*irq)\+/;

function beneathInterrupt(stack: readonly string[]): readonly string[] {
  if (!endOfInterrupt.test(stack[0] ?? '')) return stack;
  const entry = stack.findIndex((frame) => interruptEntry.test(frame));
  return entry < 0 || entry + 1 === stack.length ? stack : stack.slice(entry + 1);
}

/** Returns the innermost function that does more than release a lock; undefined without a stack. */
export function placeOf(stack: readonly string[]): string | undefined {
  const frames = beneathInterrupt(stack);
  const at = frames.find((frame) => !enablesInterrupts.test(frame)) ?? frames[0];
  return at === undefined ? undefined : place(at);
}

/** Returns the function that enabled the line; undefined if the stack does not show it. */
export const placeOfEnabling = (stack: readonly string[]): string | undefined => behind(stack, enablesLine);

/** Returns the function that enabled softirqs; undefined if the stack does not show it, as in ksoftirqd. */
export function placeOfSoftirqs(stack: readonly string[]): string | undefined {
  const where = behind(stack, runsSoftirqs);
  return where === 'smpboot_thread_fn' ? undefined : where;
}

/** Returns the caller of the outermost function of a kind. */
function behind(stack: readonly string[], kind: RegExp): string | undefined {
  const at = stack.findLastIndex((frame) => kind.test(frame));
  return at < 0 ? undefined : placeOf(stack.slice(at + 1));
}

export const inSoftirq = (stack: readonly string[]): boolean =>
  stack.some((frame) => softirqFrames.test(frame));

/** Returns whether the stack was captured where interrupts had just been enabled. */
export const comesBackOn = (stack: readonly string[]): boolean => enablesInterrupts.test(stack[0] ?? '');
