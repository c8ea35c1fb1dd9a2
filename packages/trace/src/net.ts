// Computes depths and net times of slices, and who had a CPU in a time range.
import { CONTEXTS, type Context, type Slice } from './slice.ts';

/** Contexts that take a CPU's time, in order of precedence. */
const timedContexts: readonly Context[] = ['nmi', 'hardirq', 'softirq', 'running'];

const byNesting = (a: Slice, b: Slice): number =>
  a.startNs - b.startNs ||
  b.endNs - a.endNs ||
  CONTEXTS.indexOf(b.context) - CONTEXTS.indexOf(a.context) ||
  Number(a.callback !== undefined) - Number(b.callback !== undefined);

type Report = (slice: Slice, fromNs: number, toNs: number) => void;

/**
 * Sweeps over one CPU's slices in time order. It reports who had each range: the innermost slice of the first context
 * that has one. Disabled interrupts get the same range in addition, unless a handler has it.
 */
class Sweep {
  readonly #open = new Map<Context, Slice[]>(CONTEXTS.map((context) => [context, []]));
  readonly #report: Report;
  #at = Number.NEGATIVE_INFINITY;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Starts a slice; returns in how many slices of its track it is nested. */
  begin(slice: Slice): number {
    this.advance(slice.startNs);
    const track = this.#open.get(slice.context)!;
    return track.push(slice) - 1;
  }

  /** Advances to a time, and ends the slices that end until then. */
  advance(to: number): void {
    for (;;) {
      const ending = this.#nextToEnd(to);
      if (!ending) break;
      this.#pass(ending.endNs);
      const track = this.#open.get(ending.context)!;
      track.splice(track.lastIndexOf(ending), 1);
    }
    this.#pass(to);
  }

  #nextToEnd(to: number): Slice | undefined {
    let first: Slice | undefined;
    for (const track of this.#open.values()) {
      const inner = track.at(-1);
      if (inner && inner.endNs <= to && (!first || inner.endNs < first.endNs)) first = inner;
    }
    return first;
  }

  #pass(to: number): void {
    if (to <= this.#at) return;
    const holder = timedContexts.map((context) => this.#open.get(context)!.at(-1)).find(Boolean);
    if (holder) this.#report(holder, this.#at, to);
    const off = this.#open.get('irqs_off')!.at(-1);
    if (off && holder?.context !== 'nmi' && holder?.context !== 'hardirq') this.#report(off, this.#at, to);
    this.#at = to;
  }
}

/** Sorts slices of one CPU and fills in their depths and net times. */
export function nestSlices(slices: Slice[]): Slice[] {
  slices.sort(byNesting);
  for (const slice of slices) slice.netNs = 0;
  const sweep = new Sweep((slice, from, to) => {
    slice.netNs += to - from;
  });
  for (const slice of slices) slice.depth = sweep.begin(slice);
  sweep.advance(Number.POSITIVE_INFINITY);
  return slices;
}

/** Net time of one holder of a CPU in a span. */
export interface Share {
  /** Its first slice in the span. */
  slice: Slice;
  /** When it first had the CPU in the span. */
  at: number;
  netNs: number;
  /** How many of its slices had time in the span. */
  count: number;
}

const shareKey = ({ kind, number, pid, callback }: Slice): string =>
  `${kind}/${number}/${kind === 'task' || kind === 'irqs_off' ? pid : ''}/${callback?.kind} ${callback?.function}`;

/**
 * Returns who had a CPU between two times, most time first. Slices of one kind and number, or of one task, count as
 * one; those of each function apart.
 */
export function sharesOf(slices: readonly Slice[], cpu: number, fromNs: number, toNs: number): Share[] {
  const shares = new Map<string, Share & { seen: Set<Slice> }>();
  const sweep = new Sweep((slice, from, to) => {
    const at = Math.max(from, fromNs);
    const netNs = Math.min(to, toNs) - at;
    if (netNs <= 0) return;
    const key = shareKey(slice);
    const share = shares.get(key) ?? { slice, at, netNs: 0, count: 0, seen: new Set<Slice>() };
    share.netNs += netNs;
    share.seen.add(slice);
    share.count = share.seen.size;
    shares.set(key, share);
  });
  for (const slice of slices) {
    if (slice.cpu === cpu && slice.endNs > fromNs && slice.startNs < toNs) sweep.begin(slice);
  }
  sweep.advance(Number.POSITIVE_INFINITY);
  return Array.from(shares.values(), ({ seen, ...share }) => share).sort((a, b) => b.netNs - a.netNs);
}
