// Reads what ftrace saw on one CPU, as a second instrument for isolated CPUs.

/** Sources by kind and name, as an `Interference` has them, and how often each was seen. */
export type Seen = Map<string, number>;

/** Events to switch on; x86. */
export const EVENTS = [
  ...['irq/irq_handler_entry', 'irq/softirq_entry', 'sched/sched_switch', 'nmi/nmi_handler'],
  ...['local_timer', 'reschedule', 'call_function', 'call_function_single', 'irq_work'].map(
    (vector) => `irq_vectors/${vector}_entry`,
  ),
] as const;

const VECTORS: Readonly<Record<string, string>> = {
  local_timer_entry: 'LOC',
  reschedule_entry: 'RES',
  call_function_entry: 'CAL',
  call_function_single_entry: 'CAL',
  irq_work_entry: 'IWI',
};

/** "  loop-812  [002] d.h1.  12.345678: irq_handler_entry: irq=24 name=rtprobe-edu" */
const LINE = /^.+-\d+\s+\[(\d+)\] .*?\s[\d.]+: (\w+): (.*)$/;

/** Names of tasks of which single ones are chance, or that are cut. */
const ALIKE: readonly [RegExp, string][] = [
  [/^(kworker\/u?\d+:)\d+(H?).*$/, '$1*$2'],
  [/^(irq\/\d+)-.*$/, '$1'],
  // One process that executes one program after the other.
  [/^(sh|taskset|true)$/, 'sh, taskset, true'],
];

/** Returns the key of a source. */
export const keyOf = (kind: string, name: string): string =>
  `${kind} ${kind === 'run' ? ALIKE.reduce((text, [from, to]) => text.replace(from, to), name) : name}`;

function sourceOf(event: string, text: string): string | undefined {
  const vector = VECTORS[event];
  if (vector !== undefined) return keyOf('vector', vector);
  if (event === 'irq_handler_entry') {
    const [, irq, name] = /irq=(\d+) name=(.*)$/.exec(text) ?? [];
    return keyOf('hardirq', `irq ${irq} ${name}`);
  }
  if (event === 'softirq_entry') return keyOf('softirq', /action=(\w+)/.exec(text)?.[1] ?? text);
  if (event === 'nmi_handler') return keyOf('nmi', '');
  const next = /next_comm=(.*) next_pid=(\d+)/.exec(text);
  return next && next[2] !== '0' ? keyOf('run', next[1]!) : undefined;
}

/** Counts the events of a CPU. `own`: name of the task that the CPU is isolated for. */
export function readTrace(trace: string, cpu: number, own: string): Seen {
  const seen: Seen = new Map();
  for (const line of trace.split('\n')) {
    const [, on, event = '', text = ''] = LINE.exec(line) ?? [];
    if (Number(on) !== cpu) continue;
    const source = sourceOf(event, text.trim());
    if (source === undefined || source === keyOf('run', own)) continue;
    seen.set(source, (seen.get(source) ?? 0) + 1);
  }
  return seen;
}
