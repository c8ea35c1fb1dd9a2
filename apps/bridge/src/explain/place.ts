// Where in the kernel a stack says its context was.

/** Functions that turn interrupts back on as they drop a lock; their caller names the place. */
const enablesInterrupts =
  /^(_raw_(spin|read|write)_unlock_(irq|irqrestore)|__raw_spin_unlock_irq|local_irq_enable|trace_hardirqs_on)\+/;
const softirqFrames = /^(__do_softirq|handle_softirqs|do_softirq|__irq_exit_rcu|irq_exit_rcu)[.+]/;

/** "symbol [module]" of a frame "symbol+offset/size [module]". */
export function place(frame: string): string {
  const module = / (\[[^\]]+\])$/.exec(frame);
  return frame.replace(/\+0x.*$/, '') + (module ? ` ${module[1]}` : '');
}

/** Whose caller is the place: what enables a line, and what runs softirqs as they come on, with what probes them above. */
const enablesLine = /^(__)?enable_irq\+/;
const runsSoftirqs = /^(__do_softirq|handle_softirqs|do_softirq|__local_bh_enable_ip|run_ksoftirqd)[.+]/;

/** Another interrupt was taken first and its end was about to switch: beneath it is what it interrupted. */
const endOfInterrupt = /^preempt_schedule_irq\+/;
const interruptEntry = /^(asm_common_interrupt|asm_sysvec_\w+|el[01][ht]_\w*irq)\+/;

function beneathInterrupt(stack: readonly string[]): readonly string[] {
  if (!endOfInterrupt.test(stack[0] ?? '')) return stack;
  const entry = stack.findIndex((frame) => interruptEntry.test(frame));
  return entry < 0 || entry + 1 === stack.length ? stack : stack.slice(entry + 1);
}

/** The innermost function that does not merely drop a lock; undefined without a stack. */
export function placeOf(stack: readonly string[]): string | undefined {
  const frames = beneathInterrupt(stack);
  const at = frames.find((frame) => !enablesInterrupts.test(frame)) ?? frames[0];
  return at === undefined ? undefined : place(at);
}

/** The function that enabled the line; undefined where the stack does not show it. */
export const placeOfEnabling = (stack: readonly string[]): string | undefined => behind(stack, enablesLine);

/** The function in which softirqs came on; undefined where the stack does not show it, as in ksoftirqd. */
export function placeOfSoftirqs(stack: readonly string[]): string | undefined {
  const where = behind(stack, runsSoftirqs);
  return where === 'smpboot_thread_fn' ? undefined : where;
}

/** The caller of the outermost function of a kind. */
function behind(stack: readonly string[], kind: RegExp): string | undefined {
  const at = stack.findLastIndex((frame) => kind.test(frame));
  return at < 0 ? undefined : placeOf(stack.slice(at + 1));
}

export const inSoftirq = (stack: readonly string[]): boolean =>
  stack.some((frame) => softirqFrames.test(frame));

/** The stack stands where interrupts have just come back on. */
export const comesBackOn = (stack: readonly string[]): boolean => enablesInterrupts.test(stack[0] ?? '');
