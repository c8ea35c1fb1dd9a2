// Indexes the events and slices of a trace by task, CPU and time.
import { TRACE_EVENTS, type Trace, type TraceEventKind } from '@rtprobe/protocol';
import type { Context, Slice } from './slice.ts';
import { slicesOf } from './slices.ts';

export interface TraceEventAt {
  cpu: number;
  at: number;
  number: number;
  pid: number;
  pid2: number;
  arg: number;
}

/** Returns the events of one kind on all CPUs, oldest first. */
export function eventsOf(trace: Trace, wanted: TraceEventKind): TraceEventAt[] {
  const code = TRACE_EVENTS.indexOf(wanted);
  const events: TraceEventAt[] = [];
  for (const { cpu, time, kind, number, pid, pid2, arg } of trace.cpus) {
    for (let i = 0; i < time.length; i++) {
      if (kind[i] !== code) continue;
      events.push({
        ...{ cpu, at: time[i]!, number: number[i]!, pid: pid[i]!, pid2: pid2[i]!, arg: arg[i]! },
      });
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

/** In a send event, in place of a CPU. */
const ANY_CPU = 0xffffffff;

/** Contexts that run code, from the one that interrupts all others. */
const byPrecedence: readonly Context[] = ['nmi', 'hardirq', 'softirq', 'running'];

const isInnerFirst = (a: Slice, b: Slice): number => b.depth - a.depth || b.startNs - a.startNs;

/** Returns how many of the slices, which are sorted by start, start until a time. */
function startedUntil(slices: readonly Slice[], at: number): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices[middle]!.startNs <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

const runKey = ({ cpu, number, startNs }: Slice): string => `${cpu} ${number} ${startNs}`;

export class TraceIndex {
  readonly trace: Trace;
  readonly slices: readonly Slice[];
  readonly wakings: readonly TraceEventAt[];
  readonly raises: readonly TraceEventAt[];
  readonly switches: readonly TraceEventAt[];
  /** Requests for functions, and their runs, by item. */
  readonly #sends: ReadonlyMap<number, readonly TraceEventAt[]>;
  readonly #runs: ReadonlyMap<number, readonly TraceEventAt[]>;
  /** Slices of a CPU and context by start. */
  readonly #tracks: ReadonlyMap<string, readonly Slice[]>;
  #raiseOfRun: Map<string, TraceEventAt> | undefined;

  constructor(trace: Trace) {
    this.trace = trace;
    this.slices = slicesOf(trace);
    this.wakings = eventsOf(trace, 'waking');
    this.raises = eventsOf(trace, 'softirq_raise');
    this.switches = eventsOf(trace, 'switch');
    this.#sends = Map.groupBy(eventsOf(trace, 'send'), ({ pid2 }) => pid2);
    this.#runs = Map.groupBy(eventsOf(trace, 'callback_entry'), ({ pid2 }) => pid2);
    this.#tracks = Map.groupBy(this.slices, ({ cpu, context }) => `${cpu} ${context}`);
  }

  /** Returns the slices of one CPU and context, by start, outer ones first. */
  track(cpu: number, context: Context): readonly Slice[] {
    return this.#tracks.get(`${cpu} ${context}`) ?? [];
  }

  /** Returns the slices of a track that contain a time, innermost first. */
  containing(cpu: number, context: Context, at: number): Slice[] {
    const track = this.track(cpu, context);
    const found: Slice[] = [];
    for (let i = startedUntil(track, at) - 1; i >= 0; i--) {
      const slice = track[i]!;
      if (slice.endNs >= at) found.push(slice);
      else if (slice.depth === 0) break;
    }
    return found.sort(isInnerFirst);
  }

  /** Returns the innermost slice that had a CPU at a time; at the time of an exit, the slice that exits. */
  innermostAt(cpu: number, at: number): Slice | undefined {
    for (const context of byPrecedence) {
      const [innermost] = this.containing(cpu, context, at);
      if (innermost) return innermost;
    }
    return undefined;
  }

  /** Returns the innermost slice at a time. If a function ran in it, it is the whole slice with that function. */
  contextAt(cpu: number, at: number): Slice | undefined {
    const innermost = this.innermostAt(cpu, at);
    if (innermost?.callback === undefined) return innermost;
    const { context, callback, item, enteredNs } = innermost;
    const around = this.containing(cpu, context, at).find((slice) => slice.callback === undefined);
    return { ...(around ?? innermost), callback, ...(item !== undefined && { item, enteredNs }) };
  }

  /** Returns the slice of the task that runs on a CPU from a time on. */
  runFrom(cpu: number, at: number): Slice | undefined {
    const track = this.track(cpu, 'running');
    for (let i = startedUntil(track, at) - 1; track[i]?.startNs === at; i--) {
      if (track[i]!.depth === 0) return track[i];
    }
    return undefined;
  }

  /** Returns the first switch to a task from a time on. */
  switchTo(pid: number, from: number): TraceEventAt | undefined {
    return this.switches.find((s) => s.pid === pid && s.at >= from);
  }

  /** Returns the last waking of a task until a time. */
  lastWaking(pid: number, until: number): TraceEventAt | undefined {
    return this.wakings.findLast((w) => w.pid === pid && w.at <= until);
  }

  /**
   * Returns the raise that made a softirq run: the first one since it ran before on this CPU. Where earlier events were
   * overwritten, an earlier raise can be missing.
   */
  raiseOf(softirq: Slice): TraceEventAt | undefined {
    this.#raiseOfRun ??= this.#matchRaises();
    return this.#raiseOfRun.get(runKey(softirq));
  }

  #matchRaises(): Map<string, TraceEventAt> {
    const matched = new Map<string, TraceEventAt>();
    const raised = Map.groupBy(this.raises, ({ cpu, number }) => `${cpu} ${number}`);
    const isRun = ({ context, callback, begin }: Slice) =>
      context === 'softirq' && callback === undefined && begin !== 'resumed';
    const runs = Map.groupBy(this.slices.filter(isRun), ({ cpu, number }) => `${cpu} ${number}`);
    const cut = new Set(this.trace.cpus.filter((cpu) => cpu.overwritten).map(({ cpu }) => cpu));
    for (const [key, own] of runs) {
      const raises = raised.get(key) ?? [];
      let next = 0;
      for (const [i, run] of own.entries()) {
        const first = raises[next];
        // A softirq whose entry is missing began at an unknown time.
        const until = run.begin === 'seen' ? run.startNs : run.endNs;
        while (next < raises.length && raises[next]!.at <= until) next++;
        const isProven = run.begin === 'seen' && !(i === 0 && cut.has(run.cpu));
        if (isProven && first && first.at <= run.startNs) matched.set(runKey(run), first);
      }
    }
    return matched;
  }

  /**
   * Returns the request that a function ran for: the last one before it for the same item. Another run of the item in
   * between was that request's. It must be for this CPU, of which no event since then is missing: otherwise that run may
   * not be in the trace. stop_machine() asks for a run on each CPU at once. A timer has none: a CPU without events in the
   * trace can have armed it again.
   */
  requestOf({ cpu, item, enteredNs, callback }: Slice): TraceEventAt | undefined {
    if (item === undefined || enteredNs === undefined) return undefined;
    if (callback?.kind === 'timer' || callback?.kind === 'hrtimer') return undefined;
    const isStop = callback?.kind === 'stop';
    const send = this.#sends.get(item)?.findLast(({ at }) => at <= enteredNs);
    const own = this.trace.cpus.find((each) => each.cpu === cpu);
    if (send === undefined || own === undefined || own.fromNs > send.at) return undefined;
    if (send.number !== cpu && !(isStop && send.number === ANY_CPU)) return undefined;
    const isTaken = this.#runs
      .get(item)
      ?.some((run) => run.at >= send.at && run.at < enteredNs && !(isStop && run.cpu !== cpu));
    return isTaken ? undefined : send;
  }
}
