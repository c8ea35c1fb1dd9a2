// Draws the timeline of a trace: one lane per CPU and context, the spike's window, markers A and B.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import { type Slice, sliceTitle } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import { hatch, type Surface, type Theme } from '../canvas.ts';

import type { SliceColours } from '../colours.ts';
import { dashedLine, line, type Pen } from '../pen.ts';
import { type Markers, offsetText } from '../report/timeline.ts';
import { contextName } from './context-name.ts';
import { type Lane, reaching, type Span, type Timeline, ticksOf } from './lanes.ts';

/** Pixels of the drawing, before the device's ratio. */
const LANE_PX = 26;
const BAR_PX = 20;
const LEFT_PX = 128;
const RIGHT_PX = 12;
const TOP_PX = 22;
const BOTTOM_PX = 26;
/** A slice is never drawn narrower, so that a short one stays visible. */
const LEAST_PX = 1.5;
/** Least width for a name within its slice. */
const LABEL_LEAST_PX = 30;

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
}

/** Height of the canvas in CSS pixels. */
export function timelineHeight(timeline: Timeline): number {
  return TOP_PX + timeline.rows * LANE_PX + BOTTOM_PX;
}

interface Frame {
  readonly pen: Pen;
  readonly theme: Theme;
  readonly colours: SliceColours;
  readonly ratio: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly shown: Span;
}

/** A canvas or another pen. */
export type TimelineSurface = Omit<Surface, 'context'> & { context: Pen };

const xOf = ({ left, right, shown }: Frame, at: number): number =>
  left + ((at - shown.fromNs) / (shown.toNs - shown.fromNs)) * (right - left);

/** Returns time and lane under a pointer, in CSS pixels of the canvas. */
export function pointed(
  { timeline, shown }: Pick<TimelineInput, 'timeline' | 'shown'>,
  x: number,
  y: number,
  width: number,
): { at: number; lane: Lane | undefined; nsPerPixel: number } {
  const plot = Math.max(1, width - LEFT_PX - RIGHT_PX);
  const nsPerPixel = (shown.toNs - shown.fromNs) / plot;
  const row = (y - TOP_PX) / LANE_PX;
  const lane = timeline.lanes.find((each) => row >= each.top && row < each.top + each.height);
  return { at: shown.fromNs + (x - LEFT_PX) * nsPerPixel, lane, nsPerPixel };
}

const laneY = ({ top, ratio }: Frame, lane: Lane): number => top + lane.top * LANE_PX * ratio;

function paintLane(frame: Frame, lane: Lane, input: TimelineInput): void {
  const { pen, theme, ratio, left, right } = frame;
  const y = laneY(frame, lane);
  const bar = BAR_PX * ratio;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  if (lane.first) {
    pen.font = `600 ${12 * ratio}px ${theme.font}`;
    pen.fillStyle = theme.text;
    pen.fillText(t('pages.cpu', { cpu: lane.cpu }), 4 * ratio, y + bar / 2);
  }
  pen.font = `${11 * ratio}px ${theme.font}`;
  pen.fillStyle = theme.muted;
  pen.fillText(contextName(lane.context), 58 * ratio, y + bar / 2);
  const level = bar / lane.depth;
  let covered = Number.NEGATIVE_INFINITY;
  for (const slice of reaching(lane, frame.shown)) {
    const x1 = Math.max(left, xOf(frame, slice.startNs));
    const x2 = Math.min(right, Math.max(xOf(frame, slice.endNs), x1 + LEAST_PX * ratio));
    // Skips slices that lie on pixels already painted on the same level.
    if (slice.depth === 0 && x2 <= covered) continue;
    if (slice.depth === 0) covered = x2;
    const above = slice.depth * level;
    paintSlice(frame, { slice, x1, x2, y: y + above, height: bar - above }, input);
  }
}

interface Box {
  readonly slice: Slice;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly height: number;
}

