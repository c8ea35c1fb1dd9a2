// The timeline of a trace as geometry: lanes from top to bottom, times from left to right. No drawing, no React.

import type { Trace } from '@rtprobe/protocol';
import { type Context, type Mark, marksOf, type Slice, slicesOf } from '@rtprobe/trace';
import { roundStep } from '../ticks.ts';

/** ns since the trace's origin. */
export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface Lane {
  readonly cpu: number;
  readonly context: Context;
  /** Sorted by begin; slices of a lane nest. */
  readonly slices: readonly Slice[];
  /** Levels of nesting. */
  readonly depth: number;
  /** The first lane of its CPU. */
  readonly first: boolean;
  /** Position and height in rows of LANE_PX, gaps between CPUs included. */
  readonly top: number;
  readonly height: number;
}

export interface Timeline {
  readonly trace: Trace;
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  /** The recorded span of all CPUs. */
  readonly whole: Span;
  /** Rows of all lanes. */
  readonly rows: number;
}

/** Lanes from top to bottom: causes above what they interrupt. */
const ORDER: readonly Context[] = ['hardirq', 'softirq', 'irqs_off', 'nmi', 'running'];
const CPU_GAP = 0.35;
/** Least visible span. The clock's error is of this size. */
const LEAST_NS = 200;

/** Builds the timeline. The spike's CPU is first, the others follow in order. */
export function timelineOf(trace: Trace, spikeCpu: number): Timeline {
  const slices = slicesOf(trace);
  const cpus = trace.cpus
    .map((c) => c.cpu)
    .sort((a, b) => Number(b === spikeCpu) - Number(a === spikeCpu) || a - b);
  const lanes: Lane[] = [];
  let top = 0;
  for (const cpu of cpus) {
    if (lanes.length > 0) top += CPU_GAP;
    let first = true;
    for (const context of ORDER) {
      const own = slices.filter((s) => s.cpu === cpu && s.context === context);
      if (own.length === 0 && context !== 'running') continue;
      const depth = 1 + own.reduce((most, s) => Math.max(most, s.depth), 0);
      lanes.push({ cpu, context, slices: own, depth, first, top, height: 1 });
      top += 1;
      first = false;
    }
  }
  const whole = {
    fromNs: Math.min(...trace.cpus.map((c) => c.fromNs)),
    toNs: Math.max(...trace.cpus.map((c) => c.toNs)),
  };
  return { trace, lanes, marks: marksOf(trace), whole, rows: top };
}

/** The initial view: the spike's window with a margin, within the recorded span. */
export function fitWindow({ trace, whole }: Timeline): Span {
  const around = Math.max(trace.windowToNs - trace.windowFromNs, LEAST_NS) * 0.35;
  return within({ fromNs: trace.windowFromNs - around, toNs: trace.windowToNs + around }, whole);
}

/** Moves and cuts a span so that it lies within `whole` and is at least LEAST_NS long. */
export function within(span: Span, whole: Span): Span {
  const most = whole.toNs - whole.fromNs;
  const length = Math.min(most, Math.max(LEAST_NS, span.toNs - span.fromNs));
  const middle = (span.fromNs + span.toNs) / 2;
  const fromNs = Math.min(Math.max(middle - length / 2, whole.fromNs), whole.toNs - length);
  return { fromNs, toNs: fromNs + length };
}

/** Scales a span by `factor`, below 1 to zoom in. `at` keeps its place on screen. */
export function zoomed(span: Span, factor: number, at: number, whole: Span): Span {
  const length = Math.min(whole.toNs - whole.fromNs, Math.max(LEAST_NS, (span.toNs - span.fromNs) * factor));
  const share = (at - span.fromNs) / (span.toNs - span.fromNs);
  const fromNs = at - share * length;
  return within({ fromNs, toNs: fromNs + length }, whole);
}

/** Moves a span by a share of its length. */
export function panned(span: Span, share: number, whole: Span): Span {
  const by = (span.toNs - span.fromNs) * share;
  const fromNs = Math.min(Math.max(span.fromNs + by, whole.fromNs), whole.toNs - (span.toNs - span.fromNs));
  return { fromNs, toNs: fromNs + span.toNs - span.fromNs };
}

/** Returns the index of the first slice that may reach a time; slices are sorted by start and nest. */
function firstReaching(slices: readonly Slice[], at: number): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices[middle]!.startNs < at) low = middle + 1;
    else high = middle;
  }
  // An outer slice that began earlier may still run: its depth is below that of the one found.
  while (low > 0 && (slices[low - 1]!.endNs > at || slices[low - 1]!.depth > 0)) low--;
  return low;
}

/** Yields the slices of a lane that overlap a span. */
export function* reaching(lane: Lane, { fromNs, toNs }: Span): Generator<Slice> {
  for (let i = firstReaching(lane.slices, fromNs); i < lane.slices.length; i++) {
    const slice = lane.slices[i]!;
    if (slice.startNs > toNs) return;
    if (slice.endNs >= fromNs) yield slice;
  }
}

/**
 * Returns the innermost slice of a lane at a time, or the nearest within `reach` ns, so that short slices can be
 * pointed at.
 */
export function sliceAt(lane: Lane, at: number, reach: number): Slice | undefined {
  let found: Slice | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const slice of reaching(lane, { fromNs: at - reach, toNs: at + reach })) {
    const off = Math.max(slice.startNs - at, at - slice.endNs, 0);
    if (off < distance || (off === distance && found !== undefined && slice.depth >= found.depth)) {
      found = slice;
      distance = off;
    }
  }
  return found;
}

/** Returns the next time at which something starts or ends on the spike's CPU. */
export function nextEdge({ lanes, trace }: Timeline, at: number, direction: 1 | -1): number {
  const cpu = lanes[0]?.cpu;
  let best = direction > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const offer = (time: number): void => {
    if (direction > 0 ? time > at && time < best : time < at && time > best) best = time;
  };
  for (const lane of lanes) {
    if (lane.cpu !== cpu) continue;
    for (const slice of lane.slices) {
      offer(slice.startNs);
      offer(slice.endNs);
    }
  }
  offer(trace.windowFromNs);
  offer(trace.windowToNs);
  return Number.isFinite(best) ? best : at;
}

/** Returns ticks in steps of 1, 2 or 5, at least `apart` pixels apart, counted from the start of the spike's window. */
export function ticksOf({ fromNs, toNs }: Span, zero: number, most: number): number[] {
  const step = roundStep((toNs - fromNs) / Math.max(1, most));
  const ticks: number[] = [];
  for (let k = Math.ceil((fromNs - zero) / step); zero + k * step <= toNs; k++) ticks.push(zero + k * step);
  return ticks;
}
