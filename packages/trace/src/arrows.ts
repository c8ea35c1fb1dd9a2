// Arrows: a moment on a CPU that made something run later, on another CPU or in another context. An arrow exists only if
// the trace contains its events.
import type { ChainStep } from './chain.ts';
import type { Slice } from './slice.ts';
import type { TraceEventAt, TraceIndex } from './trace-index.ts';

export const ARROWS = ['woke', 'raised', 'asked'] as const;
export type ArrowKind = (typeof ARROWS)[number];

export interface ArrowEnd {
  readonly slice: Slice;
  /** ns since the trace's origin, within the slice. */
  readonly atNs: number;
}

export interface Arrow {
  readonly kind: ArrowKind;
  readonly from: ArrowEnd;
  readonly to: ArrowEnd;
}

/** Most arrows of a trace; those farthest from the spike's window are left out. */
const ARROWS_MAX = 8192;

/** A task got or left a CPU. */
interface Turn {
  readonly cpu: number;
  readonly at: number;
  readonly does: 'run' | 'sleep' | 'yield';
}

/** Returns when each task got and left a CPU, oldest first. */
function turnsOf({ switches }: TraceIndex): Map<number, Turn[]> {
  const turns = switches.flatMap(({ cpu, at, pid, pid2, number }): (Turn & { pid: number })[] => [
    { pid: pid2, cpu, at, does: number === 0 ? 'yield' : 'sleep' },
    { pid, cpu, at, does: 'run' },
  ]);
  return Map.groupBy(turns, ({ pid }) => pid);
}

/** Returns the time from which on no event of any CPU is missing. */
function completeFrom({ trace }: TraceIndex): number {
  const cut = trace.cpus.filter((cpu) => cpu.overwritten).map((cpu) => cpu.fromNs);
  return Math.max(Number.NEGATIVE_INFINITY, ...cut);
}

/**
 * Returns arrows from the waker to the next run of the task. A task that still ran when it was woken, and never slept,
 * does not run because of the waking. Of several wakings the last one counts: the others came before it slept. The trace
 * must prove that it is the last one: a task that moves to another CPU, or whose sleep is missing, can have slept and
 * been woken again where the trace has no events.
 */
function* wakings(index: TraceIndex): Generator<Arrow> {
  const complete = completeFrom(index);
  const turns = turnsOf(index);
  for (const [pid, own] of Map.groupBy(index.wakings, (waking) => waking.pid)) {
    let next = 0;
    let since = Number.NEGATIVE_INFINITY;
    let before: Turn | undefined;
    for (const turn of turns.get(pid) ?? []) {
      let waking: TraceEventAt | undefined;
      while (next < own.length && own[next]!.at <= turn.at && turn.does === 'run') waking = own[next++];
      const isAsleep = before === undefined || before.does === 'sleep';
      if (waking?.number === turn.cpu && waking.at >= Math.max(since, complete) && isAsleep) {
        const slice = index.innermostAt(waking.cpu, waking.at);
        const run = index.runFrom(turn.cpu, turn.at);
        if (slice && run)
          yield { kind: 'woke', from: { slice, atNs: waking.at }, to: { slice: run, atNs: turn.at } };
      }
      if (turn.does === 'run') since = turn.at;
      before = turn;
    }
  }
}

/** Returns arrows from what raised a softirq to its run. */
function* raises(index: TraceIndex): Generator<Arrow> {
  for (const run of index.slices) {
    if (run.context !== 'softirq' || run.callback !== undefined || run.begin !== 'seen') continue;
    const raise = index.raiseOf(run);
    const slice = raise && index.innermostAt(raise.cpu, raise.at);
    if (slice)
      yield { kind: 'raised', from: { slice, atNs: raise.at }, to: { slice: run, atNs: run.startNs } };
  }
}

/** Returns arrows from what asked for a function to its begin. */
function* requests(index: TraceIndex): Generator<Arrow> {
  for (const run of index.slices) {
    if (run.enteredNs !== run.startNs) continue;
    const request = index.requestOf(run);
    const slice = request && index.innermostAt(request.cpu, request.at);
    if (slice)
      yield { kind: 'asked', from: { slice, atNs: request.at }, to: { slice: run, atNs: run.startNs } };
  }
}

export interface Arrows {
  /** By the time at which they begin. */
  readonly arrows: readonly Arrow[];
  /** How many are left out. */
  readonly omitted: number;
}

export function arrowsOf(index: TraceIndex): Arrows {
  const { windowFromNs, windowToNs } = index.trace;
  const all = [...wakings(index), ...raises(index), ...requests(index)];
  const away = ({ from, to }: Arrow): number => Math.max(windowFromNs - to.atNs, from.atNs - windowToNs, 0);
  if (all.length > ARROWS_MAX) all.sort((a, b) => away(a) - away(b));
  const arrows = all.slice(0, ARROWS_MAX).sort((a, b) => a.from.atNs - b.from.atNs);
  return { arrows, omitted: all.length - arrows.length };
}

/** Returns the arrows that are steps of the chain. */
export function arrowsOfChain(arrows: readonly Arrow[], steps: readonly ChainStep[]): Set<Arrow> {
  const isStep = ({ kind, from, to }: Arrow): boolean =>
    steps.some(
      (step) =>
        step.how === kind &&
        step.at === from.atNs &&
        step.from.cpu === from.slice.cpu &&
        (kind === 'woke' ? step.to.pid === to.slice.pid : step.to.number === to.slice.number),
    );
  return new Set(arrows.filter(isStep));
}