function paintSlice(frame: Frame, box: Box, input: TimelineInput): void {
  const { pen, theme, colours, ratio } = frame;
  const { slice, x1, x2, y, height } = box;
  const isVictim = slice.kind === 'task' && slice.pid === input.victim;
  pen.fillStyle = isVictim ? colours.victim : colours[slice.kind];
  pen.fillRect(x1, y, x2 - x1, height);
  // Sampled evidence is hatched: it is weaker than a measurement.
  if (slice.kind === 'irqs_off' && slice.exact !== true) {
    const pattern = hatch(pen, theme.plot, ratio);
    if (pattern !== null) {
      pen.fillStyle = pattern;
      pen.fillRect(x1, y, x2 - x1, height);
    }
  }
  if (slice === input.hovered) {
    pen.strokeStyle = theme.text;
    pen.lineWidth = 2 * ratio;
    pen.strokeRect(x1 + ratio, y + ratio, Math.max(0, x2 - x1 - 2 * ratio), height - 2 * ratio);
  }
  const room = x2 - x1 - 10 * ratio;
  if (room < LABEL_LEAST_PX * ratio) return;
  pen.save();
  pen.beginPath();
  pen.rect(x1, y, x2 - x1, height);
  pen.clip();
  pen.font = `600 ${11 * ratio}px ${theme.font}`;
  pen.fillStyle = slice.kind === 'idle' ? theme.text : colours.ink;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(sliceText(slice), x1 + 5 * ratio, y + height / 2 + ratio / 2);
  pen.restore();
}

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
  for (const at of ticksOf(frame.shown, zero, (right - left) / ratio / 110)) {
    const x = Math.round(xOf(frame, at)) + 0.5;
    pen.strokeStyle = theme.grid;
    line(pen, x, top, x, bottom);
    if (x < left + 20 * ratio || x > right - 20 * ratio) continue;
    pen.fillStyle = theme.muted;
    pen.fillText(offsetText(at - zero), x, bottom + 7 * ratio);
  }
}

function paintEnds(frame: Frame, { timeline, ends }: TimelineInput): void {
  const { pen, theme, ratio, left, right, top, bottom } = frame;
  const { windowFromNs, windowToNs } = timeline.trace;
  pen.fillStyle = theme.alarm;
  pen.font = `600 ${11 * ratio}px ${theme.font}`;
  pen.textBaseline = 'bottom';
  for (const [i, at] of [windowFromNs, windowToNs].entries()) {
    const x = xOf(frame, at);
    if (x < left || x > right) continue;
    dashedLine(pen, theme.alarm, 1.5 * ratio, [3.3, 2.7], [x, top - 4 * ratio, x, bottom]);
    const text = ends[i]!;
    const wide = pen.measureText(text).width;
    // The text of the begin is left of its line, that of the end right, as far as there is room.
    const wanted = i === 0 ? x - wide - 5 * ratio : x + 5 * ratio;
    pen.textAlign = 'left';
    pen.fillText(text, Math.min(Math.max(wanted, 0), right - wide), top - 5 * ratio);
  }
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
  const { pen, theme, ratio, left, right, top } = frame;
  const pattern = hatch(pen, theme.hatch, ratio);
  if (pattern === null) return;
  pen.fillStyle = pattern;
  for (const { cpu, fromNs, toNs } of timeline.trace.cpus) {
    const own = timeline.lanes.filter((lane) => lane.cpu === cpu);
    const y = top + own[0]!.top * LANE_PX * ratio;
    const height = own.length * LANE_PX * ratio - (LANE_PX - BAR_PX) * ratio;
    const from = xOf(frame, fromNs);
    const to = xOf(frame, toNs);
    if (from > left) pen.fillRect(left, y, Math.min(from, right) - left, height);
    if (to < right) pen.fillRect(Math.max(to, left), y, right - Math.max(to, left), height);
  }
}

/** Draws over the current content of the canvas. */
export function paintTimeline(
  { context, width, height, ratio }: TimelineSurface,
  theme: Theme,
  colours: SliceColours,
  input: TimelineInput,
): void {
  const frame: Frame = {
    ...{ pen: context, theme, colours, ratio, shown: input.shown },
    ...{ left: LEFT_PX * ratio, right: width - RIGHT_PX * ratio },
    ...{ top: TOP_PX * ratio, bottom: height - BOTTOM_PX * ratio },
  };
  const { lanes, trace } = input.timeline;
  context.fillStyle = theme.plot;
  for (const lane of lanes) {
    context.fillRect(frame.left, laneY(frame, lane), frame.right - frame.left, BAR_PX * ratio);
  }
  paintAxis(frame, trace.windowFromNs);
  for (const lane of lanes) paintLane(frame, lane, input);
  paintUnknown(frame, input);
  paintEnds(frame, input);
  paintMarker(frame, input.marker.a, 'A');
  paintMarker(frame, input.marker.b, 'B');
  paintMarker(frame, input.cursor, '');
}
