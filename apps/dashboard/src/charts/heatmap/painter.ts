// The heatmap: time to the right, latency upwards, colour for the number of values.
import { countOfLevel } from '@rtprobe/metrics';
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import { clear, type Surface, type Theme } from '../canvas.ts';
import { CellImage } from './cells.ts';
import { type Frame, type HeatmapInput, latencyY, layOut, type Mark, timeAt, timeX } from './frame.ts';
import {
  paintBrush,
  paintBudget,
  paintCursor,
  paintGaps,
  paintGrid,
  paintMaxLine,
  paintOver,
  paintPointer,
} from './lines.ts';
import { paintMarks } from './marks.ts';
import { paintNotes } from './notes.ts';

/** The cell under a point, for the tooltip. */
export interface Hit {
  from: UnixMicros;
  to: UnixMicros;
  /** Latency at that height. */
  ns: Nanoseconds;
  /** -1: outside the rows of the axis. */
  row: number;
  /** Values in the cell. */
  count: number;
  columnCount: number;
  columnMax: Nanoseconds;
  covered: boolean;
}

/** Largest distance of the pointer from a spike's mark, in CSS pixels. */
const REACH = 12;

export class HeatmapPainter {
  readonly #cells = new CellImage();
  #frame: Frame | undefined;

  /** Id of the newest spike that has its own mark; undefined if there is none. */
  newestMark: string | undefined;

  /** Highest count of one cell on screen. */
  get peakCount(): number {
    return this.#cells.peakCount;
  }

  paint(surface: Surface, theme: Theme, input: HeatmapInput): void {
    const { context } = surface;
    const frame = layOut(surface, input);
    this.#frame = frame;
    clear(surface);
    context.fillStyle = theme.plot;
    context.fillRect(frame.left, frame.top, frame.width, frame.height);
    paintGaps(context, theme, input, frame);
    paintGrid(context, theme, input, frame);
    this.#cells.paint(context, theme, input, frame);
    paintMaxLine(context, theme, input, frame);
    paintBudget(context, theme, input, frame);
    paintOver(context, theme, input, frame);
    this.newestMark = paintMarks(context, theme, input, frame);
    paintNotes(context, theme, input, frame);
    paintBrush(context, theme, input, frame);
    paintCursor(context, theme, input, frame);
    paintPointer(context, theme, input, frame);
  }

  /** Returns the time at x CSS pixels, clamped to the plot; undefined before the first paint. */
  timeAt(input: HeatmapInput, x: number): UnixMicros | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    return timeAt(frame, input, Math.min(frame.right, Math.max(frame.left, x * frame.ratio)));
  }

  /** Whether x, in CSS pixels, is on the plot. */
  within(x: number): boolean {
    const frame = this.#frame;
    return frame !== undefined && x * frame.ratio >= frame.left && x * frame.ratio <= frame.right;
  }

  /** Returns the seconds on screen. Columns have whole pixels, so it can exceed the window. */
  shownSeconds({ columns, windowSeconds }: HeatmapInput): number {
    const frame = this.#frame;
    if (frame === undefined) return windowSeconds;
    return ((frame.newest - frame.oldest + 1) * columns.widthUs) / 1e6;
  }

  /** `x` and `y` are in CSS pixels. Returns undefined outside the plot. */
  hit({ columns, scale }: HeatmapInput, x: number, y: number): Hit | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    const [dx, dy] = [x * frame.ratio, y * frame.ratio];
    if (dx < frame.left || dx >= frame.right || dy < frame.top || dy >= frame.bottom) return undefined;
    const column = frame.newest - Math.floor((frame.right - dx - 0.5) / frame.step);
    const line = Math.floor(dy - frame.top);
    const row = this.#cells.rowAt(line);
    const levels = columns.chunk(column);
    const level = levels === undefined || row < 0 ? 0 : levels[columns.offset(column) + row]!;
    return {
      from: column * columns.widthUs,
      to: (column + 1) * columns.widthUs,
      ns: scale.bottom * (scale.top / scale.bottom) ** (1 - line / frame.height),
      row,
      count: countOfLevel(level),
      columnCount: columns.count(column),
      columnMax: columns.max(column),
      covered: columns.covered(column),
    };
  }

  /** Returns the spike nearest to a point, within REACH. */
  markAt(input: HeatmapInput, x: number, y: number): Mark | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    let best: Mark | undefined;
    let least = REACH * frame.ratio;
    for (const mark of input.marks) {
      const distance = Math.hypot(
        timeX(frame, input, mark.time) - x * frame.ratio,
        latencyY(frame, input.scale, mark.valueNs) - y * frame.ratio,
      );
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }
}
