// Converts the events of a CPU to slices, without assumptions: what began before the trace or did not end within it is
// marked as cut.
import {
  CALLBACKS,
  type CallbackInfo,
  partWords,
  TRACE_EVENTS,
  type Trace,
  type TraceCpu,
  type TraceEventKind,
} from '@rtprobe/protocol';
import { irqLabel, softirqLabel, taskLabel, vectorLabel, vectorTitle } from './label.ts';
import { nestSlices } from './net.ts';
import type { Context, Slice, SliceKind } from './slice.ts';

interface Open {
  kind: SliceKind;
  number: number;
  startNs: number;
  begin: Slice['begin'];
  callback?: CallbackInfo;
  item?: number;
  /** When the newest poll in a softirq ended. */
  polledNs?: number;
  /** When the function began. A slice begins where it continued. */
  enteredNs?: number;
}

type Naming = Pick<Trace, 'tasks' | 'names'>;

/** Key of softirqs in a task that is unknown yet. */
const UNKNOWN_PID = -1;

/** Returns what a task has open, outermost first. */
function openOf(all: Map<number, Open[]>, pid: number): Open[] {
  let open = all.get(pid);
  if (!open) {
    open = [];
    all.set(pid, open);
  }
  return open;
}

/** A polling idle CPU runs the functions of IPIs without an interrupt: the vector cal-single of the ABI. */
const CALLED_IDLE = { kind: 'vector', number: 3 } as const;

class CpuReader {
  readonly slices: Slice[] = [];
  readonly #cpu: TraceCpu;
  readonly #naming: Naming;
  /** Open handlers, outermost first. */
  readonly #hard: Open[] = [];
  /** Open softirqs by task: a preempted thread keeps its own. */
  readonly #soft = new Map<number, Open[]>();
  /** The open work item of each task. */
  readonly #work = new Map<number, Open[]>();
  #current: number | undefined;
  /** Start of what runs now, and whether the trace contains it. */
  #since: number;
  #sinceBegin: Slice['begin'] = 'cut';
  /** Earliest possible start of a softirq without an entry. */
  #softFloor: number;
  /** Ends of the newest slice of the flat tracks. */
  #nmiEnd: number;
  #irqsOffEnd: number;
  #ownEnd: number;

  constructor(cpu: TraceCpu, naming: Naming) {
    this.#cpu = cpu;
    this.#naming = naming;
    this.#current = cpu.current;
    this.#since = this.#softFloor = this.#nmiEnd = this.#irqsOffEnd = this.#ownEnd = cpu.fromNs;
  }

  read(): Slice[] {
    const { time, kind, number, pid, pid2, arg, fromNs, toNs } = this.#cpu;
    let at = fromNs;
    for (let i = 0; i < time.length; i++) {
      // An NMI between reading the clock and writing the entry can swap two entries.
      at = Math.min(Math.max(at, time[i]!), toNs);
      const name = TRACE_EVENTS[kind[i]!];
      if (name === 'switch') this.#switch(at, pid[i]!, pid2[i]!);
      else if (name === 'callback_entry') this.#enterCallback(at, number[i]!, arg[i]!, pid2[i]!);
      else if (name !== undefined) this.#event(name, at, number[i]!, arg[i]!);
    }
    this.#finish(toNs);
    return this.slices;
  }

