// Draws the timeline of a trace: one lane per CPU and context, the spike's window, markers A and B.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import type { Trace } from '@rtprobe/protocol';
import { type Arrow, type Slice, sliceTitle, taskLabel } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import { hatch, type Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import { dashedLine, line } from '../pen.ts';
import { type Markers, offsetText } from '../report/timeline.ts';
import type { Span } from './activity.ts';
import { arrowsIn, arrowsOfSlice } from './arrows.ts';
import { contextName } from './context-name.ts';
import { endsAt } from './end-texts.ts';
import { barHeight, type Frame, frameOf, laneY, type TimelineSurface, xOf } from './frame.ts';
import { type Lane, reaching, type Timeline, ticksOf } from './lanes.ts';
import { paintArrows } from './paint-arrows.ts';

/** A slice is never drawn narrower, so that a short one stays visible. */
const LEAST_PX = 1.5;
/** Least width for a name within its slice. */
const LABEL_LEAST_PX = 30;
/** Least width for a rim between a slice and the one around it, which can have the same colour. */
const RIM_LEAST_PX = 3;
/** What a search found is wider. */
const FOUND_LEAST_PX = 4;
/** Samples that are closer to each other are drawn as one. */
const SAMPLE_APART_PX = 5;

export interface TimelineInput {
  readonly timeline: Timeline;
  readonly shown: Span;
  /** The task that waited, if one did. */
  readonly victim: number | undefined;
  /** Words at the two ends of the window. */
  readonly ends: readonly [from: string, to: string];
  readonly marker: Markers;
  readonly cursor: number | undefined;
  readonly hovered: Slice | undefined;
  readonly selected: Slice | undefined;
  /** Arrows that led to the spike. */
  readonly chain: ReadonlySet<Arrow>;
  /** What a search found; undefined: nothing is searched. */
  readonly found: ReadonlySet<Slice> | undefined;
}

/** Writes the name of a lane left of it. */
function paintName(frame: Frame, lane: Lane, y: number, trace: Trace): void {
  const { pen, theme, ratio, left } = frame;
  const height = barHeight(frame, lane);
  const middle = y + height / 2;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  if (lane.pinned) {
    pen.fillStyle = theme.accent;
    pen.fillRect(0, y, 2.5 * ratio, height);
  }
  pen.save();
  pen.beginPath();
  pen.rect(0, y, left - 4 * ratio, height);
  pen.clip();
  if (lane.first) {
    pen.font = `600 ${12 * ratio}px ${theme.font}`;
    pen.fillStyle = theme.text;
    const task = lane.task !== undefined && visibleText(taskLabel(lane.task, trace.tasks[lane.task]));
    pen.fillText(task || t('pages.cpu', { cpu: lane.cpu ?? '' }), 6 * ratio, middle);
  }
  if (lane.task === undefined) {
    pen.font = `${11 * ratio}px ${theme.font}`;
    pen.fillStyle = theme.muted;
    pen.fillText(contextName(lane.context), 58 * ratio, middle);
  }
  pen.restore();
}

function paintLane(frame: Frame, lane: Lane, input: TimelineInput): void {
  const { right } = frame;
  paintName(frame, lane, laneY(frame, lane), input.timeline.trace);
  const found: Slice[] = [];
  let covered = Number.NEGATIVE_INFINITY;
  for (const slice of reaching(lane, frame.shown)) {
    if (input.found?.has(slice)) found.push(slice);
    // Skips slices that lie on pixels already painted on the same level.
    const end = Math.min(right, xOf(frame, slice.endNs));
    if (slice.depth === 0 && end <= covered) continue;
    const box = boxOf(frame, lane, slice, LEAST_PX);
    if (slice.depth === 0) covered = box.x2;
    paintSlice(frame, box, input);
  }
  // Again, so that no other slice covers them.
  for (const slice of found) paintSlice(frame, boxOf(frame, lane, slice, FOUND_LEAST_PX), input);
}

function boxOf(frame: Frame, lane: Lane, slice: Slice, leastPx: number): Box {
  const { left, right, ratio } = frame;
  const bar = barHeight(frame, lane);
  const level = bar / lane.depth;
  const above = slice.depth * level;
  const x1 = Math.max(left, xOf(frame, slice.startNs));
  const x2 = Math.min(right, Math.max(xOf(frame, slice.endNs), x1 + leastPx * ratio));
  return { slice, lane, x1, x2, y: laneY(frame, lane) + above, height: bar - above, level };
}

interface Box {
  readonly slice: Slice;
  readonly lane: Lane;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly height: number;
  /** Height of the part that no inner slice covers. */
  readonly level: number;
}

function paintSlice(frame: Frame, box: Box, input: TimelineInput): void {
  const { pen, theme, colours, ratio } = frame;
  const { slice, x1, x2, y, height, level } = box;
  const isVictim = slice.kind === 'task' && slice.pid === input.victim;
  const isDimmed = input.found !== undefined && !input.found.has(slice);
  if (slice.depth > 0 && x2 - x1 > RIM_LEAST_PX * ratio) {
    pen.fillStyle = theme.plot;
    pen.fillRect(x1 - ratio, y - ratio, x2 - x1 + 2 * ratio, height + ratio);
  }
  pen.fillStyle = isDimmed ? theme.grid : isVictim ? colours.victim : colours[slice.kind];
  pen.fillRect(x1, y, x2 - x1, height);
  // Sampled evidence is hatched: it is weaker than a measurement.
  if (slice.kind === 'irqs_off' && slice.exact !== true) {
    const pattern = hatch(pen, theme.plot, ratio);
    if (pattern !== null) {
      pen.fillStyle = pattern;
      pen.fillRect(x1, y, x2 - x1, height);
    }
  }
  const room = x2 - x1 - 10 * ratio;
  if (room < LABEL_LEAST_PX * ratio) return;
  pen.save();
  pen.beginPath();
  pen.rect(x1, y, x2 - x1, height);
  pen.clip();
  pen.font = `600 ${11 * ratio}px ${theme.font}`;
  pen.fillStyle = isDimmed ? theme.muted : slice.kind === 'idle' ? theme.text : colours.ink;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  const text =
    box.lane.task !== undefined && slice.callback === undefined ? placeText(slice) : sliceText(slice);
  pen.fillText(text, x1 + 5 * ratio, y + level / 2 + ratio / 2);
  pen.restore();
}

/** Returns the text of a slice in the lane of its task, which has the task's name. */
const placeText = ({ cpu, startNs, endNs }: Slice): string =>
  `${t('pages.cpu', { cpu })} · ${formatDuration(endNs - startNs)}`;

/** Returns the text in a slice and at the head of its tooltip. */
export function sliceText(slice: Slice): string {
  const { kind, label, startNs, endNs } = slice;
  const named = kind === 'irq' || slice.callback !== undefined ? sliceTitle(slice) : label;
  return `${visibleText(named)} · ${formatDuration(endNs - startNs)}`;
}

function paintAxis(frame: Frame, zero: number): void {
  const { pen, theme, ratio, left, right, top, bottom } = frame;
  pen.font = `${11 * ratio}px ${theme.font}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  pen.lineWidth = ratio;
  const ticks = ticksOf(frame.shown, zero, (right - left) / ratio / 110);
  const apart = ticks.length > 1 ? ticks[1]! - ticks[0]! : undefined;
  for (const at of ticks) {
    const x = Math.round(xOf(frame, at)) + 0.5;
    pen.strokeStyle = theme.grid;
    line(pen, x, top, x, bottom);
    if (x < left + 20 * ratio || x > right - 20 * ratio) continue;
    pen.fillStyle = theme.muted;
    pen.fillText(offsetText(at - zero, apart), x, bottom + 7 * ratio);
  }
}

function paintEnds(frame: Frame, { timeline, ends }: TimelineInput): void {
  const { pen, theme, ratio, left, right, top, bottom } = frame;
  const { windowFromNs, windowToNs } = timeline.trace;
  pen.fillStyle = theme.alarm;
  pen.font = `600 ${11 * ratio}px ${theme.font}`;
  pen.textBaseline = 'bottom';
  const shown = [windowFromNs, windowToNs].flatMap((at, i) => {
    const x = xOf(frame, at);
    if (x < left || x > right) return [];
    dashedLine(pen, theme.alarm, 1.5 * ratio, [3.3, 2.7], [x, top - 4 * ratio, x, bottom]);
    return [{ x, text: ends[i]!, width: pen.measureText(ends[i]!).width, isBegin: i === 0 }];
  });
  pen.textAlign = 'left';
  for (const [i, at] of endsAt(shown, right, 5 * ratio).entries())
    pen.fillText(shown[i]!.text, at, top - 5 * ratio);
}

function paintMarker(frame: Frame, at: number | undefined, name: string): void {
  const { pen, theme, ratio, left, right, top, bottom } = frame;
  if (at === undefined) return;
  const x = xOf(frame, at);
  if (x < left || x > right) return;
  pen.strokeStyle = theme.accent;
  pen.lineWidth = ratio;
  line(pen, x, top, x, bottom);
  if (name === '') return;
  pen.fillStyle = theme.accent;
  pen.fillRect(x - 7 * ratio, bottom - 15 * ratio, 14 * ratio, 15 * ratio);
  pen.fillStyle = theme.plot;
  pen.font = `700 ${11 * ratio}px ${theme.font}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(name, x, bottom - 7 * ratio);
}

/** Hatches the time before a CPU's oldest event and after its newest. */
function paintUnknown(frame: Frame, { timeline }: TimelineInput): void {
  const { pen, theme, ratio, left, right } = frame;
  const pattern = hatch(pen, theme.hatch, ratio);
  if (pattern === null) return;
  pen.fillStyle = pattern;
  for (const { cpu, fromNs, toNs } of timeline.trace.cpus) {
    const own = timeline.lanes.filter((lane) => lane.cpu === cpu);
    if (own.length === 0) continue;
    const last = own.at(-1)!;
    const y = laneY(frame, own[0]!);
    const height = laneY(frame, last) + barHeight(frame, last) - y;
    const from = xOf(frame, fromNs);
    const to = xOf(frame, toNs);
    if (from > left) pen.fillRect(left, y, Math.min(from, right) - left, height);
    if (to < right) pen.fillRect(Math.max(to, left), y, right - Math.max(to, left), height);
  }
}

/** Marks the timer samples on the lanes of the tasks. */
function paintSamples(frame: Frame, { timeline }: TimelineInput): void {
  const { pen, theme, ratio, left, right } = frame;
  for (const lane of timeline.lanes) {
    if (lane.cpu === undefined || lane.context !== 'running') continue;
    const bottom = laneY(frame, lane) + barHeight(frame, lane);
    let covered = Number.NEGATIVE_INFINITY;
    for (const { at } of timeline.samples.get(lane.cpu) ?? []) {
      const x = xOf(frame, at);
      if (x < left || x > right || x < covered) continue;
      covered = x + SAMPLE_APART_PX * ratio;
      pen.fillStyle = theme.plot;
      pen.fillRect(x - 2 * ratio, bottom - 7 * ratio, 4 * ratio, 9 * ratio);
      pen.fillStyle = theme.text;
      pen.fillRect(x - ratio, bottom - 6 * ratio, 2 * ratio, 8 * ratio);
    }
  }
}

/** Draws the markers of programs as flags on the lanes of the tasks, with their text where there is room. */
function paintFlags(frame: Frame, { timeline }: TimelineInput): void {
  const { pen, theme, ratio, left, right } = frame;
  for (const lane of timeline.lanes) {
    if (lane.cpu === undefined || lane.context !== 'running') continue;
    const y = laneY(frame, lane);
    const shown = (timeline.markers.get(lane.cpu) ?? [])
      .map(({ atNs, label }) => ({ x: xOf(frame, atNs), label }))
      .filter(({ x }) => x >= left && x <= right);
    for (const [i, { x, label }] of shown.entries()) {
      pen.fillStyle = theme.text;
      pen.fillRect(x - ratio, y - 3 * ratio, 2 * ratio, barHeight(frame, lane) + 3 * ratio);
      paintFlagText(frame, visibleText(label), x, y, (shown[i + 1]?.x ?? right) - x);
    }
  }
}

/** Writes the text of a marker on a ground of its own, unless it needs more than `room`. */
function paintFlagText({ pen, theme, ratio }: Frame, text: string, x: number, y: number, room: number): void {
  pen.font = `600 ${10 * ratio}px ${theme.font}`;
  const wide = pen.measureText(text).width + 8 * ratio;
  if (wide > room) return;
  pen.fillStyle = theme.text;
  pen.fillRect(x, y - 3 * ratio, wide, 12 * ratio);
  pen.fillStyle = theme.plot;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, x + 4 * ratio, y + 3.5 * ratio);
}

