// The frame of a timeline's drawing: where a time and a lane are, in pixels.
import type { Surface, Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';
import type { Span } from './activity.ts';
import type { Lane, Timeline } from './lanes.ts';

/** Pixels of the drawing, before the device's ratio. */
export const LANE_PX = 26;
/** Between the bars of two lanes. */
export const LANE_GAP_PX = 6;
const LEFT_PX = 128;
const RIGHT_PX = 12;
const TOP_PX = 22;
const BOTTOM_PX = 26;

/** A canvas or another pen. */
export type TimelineSurface = Omit<Surface, 'context'> & { context: Pen };

export interface Frame {
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

export function frameOf(
  { context, width, height, ratio }: TimelineSurface,
  theme: Theme,
  colours: SliceColours,
  shown: Span,
): Frame {
  return {
    ...{ pen: context, theme, colours, ratio, shown },
    ...{ left: LEFT_PX * ratio, right: width - RIGHT_PX * ratio },
    ...{ top: TOP_PX * ratio, bottom: height - BOTTOM_PX * ratio },
  };
}

/** Height of the canvas in CSS pixels. */
export function timelineHeight({ rows }: Pick<Timeline, 'rows'>): number {
  return TOP_PX + rows * LANE_PX + BOTTOM_PX;
}

export const xOf = ({ left, right, shown }: Frame, at: number): number =>
  left + ((at - shown.fromNs) / (shown.toNs - shown.fromNs)) * (right - left);

export const laneY = ({ top, ratio }: Frame, lane: Lane): number => top + lane.top * LANE_PX * ratio;

/** Returns the height of the bar of a lane. */
export const barHeight = ({ ratio }: Frame, lane: Lane): number =>
  (lane.height * LANE_PX - LANE_GAP_PX) * ratio;

/** Returns the distance of a lane from the top of the canvas in CSS pixels. */
export const laneTop = (lane: Lane): number => TOP_PX + lane.top * LANE_PX;

/**
 * Returns the height of the top of the canvas with the pinned lanes, as many as fit into `most`; 0 for none. In CSS pixels.
 */
export function pinnedHeight({ lanes }: Pick<Timeline, 'lanes'>, most: number): number {
  const bottoms = lanes
    .filter(({ pinned }) => pinned)
    .map(({ top, height }) => TOP_PX + (top + height) * LANE_PX);
  return Math.max(0, ...bottoms.filter((bottom) => bottom <= most));
}

/** Returns time and lane under a pointer, in CSS pixels of the canvas. */
export function pointed(
  { timeline, shown }: { readonly timeline: Timeline; readonly shown: Span },
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
