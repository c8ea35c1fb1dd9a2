// The input of a heatmap, and its geometry on the canvas.
import { visibleText } from '@rtprobe/metrics';
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import type { Columns } from '../../store/history/columns.ts';
import type { Surface, Theme } from '../canvas.ts';
import type { LatencyScale } from '../latency-scale.ts';

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
  /** Whether the right edge is the present. */
  live: boolean;
  scale: LatencyScale;
  /** 0: none. */
  budgetNs: Nanoseconds;
  marks: readonly Mark[];
  selected: string | undefined;
  /** Where the pointer is, in CSS pixels; undefined outside. */
  pointer: { x: number; y: number } | undefined;
  /** The time under the pointer on another chart of the page. */
  cursor: UnixMicros | undefined;
  /** The time range that is being selected with the pointer. */
  brush: { from: UnixMicros; to: UnixMicros } | undefined;
  notes: readonly Note[];
}

/** A note about a point in time. */
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
  /** Width of a column in whole pixels, so that columns keep their shape while they move. */
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

/** Paints text with its left edge at x on a plate of the plot's colour, so that it can be read over cells. */
export function paintPlate(
  pen: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  colour: string,
  { x, y, width, height, pad }: { x: number; y: number; width: number; height: number; pad: number },
): void {
  pen.globalAlpha = 0.8;
  pen.fillStyle = theme.plot;
  pen.fillRect(x - pad, y, width + 2 * pad, height);
  pen.globalAlpha = 1;
  pen.fillStyle = colour;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, x, y + height / 2);
}

/** A hostile text, cut to that many characters. */
export function shortened(text: string, max: number): string {
  const shown = visibleText(text);
  return shown.length > max ? `${shown.slice(0, max - 1)}…` : shown;
}
