// Where in the kernel a stack says its context was.

/** Functions that turn interrupts back on as they drop a lock; their caller names the place. */
const enablesInterrupts =
  /^(_raw_(spin|read|write)_unlock_(irq|irqrestore)|__raw_spin_unlock_irq|local_irq_enable|trace_hardirqs_on)\+/;
const softirqFrames = /^(__do_softirq|handle_softirqs|do_softirq|__irq_exit_rcu|irq_exit_rcu)\+/;

/** "symbol [module]" of a frame "symbol+offset/size [module]". */
function place(frame: string): string {
  const module = / (\[[^\]]+\])$/.exec(frame);
  return frame.replace(/\+0x.*$/, '') + (module ? ` ${module[1]}` : '');
}

/** The function that enables a line; its caller is who does. */
const enablesLine = /^(__)?enable_irq\+/;

/** The innermost function that does not merely drop a lock or enable a line; undefined without a stack. */
export function placeOf(stack: readonly string[]): string | undefined {
  const at = stack.find((frame) => !enablesInterrupts.test(frame) && !enablesLine.test(frame)) ?? stack[0];
  return at === undefined ? undefined : place(at);
}

export const inSoftirq = (stack: readonly string[]): boolean =>
  stack.some((frame) => softirqFrames.test(frame));

/** The stack stands where interrupts have just come back on. */
export const comesBackOn = (stack: readonly string[]): boolean => enablesInterrupts.test(stack[0] ?? '');
