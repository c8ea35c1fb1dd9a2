// All contenders whose cost is counted: how the guest turns each on and off, as shell commands.

/** The series of kmod/bench, each in a file there that says what it does. `wakeup` is a pair of wake-ups and switches. */
export const SERIES = [
  'interrupt',
  'wakeup',
  'softirq',
  'timer',
  'ipi',
  'work',
  'arming',
  'call',
  'nmi',
] as const;
export type Series = (typeof SERIES)[number];

export interface Contender {
  readonly name: string;
  readonly group: 'rtprobe' | 'peers' | 'mechanisms';
  /** The series whose cost it changes. */
  readonly series: readonly Series[];
  /** Maximum cost in instructions. */
  readonly goals?: Partial<Record<Series, number>>;
  readonly start: string;
  readonly stop: string;
  /** Succeeds if the kernel has what the contender needs. Missing: every kernel has. */
  readonly possible?: string;
}

export const CLOCKS = ['tsc', 'mono'] as const;
export type Clock = (typeof CLOCKS)[number];

/** What probing adds to, everything but the mechanisms' own series. */
const EVENTS: readonly Series[] = ['interrupt', 'wakeup', 'softirq', 'timer', 'ipi', 'work', 'arming'];

/** Maximum added instructions with the TSC, docs/reference/measures.md. */
const GOALS: Readonly<Record<string, Contender['goals']>> = {
  hardirq_duration: { interrupt: 80 },
  all: { interrupt: 140, wakeup: 600, softirq: 250 },
};

/** What is off must add nothing. */
const NOTHING: Contender['goals'] = Object.fromEntries(EVENTS.map((series) => [series, 1]));

const TRACING = '/sys/kernel/tracing';

/**
 * The module with some of its measures, by their names in /proc/rtprobe/control. The timer's period is the longest, so
 * that it expires in few batches.
 */
export function rtprobe(measures: string, clock: Clock): Contender {
  const goals = measures === 'none' ? NOTHING : clock === 'tsc' ? GOALS[measures] : undefined;
  // A single measure runs without the flight recorder; all measures together run with it.
  const recorder = measures === 'all' ? 'on' : 'off';
  return {
    name: `rtprobe measures=${measures} clock=${clock}`,
    group: 'rtprobe',
    series: EVENTS,
    ...(goals && { goals }),
    start: `insmod /run/lab/modules/rtprobe.ko measures=${measures} clock=${clock} recorder=${recorder} period=100ms`,
    stop: 'rmmod rtprobe',
  };
}

/**
 * The measure of cycles alone, with a rule that names the threads of the series. They are kernel threads, whose sleeps end
 * no cycle: this is what a wakeup and a switch of a watched task cost outside of its cycles.
 */
export const watched: Contender = {
  ...rtprobe('response_time', 'tsc'),
  name: 'rtprobe measures=response_time clock=tsc, watched',
  series: ['wakeup'],
  start: `${rtprobe('response_time', 'tsc').start} && echo 'add measure=response_time comm=rtprobe-bench threshold=off' >/proc/rtprobe/rules`,
};

/** A tool of bcc, as a BPF program that libbpf loads. It prints when it is ready. */
const libbpf = (tool: string, options: string, name: string, series: Series): Contender => ({
  name: `libbpf ${tool} ${name}`,
  group: 'peers',
  series: [series],
  start: `stdbuf -oL ${tool} ${options} 1000000 >/tmp/tool 2>&1 & echo $! >/tmp/tool.pid
    for try in $(seq 100); do grep -q '^Tracing' /tmp/tool && exit 0; sleep 0.1; done
    cat /tmp/tool >&2; exit 1`,
  stop: `kill $(cat /tmp/tool.pid); while [ -d /proc/$(cat /tmp/tool.pid) ]; do sleep 0.1; done`,
});

/** Events of ftrace, by their folders in events/. Those that the kernel lacks are left out. */
const ftrace = (name: string, series: Series, events: readonly string[]): Contender => {
  const set = (on: number) =>
    `cd ${TRACING}/events && for event in ${events.join(' ')}; do ! [ -d $event ] || echo ${on} >$event/enable; done`;
  return { name: `ftrace ${name}`, group: 'peers', series: [series], start: set(1), stop: set(0) };
};

export const PEERS: readonly Contender[] = [
  {
    name: 'osnoise tracer',
    group: 'peers',
    series: EVENTS,
    possible: `grep -qw osnoise ${TRACING}/available_tracers`,
    // Its probes without its own busy thread, if the tracer of this kernel supports that.
    start: `cd ${TRACING} && { echo NO_OSNOISE_WORKLOAD >osnoise/options || :; } && echo osnoise >current_tracer`,
    stop: `cd ${TRACING} && echo nop >current_tracer && echo OSNOISE_WORKLOAD >osnoise/options`,
  },
  ftrace('irq_handler_entry, _exit', 'interrupt', ['irq/irq_handler_entry', 'irq/irq_handler_exit']),
  ftrace('sched_waking, sched_switch', 'wakeup', ['sched/sched_waking', 'sched/sched_switch']),
  ftrace('softirq_*, tasklet_*', 'softirq', [
    ...['raise', 'entry', 'exit'].map((event) => `irq/softirq_${event}`),
    ...['entry', 'exit'].map((event) => `irq/tasklet_${event}`),
  ]),
  ftrace('local_timer_*, hrtimer_expire_*', 'timer', [
    ...['entry', 'exit'].map((event) => `irq_vectors/local_timer_${event}`),
    ...['entry', 'exit'].map((event) => `timer/hrtimer_expire_${event}`),
  ]),
  ftrace('call_function_single_*, csd_function_*', 'ipi', [
    ...['entry', 'exit'].map((event) => `irq_vectors/call_function_single_${event}`),
    ...['entry', 'exit'].map((event) => `csd/csd_function_${event}`),
  ]),
  ftrace('sched_waking, sched_switch, workqueue_execute_*', 'work', [
    ...['sched/sched_waking', 'sched/sched_switch'],
    ...['start', 'end'].map((event) => `workqueue/workqueue_execute_${event}`),
  ]),
  ftrace('timer_start', 'arming', ['timer/timer_start']),
  libbpf('hardirqs', '', '(sums)', 'interrupt'),
  libbpf('hardirqs', '-d', '(histograms)', 'interrupt'),
  libbpf('runqlat', '', '(histograms)', 'wakeup'),
  libbpf('softirqs', '', '(sums)', 'softirq'),
  libbpf('softirqs', '-d', '(histograms)', 'softirq'),
];

const mechanism = (name: string, series: Series): Contender => ({
  name,
  group: 'mechanisms',
  series: [series],
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
  series: [series],
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
