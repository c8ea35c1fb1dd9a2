// The timeline of a trace as geometry: lanes from top to bottom, times from left to right. No drawing, no React.

import type { Arrow, Context, Slice } from '@rtprobe/trace';
import type { Pin } from '../../store/address/pin.ts';
import { roundStep } from '../ticks.ts';
import type { Activity, Span } from './activity.ts';

export interface Lane {
  /** undefined: the lane of a task on all CPUs. */
  readonly cpu: number | undefined;
  /** The pid of such a task. */
  readonly task?: number;
  readonly context: Context;
  /** Sorted by begin; slices of a lane nest. */
  readonly slices: readonly Slice[];
  /** Levels of nesting. */
  readonly depth: number;
  /** The first lane of its CPU. */
  readonly first: boolean;
  readonly pinned: boolean;
  /** Position and height in rows of LANE_PX, gaps between CPUs included. */
  readonly top: number;
  readonly height: number;
}

/** An arrow with the lanes of its ends; undefined: the lane is not in this picture. */
export interface Link {
  readonly arrow: Arrow;
  readonly from: Lane | undefined;
  readonly to: Lane | undefined;
}

export interface Timeline extends Activity {
  readonly lanes: readonly Lane[];
  /** Arrows by the time at which they begin. */
  readonly links: readonly Link[];
  /** Rows of all lanes. */
  readonly rows: number;
}

/** Lanes from top to bottom: causes above what they interrupt. */
const ORDER: readonly Context[] = ['hardirq', 'softirq', 'irqs_off', 'nmi', 'running'];
const CPU_GAP = 0.35;
/** Height of each level of nesting beyond the first, of at most LEVELS_MAX: it has room for a name. */
const LEVEL = 0.55;
const LEVELS_MAX = 4;
/** Least visible span. The clock's error is of this size. */
const LEAST_NS = 200;

/** A lane before it has a place. */
type Unplaced = Omit<Lane, 'top' | 'height' | 'pinned'>;

const depthOf = (slices: readonly Slice[]): number =>
  1 + slices.reduce((most, slice) => Math.max(most, slice.depth), 0);

/** Returns the lanes of a CPU that have something; that of its tasks always. */
function lanesOfCpu({ index }: Activity, cpu: number): Unplaced[] {
  return ORDER.map((context) => ({ context, slices: index.track(cpu, context) }))
    .filter(({ context, slices }) => slices.length > 0 || context === 'running')
    .map((lane, i) => ({ ...lane, cpu, depth: depthOf(lane.slices), first: i === 0 }));
}

function lanesOfTask({ index }: Activity, pid: number): Unplaced[] {
  const slices = index.slices
    .filter((slice) => slice.context === 'running' && slice.pid === pid)
    .sort((a, b) => a.startNs - b.startNs || a.depth - b.depth);
  if (slices.length === 0) return [];
  return [
    { ...{ cpu: undefined, task: pid, context: 'running', slices }, depth: depthOf(slices), first: true },
  ];
}

/** Builds the timeline. Pinned tracks come first, then the spike's CPU, then the others in order. */
export function timelineOf(activity: Activity, pins: readonly Pin[] = []): Timeline {
  const { trace, spikeCpu } = activity;
  const known = new Set(trace.cpus.map((c) => c.cpu));
  const pinned = pins.filter(({ track, number }) => track === 'task' || known.has(number));
  const pinnedCpus = new Set(pinned.filter(({ track }) => track === 'cpu').map(({ number }) => number));
  const cpus = [...known]
    .filter((cpu) => !pinnedCpus.has(cpu))
    .sort((a, b) => Number(b === spikeCpu) - Number(a === spikeCpu) || a - b);
  const groups = [
    ...pinned.map(({ track, number }) =>
      (track === 'cpu' ? lanesOfCpu : lanesOfTask)(activity, number).map((lane) => ({
        ...lane,
        pinned: true,
      })),
    ),
    ...cpus.map((cpu) => lanesOfCpu(activity, cpu).map((lane) => ({ ...lane, pinned: false }))),
  ];
  const lanes: Lane[] = [];
  let top = 0;
  for (const group of groups) {
    if (lanes.length > 0 && group.length > 0) top += CPU_GAP;
    for (const lane of group) {
      const height = 1 + LEVEL * (Math.min(lane.depth, LEVELS_MAX) - 1);
      lanes.push({ ...lane, top, height });
      top += height;
    }
  }
  return { ...activity, lanes, links: linksOf(activity, lanes), rows: top };
}

/** Returns a function that finds the lane of a slice: that of its task if it is pinned; undefined if none shows it. */
export function laneFinder({ lanes }: Pick<Timeline, 'lanes'>): (slice: Slice) => Lane | undefined {
  const ofTask = new Map(lanes.map((lane) => [lane.task, lane]));
  const ofCpu = new Map(lanes.map((lane) => [`${lane.cpu} ${lane.context}`, lane]));
  return ({ cpu, context, pid }) =>
    (context === 'running' && pid !== undefined && ofTask.get(pid)) || ofCpu.get(`${cpu} ${context}`);
}

/** Returns the arrows that have an end in one of the lanes. */
export function linksOf({ arrows }: Pick<Activity, 'arrows'>, lanes: readonly Lane[]): Link[] {
  const laneOf = laneFinder({ lanes });
  return arrows
    .map((arrow) => ({ arrow, from: laneOf(arrow.from.slice), to: laneOf(arrow.to.slice) }))
    .filter(({ from, to }) => from !== undefined || to !== undefined);
}

/** The initial view: the spike's window with a margin, within the recorded span. */
export function fitWindow({ trace, whole }: Activity): Span {
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

/** Least share of the picture that a slice takes that was searched, so that it can be seen. */
const SHOWN_LEAST = 0.01;

/** Returns the span moved so that a slice is in it. Zooms only if the slice is too long or too short for it. */
export function showing({ startNs, endNs }: Slice, span: Span, whole: Span): Span {
  const took = Math.max(endNs - startNs, 1);
  const length = span.toNs - span.fromNs;
  const isVisible = startNs >= span.fromNs && endNs <= span.toNs && took >= length * SHOWN_LEAST;
  if (isVisible) return span;
  const wanted = Math.min(Math.max(length, took * 1.4), took / SHOWN_LEAST);
  const middle = (startNs + endNs) / 2;
  return within({ fromNs: middle - wanted / 2, toNs: middle + wanted / 2 }, whole);
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
export function nextEdge({ lanes, trace, spikeCpu }: Timeline, at: number, direction: 1 | -1): number {
  let best = direction > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const offer = (time: number): void => {
    if (direction > 0 ? time > at && time < best : time < at && time > best) best = time;
  };
  for (const lane of lanes) {
    if (lane.cpu !== spikeCpu) continue;
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
