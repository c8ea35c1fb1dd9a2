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

/** Contexts that run code, from the one that interrupts all others. */
const byPrecedence: readonly Context[] = ['nmi', 'hardirq', 'softirq', 'running'];

export class TraceIndex {
  readonly slices: readonly Slice[];
  readonly #wakings: readonly TraceEventAt[];
  readonly #raises: readonly TraceEventAt[];
  readonly #switches: readonly TraceEventAt[];

  constructor(trace: Trace) {
    this.slices = slicesOf(trace);
    this.#wakings = eventsOf(trace, 'waking');
    this.#raises = eventsOf(trace, 'softirq_raise');
    this.#switches = eventsOf(trace, 'switch');
  }

  /**
   * Returns the innermost slice that had a CPU at a time; at the time of an exit, the slice that exits. If a function ran
   * in it, it is the whole slice with that function.
   */
  contextAt(cpu: number, at: number): Slice | undefined {
    const candidates = this.slices.filter(
      (s) => s.cpu === cpu && s.context !== 'irqs_off' && s.startNs <= at && s.endNs >= at,
    );
    const [innermost, ...outer] = candidates.sort(
      (a, b) =>
        byPrecedence.indexOf(a.context) - byPrecedence.indexOf(b.context) ||
        b.depth - a.depth ||
        b.startNs - a.startNs,
    );
    if (innermost?.callback === undefined) return innermost;
    const { context, callback } = innermost;
    const around = outer.find((slice) => slice.context === context && slice.callback === undefined);
    return { ...(around ?? innermost), callback };
  }

  /** Returns the first switch to a task from a time on. */
  switchTo(pid: number, from: number): TraceEventAt | undefined {
    return this.#switches.find((s) => s.pid === pid && s.at >= from);
  }

  /** Returns the last waking of a task until a time. */
  lastWaking(pid: number, until: number): TraceEventAt | undefined {
    return this.#wakings.findLast((w) => w.pid === pid && w.at <= until);
  }

  /** Returns the last raise of a softirq before it ran. */
  lastRaise({ cpu, number, startNs }: Slice): TraceEventAt | undefined {
    return this.#raises.findLast((r) => r.cpu === cpu && r.number === number && r.at <= startNs);
  }
}