/** Says below the names of the lanes how many arrows are not drawn. */
function paintHidden({ pen, theme, ratio, bottom }: Frame, hidden: number): void {
  if (hidden === 0) return;
  pen.font = `${11 * ratio}px ${theme.font}`;
  pen.fillStyle = theme.muted;
  pen.textAlign = 'left';
  pen.textBaseline = 'top';
  pen.fillText(t('report.arrowsHidden', { n: hidden }), 6 * ratio, bottom + 7 * ratio);
}

/** Outlines a slice in all lanes that show it. */
function paintOutline(frame: Frame, { lanes }: Timeline, slice: Slice, colour: string): void {
  const { pen, ratio } = frame;
  for (const lane of lanes) {
    const isOfCpu = lane.cpu === slice.cpu && lane.context === slice.context;
    const isOfTask = lane.task !== undefined && lane.task === slice.pid && slice.context === 'running';
    if (!isOfCpu && !isOfTask) continue;
    const { x1, x2, y, height } = boxOf(frame, lane, slice, LEAST_PX);
    if (x2 < x1) continue;
    pen.strokeStyle = colour;
    pen.lineWidth = 2 * ratio;
    pen.strokeRect(x1 + ratio, y + ratio, Math.max(0, x2 - x1 - 2 * ratio), height - 2 * ratio);
  }
}