  #event(name: TraceEventKind, at: number, number: number, arg: number): void {
    switch (name) {
      case 'hardirq_entry':
        this.#hard.push({ kind: 'irq', number, startNs: at, begin: 'seen' });
        break;
      case 'vector_entry':
        this.#hard.push({ kind: 'vector', number, startNs: at, begin: 'seen' });
        break;
      case 'hardirq_exit':
        this.#exit('hardirq', this.#hard, { kind: 'irq', number, startNs: this.#since, begin: 'cut' }, at);
        break;
      case 'vector_exit':
        this.#exit('hardirq', this.#hard, { kind: 'vector', number, startNs: this.#since, begin: 'cut' }, at);
        break;
      case 'softirq_entry':
        this.#softirqs().push({ kind: 'softirq', number, startNs: at, begin: 'seen' });
        break;
      case 'softirq_exit':
        this.#exit('softirq', this.#softirqs(), this.#cutSoftirq(number), at);
        this.#softFloor = at;
        break;
      case 'callback_exit':
        if (CALLBACKS[number - 1] === 'napi') this.#endPoll(at, arg);
        else this.#exitCallback(at, number);
        break;
      case 'nmi':
        this.#nmi(at, arg);
        break;
      case 'probe':
        this.#own(at, arg);
        break;
      case 'irqs_off':
        this.#irqsOff(at, arg, number === 1);
        break;
    }
  }

  #softirqs(pid = this.#current ?? UNKNOWN_PID): Open[] {
    return openOf(this.#soft, pid);
  }

  #works(pid = this.#current ?? UNKNOWN_PID): Open[] {
    return openOf(this.#work, pid);
  }

  /** Returns the innermost track that runs, and what is open on it. */
  #here(): [context: Context, open: Open[]] {
    if (this.#hard.length > 0) return ['hardirq', this.#hard];
    const soft = this.#softirqs();
    if (soft.length > 0) return ['softirq', soft];
    return ['running', this.#works()];
  }

  #enterCallback(at: number, number: number, place: number, item: number): void {
    const kind = CALLBACKS[number - 1];
    if (!kind) return;
    const [, open] = this.#here();
    const source = open.at(-1) ?? (this.#current === 0 ? CALLED_IDLE : { kind: 'task', number: 0 });
    open.push({
      ...{ kind: source.kind, number: source.number, startNs: at, begin: 'seen' },
      callback: { kind, function: this.#nameOf(place) },
      ...(item > 0 && { item, enteredNs: at }),
    });
  }

  /** Closes the function and those inside it, which have lost their exits. Without an entry the function is unknown. */
  #exitCallback(at: number, number: number): void {
    const [context, open] = this.#here();
    const index = open.findLastIndex(({ callback }) => callback?.kind === CALLBACKS[number - 1]);
    if (index < 0) return;
    while (open.length > index + 1) this.#close(context, open.pop()!, at, 'cut');
    this.#close(context, open.pop()!, at, 'seen');
  }

  /** Adds a poll, which ended now. When it began is not known: at most since the softirq began or the poll before ended. */
  #endPoll(at: number, place: number): void {
    const softirq = this.#softirqs().at(-1);
    if (softirq?.kind !== 'softirq' || softirq.callback !== undefined) return;
    const { kind, number, startNs, begin, polledNs = startNs } = softirq;
    const since = polledNs > startNs ? { startNs: polledNs, begin: 'seen' as const } : { startNs, begin };
    const callback = { kind: 'napi' as const, function: this.#nameOf(place) };
    this.#add('softirq', { kind, number, ...since, callback }, at, 'seen');
    softirq.polledNs = at;
  }

  #nameOf(place: number): string {
    return this.#naming.names[`function ${place}`] ?? '[unknown]';
  }

  /** A worker that is not bound to this CPU may continue on another one, and begin another callback there. */
  #isBoundWorker(pid: number): boolean {
    const [, cpu] =
      /^(?:kworker\/(?=\d+:)|irq_work\/|rcuc\/)(\d+)/.exec(this.#naming.tasks[pid]?.comm ?? '') ?? [];
    return cpu !== undefined && Number(cpu) === this.#cpu.cpu;
  }

  #cutSoftirq(number: number): Open {
    return { kind: 'softirq', number, startNs: this.#softFloor, begin: 'cut' };
  }

  /** Closes the entry of this exit; the entries inside it have lost their exits. */
  #exit(context: Context, stack: Open[], cut: Open, at: number): void {
    const index = stack.findLastIndex(
      (open) => open.kind === cut.kind && open.number === cut.number && open.callback === undefined,
    );
    while (stack.length > index + 1) this.#close(context, stack.pop()!, at, 'cut');
    this.#close(context, index < 0 ? cut : stack.pop()!, at, 'seen');
  }

  #close(context: Context, open: Open, at: number, end: Slice['end'], pid = this.#current): void {
    this.#add(context, open, at, end, pid);
  }

  #switch(at: number, next: number, previous: number): void {
    // No handler runs across a context switch.
    while (this.#hard.length > 0) this.#close('hardirq', this.#hard.pop()!, at, 'cut');
    const early = this.#soft.get(UNKNOWN_PID);
    if (early) {
      this.#soft.delete(UNKNOWN_PID);
      this.#softirqs(previous).push(...early);
    }
    this.#current = previous;
    for (const open of this.#softirqs(previous)) this.#close('softirq', open, at, 'preempted');
    for (const open of this.#works(previous)) this.#close('running', open, at, 'preempted');
    if (!this.#isBoundWorker(previous)) this.#work.delete(previous);
    this.#run(at, 'seen');
    this.#current = next;
    this.#since = this.#softFloor = at;
    this.#sinceBegin = 'seen';
    for (const open of [...this.#softirqs(next), ...this.#works(next)])
      Object.assign(open, { startNs: at, begin: 'resumed' });
  }

  /** Adds the slice of what ran until now. */
  #run(at: number, end: Slice['end']): void {
    if (this.#current === undefined) return;
    const kind = this.#current === 0 ? 'idle' : 'task';
    this.#add('running', { kind, number: 0, startNs: this.#since, begin: this.#sinceBegin }, at, end);
  }

  #nmi(at: number, took: number): void {
    const startNs = Math.max(at - took, this.#nmiEnd);
    const begin = at - took < this.#cpu.fromNs ? 'cut' : 'seen';
    this.#add('nmi', { kind: 'nmi', number: 0, startNs, begin }, at, 'seen');
    this.#nmiEnd = at;
  }

  /** It runs with interrupts disabled, so no handler begins or ends in it. */
  #own(at: number, took: number): void {
    const startNs = Math.max(at - took, this.#ownEnd);
    const begin = at - took < this.#cpu.fromNs ? 'cut' : 'seen';
    this.#add('hardirq', { kind: 'probe', number: 0, startNs, begin }, at, 'seen');
    this.#ownEnd = at;
  }

  #irqsOff(at: number, proven: number, exact: boolean): void {
    const startNs = Math.max(at - proven, this.#irqsOffEnd);
    const begin = at - proven < this.#cpu.fromNs ? 'cut' : 'seen';
    this.#add('irqs_off', { kind: 'irqs_off', number: 0, startNs, begin }, at, 'seen', this.#current, exact);
    this.#irqsOffEnd = at;
  }

  #finish(at: number): void {
    while (this.#hard.length > 0) this.#close('hardirq', this.#hard.pop()!, at, 'cut');
    for (const open of this.#softirqs()) this.#close('softirq', open, at, 'cut');
    for (const open of this.#works()) this.#close('running', open, at, 'cut');
    this.#run(at, 'cut');
  }

  #add(
    context: Context,
    open: Open,
    endNs: number,
    end: Slice['end'],
    pid = this.#current,
    exact?: boolean,
  ): void {
    const { kind, number, startNs, begin, callback, item, enteredNs } = open;
    this.slices.push({
      cpu: this.#cpu.cpu,
      ...{ context, kind, number, startNs, endNs, begin, end },
      ...naming(kind, number, pid, this.#naming),
      ...(pid !== undefined && { pid }),
      ...(callback && { callback }),
      ...(item !== undefined && { item, enteredNs }),
      ...(exact !== undefined && { exact }),
      depth: 0,
      netNs: 0,
    });
  }
}

function naming(kind: SliceKind, number: number, pid: number | undefined, { tasks, names }: Naming) {
  const task = pid === undefined ? undefined : tasks[pid];
  if (kind === 'irq') return { label: irqLabel(number), name: names[irqLabel(number)] ?? '' };
  if (kind === 'vector') return { label: vectorLabel(number), name: vectorTitle(number) ?? '' };
  if (kind === 'softirq') return { label: softirqLabel(number), name: '' };
  if (kind === 'nmi' || kind === 'probe') return { label: partWords[kind].title, name: '' };
  if (kind === 'irqs_off') return { label: partWords.irqs_off.title, name: task?.comm ?? '' };
  return { label: taskLabel(pid ?? 0, task), name: task?.comm ?? '' };
}

/**
 * Returns every slice of a trace, by CPU as in the trace, then by start, outer ones first. Slices of one CPU and
 * context nest.
 */
export function slicesOf(trace: Trace): Slice[] {
  return trace.cpus.flatMap((cpu) => nestSlices(new CpuReader(cpu, trace).read()));
}
