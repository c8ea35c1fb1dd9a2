// All contenders whose cost is counted: how the guest turns each on and off, as shell commands.

/** The series of kmod/bench that measures the cost: a whole interrupt, a call of a function, an NMI. */
export type Series = 'interrupt' | 'call' | 'nmi';

export interface Contender {
  readonly name: string;
  readonly group: 'rtprobe' | 'peers' | 'mechanisms';
  readonly series: Series;
  /** Maximum cost in instructions. */
  readonly goal?: number;
  readonly start: string;
  readonly stop: string;
  /** Succeeds if the kernel has what the contender needs. Missing: every kernel has. */
  readonly possible?: string;
}

export const CLOCKS = ['tsc', 'mono'] as const;
export type Clock = (typeof CLOCKS)[number];

/** Maximum added instructions of an interrupt, docs/reference/measures.md. */
const GOALS: Readonly<Record<string, number>> = { hardirq_duration: 80, all: 140 };

const TRACING = '/sys/kernel/tracing';

/**
 * The module with some of its measures, by their names in /proc/rtprobe/control. The timer's period is the longest, so
 * that it expires in few batches.
 */
export function rtprobe(measures: string, clock: Clock): Contender {
  const goal = clock === 'tsc' ? GOALS[measures] : undefined;
  // A single measure runs without the flight recorder; all measures together run with it.
  const recorder = measures === 'all' ? 'on' : 'off';
  return {
    name: `rtprobe measures=${measures} clock=${clock}`,
    group: 'rtprobe',
    series: 'interrupt',
    ...(goal === undefined ? {} : { goal }),
    start: `insmod /run/lab/modules/rtprobe.ko measures=${measures} clock=${clock} recorder=${recorder} period=100ms`,
    stop: 'rmmod rtprobe',
  };
}

/** `hardirqs` of bcc, as a BPF program that libbpf loads. It prints when it is ready. */
const hardirqs = (name: string, options: string): Contender => ({
  name,
  group: 'peers',
  series: 'interrupt',
  start: `stdbuf -oL hardirqs ${options} 1000000 >/tmp/hardirqs 2>&1 & echo $! >/tmp/hardirqs.pid
    for try in $(seq 100); do grep -q '^Tracing' /tmp/hardirqs && exit 0; sleep 0.1; done
    cat /tmp/hardirqs >&2; exit 1`,
  stop: `kill $(cat /tmp/hardirqs.pid); while [ -d /proc/$(cat /tmp/hardirqs.pid) ]; do sleep 0.1; done`,
});

export const PEERS: readonly Contender[] = [
  {
    name: 'osnoise tracer',
    group: 'peers',
    series: 'interrupt',
    possible: `grep -qw osnoise ${TRACING}/available_tracers`,
    // Its probes without its own busy thread, if the tracer of this kernel supports that.
    start: `cd ${TRACING} && { echo NO_OSNOISE_WORKLOAD >osnoise/options || :; } && echo osnoise >current_tracer`,
    stop: `cd ${TRACING} && echo nop >current_tracer && echo OSNOISE_WORKLOAD >osnoise/options`,
  },
  {
    name: 'ftrace irq_handler_entry and _exit',
    group: 'peers',
    series: 'interrupt',
    start: `cd ${TRACING}/events/irq && echo 1 >irq_handler_entry/enable && echo 1 >irq_handler_exit/enable`,
    stop: `cd ${TRACING}/events/irq && echo 0 >irq_handler_entry/enable && echo 0 >irq_handler_exit/enable`,
  },
  hardirqs('libbpf hardirqs, sums', ''),
  hardirqs('libbpf hardirqs -d, histograms', '-d'),
];

const mechanism = (name: string, series: Series): Contender => ({
  name,
  group: 'mechanisms',
  series,
  // The kernel replaces a breakpoint by a jump after a while.
  start: `insmod /run/lab/modules/rtprobe_mechanism.ko mechanism=${name} && sleep 2`,
  stop: 'rmmod rtprobe_mechanism',
});

const LIVEPATCH = '/sys/kernel/livepatch/rtprobe_livepatch';
const settled = `while [ "$(cat ${LIVEPATCH}/transition 2>/dev/null)" = 1 ]; do sleep 0.2; done`;

/** A livepatch is on when every task uses it, and off when none does. */
const livepatch = (name: string, series: Series): Contender => ({
  name,
  group: 'mechanisms',
  series,
  start: `insmod /run/lab/modules/rtprobe_livepatch.ko && ${settled}`,
  stop: `echo 0 >${LIVEPATCH}/enabled && ${settled} && rmmod rtprobe_livepatch`,
});

export const MECHANISMS: readonly Contender[] = [
  { ...mechanism('tracepoint', 'interrupt'), name: 'two tracepoints, empty probes' },
  { ...mechanism('kprobe', 'call'), name: 'kprobe at the entry, by ftrace' },
  { ...mechanism('kprobe_inside', 'call'), name: 'kprobe inside, by a jump' },
  {
    ...mechanism('kprobe_inside', 'call'),
    name: 'kprobe inside, by a breakpoint',
    start: `sysctl -q debug.kprobes-optimization=0 && insmod /run/lab/modules/rtprobe_mechanism.ko mechanism=kprobe_inside`,
    stop: 'rmmod rtprobe_mechanism && sysctl -q debug.kprobes-optimization=1',
  },
  { ...mechanism('kretprobe', 'call'), name: 'kretprobe' },
  { ...mechanism('ftrace', 'call'), name: 'ftrace_ops' },
  { ...mechanism('fprobe', 'call'), name: 'fprobe, entry' },
  { ...mechanism('fprobe_exit', 'call'), name: 'fprobe, entry and exit' },
  livepatch('livepatched function', 'call'),
  livepatch('interrupt, generic_handle_irq() livepatched', 'interrupt'),
];