/** Draws what does not follow the pointer over the current content of the canvas. */
export function paintStill(
  surface: TimelineSurface,
  theme: Theme,
  colours: SliceColours,
  input: TimelineInput,
): void {
  const { timeline, shown, chain } = input;
  const frame = frameOf(surface, theme, colours, shown);
  const { pen, ratio, left, right } = frame;
  pen.fillStyle = theme.plot;
  for (const lane of timeline.lanes)
    pen.fillRect(left, laneY(frame, lane), right - left, barHeight(frame, lane));
  paintAxis(frame, timeline.trace.windowFromNs);
  for (const lane of timeline.lanes) paintLane(frame, lane, input);
  paintUnknown(frame, input);
  paintSamples(frame, input);
  paintFlags(frame, input);
  const { drawn, hidden } = arrowsIn(timeline, shown, (right - left) / ratio, chain);
  paintArrows(frame, drawn);
  paintHidden(frame, hidden + timeline.omittedArrows);
  paintEnds(frame, input);
  paintMarker(frame, input.marker.a, 'A');
  paintMarker(frame, input.marker.b, 'B');
}

/** Draws what follows the pointer and the selection. */
export function paintPointed(
  surface: TimelineSurface,
  theme: Theme,
  colours: SliceColours,
  { timeline, shown, hovered, selected, cursor }: TimelineInput,
): void {
  const frame = frameOf(surface, theme, colours, shown);
  for (const slice of new Set([selected, hovered])) {
    if (slice === undefined) continue;
    paintOutline(frame, timeline, slice, slice === selected ? theme.accent : theme.text);
    paintArrows(frame, arrowsOfSlice(timeline, shown, slice));
  }
  paintMarker(frame, cursor, '');
}
