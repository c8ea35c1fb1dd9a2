// What a heatmap is drawn from, and where on the canvas its parts lie.
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import type { Columns } from '../store/history/columns.ts';
import type { Surface } from './canvas.ts';
import type { LatencyScale } from './latency-scale.ts';

export interface Mark {
  id: string;
  time: UnixMicros;
  valueNs: Nanoseconds;
  /** Hostile text. */
  label: string;
  /** Seen and acknowledged: drawn hollow, its label grey. */
  seen: boolean;
}

export interface HeatmapInput {
  columns: Columns;
  /** Right edge. */
  end: UnixMicros;
  windowSeconds: number;
  /** The right edge is the present. */
  live: boolean;
  scale: LatencyScale;
  /** 0: none. */
  budgetNs: Nanoseconds;
  marks: readonly Mark[];
  selected: string | undefined;
  /** Where the pointer is, in CSS pixels; undefined outside. */
  pointer: { x: number; y: number } | undefined;
  /** The moment under the pointer on another chart of the page. */
  cursor: UnixMicros | undefined;
  /** The stretch that is being drawn out with the pointer. */
  brush: { from: UnixMicros; to: UnixMicros } | undefined;
  notes: readonly Note[];
}

/** What somebody wrote down about a moment. */
export interface Note {
  time: UnixMicros;
  /** Hostile text. */
  text: string;
}

/** All in device pixels. */
export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
  /** Width of a column, whole, so that columns keep their shape while they move. */
  step: number;
  /** Newest and oldest column on screen. */
  newest: number;
  oldest: number;
  ratio: number;
}

const MARGIN = { left: 58, right: 14, top: 10, bottom: 24 };

export function layOut(surface: Surface, input: HeatmapInput): Frame {
  const { ratio } = surface;
  const left = Math.round(MARGIN.left * ratio);
  const top = Math.round(MARGIN.top * ratio);
  const right = Math.max(left + 1, surface.width - Math.round(MARGIN.right * ratio));
  const bottom = Math.max(top + 4, surface.height - Math.round(MARGIN.bottom * ratio));
  const width = right - left;
  const step = Math.max(1, Math.floor(width / ((input.windowSeconds * 1e6) / input.columns.widthUs)));
  const newest = Math.floor((input.end - 1) / input.columns.widthUs);
  const oldest = newest - Math.ceil(width / step) + 1;
  return { left, top, right, bottom, width, height: bottom - top, step, newest, oldest, ratio };
}

/** Left edge of a column. */
export function columnX(frame: Frame, column: number): number {
  return frame.right - (frame.newest + 1 - column) * frame.step;
}

export function timeX(frame: Frame, input: HeatmapInput, time: UnixMicros): number {
  return columnX(frame, time / input.columns.widthUs);
}

/** x in device pixels. */
export function timeAt(frame: Frame, input: HeatmapInput, x: number): UnixMicros {
  return (frame.newest + 1 - (frame.right - x) / frame.step) * input.columns.widthUs;
}

/** Clamped to the plot. */
export function latencyY(frame: Frame, scale: LatencyScale, ns: Nanoseconds): number {
  return frame.top + (1 - Math.min(1, Math.max(0, scale.position(ns)))) * frame.height;
}
