// Gaps and lines of the heatmap: grid, maxima, budget, selection, crosshair.
import { clockTime } from '../../i18n/dates.ts';
import { hatch, type Theme } from '../canvas.ts';
import { dashedLine, line } from '../pen.ts';
import { columnX, type Frame, type HeatmapInput, latencyY, timeX } from './frame.ts';
import { agoLabel, timeStep } from './time-axis.ts';

type Pen = CanvasRenderingContext2D;

/** Hatches columns without data between the first column of this page and the right edge. */
export function paintGaps(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { columns } = input;
  if (columns.last < columns.first) return;
  const pattern = hatch(pen, theme.hatch, frame.ratio);
  if (pattern === null) return;
  pen.fillStyle = pattern;
  let start: number | undefined;
  for (let column = Math.max(columns.first, frame.oldest); column <= frame.newest + 1; column++) {
    const missing = column <= frame.newest && !columns.covered(column) && columns.awaited?.(column) !== true;
    if (missing) start ??= column;
    if (missing || start === undefined) continue;
    // The newest column may have no data yet.
    if (!(start === frame.newest && input.live)) {
      const x = Math.max(frame.left, columnX(frame, start));
      pen.fillRect(x, frame.top, columnX(frame, column) - x, frame.height);
    }
    start = undefined;
  }
}

export function paintGrid(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { ratio } = frame;
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.muted;
  pen.lineWidth = ratio;
  pen.font = `${11 * ratio}px ${theme.font}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const tick of input.scale.ticks) {
    const y = Math.round(latencyY(frame, input.scale, tick.ns)) + 0.5;
    line(pen, frame.left, y, frame.right, y);
    pen.fillText(tick.label, frame.left - 8 * ratio, y);
  }
  pen.textBaseline = 'top';
  const step = timeStep(input.windowSeconds, Math.max(2, frame.width / ratio / 110));
  const perSecond = (frame.step * 1e6) / input.columns.widthUs;
  for (let ago = 0; ago * perSecond <= frame.width; ago += step) {
    const x = Math.round(frame.right - ago * perSecond) - 0.5;
    if (ago > 0) line(pen, x, frame.top, x, frame.bottom);
    if (x - frame.left < 24 * ratio) continue;
    const label = input.live ? agoLabel(ago) : clockTime(input.end - ago * 1e6);
    pen.textAlign = ago === 0 ? 'right' : 'center';
    pen.fillText(label, ago === 0 ? frame.right : x, frame.bottom + 7 * ratio);
  }
}

/** Columns at least this wide show their maximum as a step, narrower ones as a point of a line. */
const STEP_PIXELS = 6;

/** Draws the exact maximum of every column. The line is broken where a column has none. */
export function paintMaxLine(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { columns, scale } = input;
  pen.lineWidth = frame.ratio;
  pen.strokeStyle = theme.line;
  pen.lineJoin = 'bevel';
  pen.globalAlpha = 0.85;
  pen.beginPath();
  let drawing = false;
  const steps = frame.step >= STEP_PIXELS * frame.ratio;
  for (let column = Math.max(frame.oldest, columns.first); column <= frame.newest; column++) {
    const max = columns.max(column);
    const x = columnX(frame, column);
    if (max === 0 || x < frame.left) {
      drawing = false;
      continue;
    }
    const y = Math.round(latencyY(frame, scale, max)) + 0.5;
    const from = steps ? x : x + frame.step / 2;
    if (drawing) pen.lineTo(from, y);
    else pen.moveTo(from, y);
    if (steps || !drawing) pen.lineTo(steps ? x + frame.step : from + 0.5, y);
    drawing = true;
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

/** A tick in the alarm colour on every column whose maximum is over the budget. */
export function paintOver(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { columns, scale, budgetNs } = input;
  if (budgetNs <= 0) return;
  pen.fillStyle = theme.alarm;
  for (let column = Math.max(frame.oldest, columns.first); column <= frame.newest; column++) {
    const max = columns.max(column);
    const x = columnX(frame, column);
    if (max <= budgetNs || x < frame.left) continue;
    const y = Math.round(latencyY(frame, scale, max));
    pen.fillRect(x, y - frame.ratio, Math.max(frame.step, 2 * frame.ratio), 2 * frame.ratio);
  }
}

export function paintBudget(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  if (input.budgetNs <= 0) return;
  const y = Math.round(latencyY(frame, input.scale, input.budgetNs)) + 0.5;
  dashedLine(pen, theme.alarm, frame.ratio, [6, 4], [frame.left, y, frame.right, y]);
}

export function paintBrush(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { brush } = input;
  if (brush === undefined) return;
  const [a, b] = [timeX(frame, input, brush.from), timeX(frame, input, brush.to)];
  const left = Math.max(frame.left, Math.min(a, b));
  const right = Math.min(frame.right, Math.max(a, b));
  pen.globalAlpha = 0.22;
  pen.fillStyle = theme.accent;
  pen.fillRect(left, frame.top, right - left, frame.height);
  pen.globalAlpha = 1;
  pen.strokeStyle = theme.accent;
  pen.lineWidth = frame.ratio;
  line(pen, left, frame.top, left, frame.bottom);
  line(pen, right, frame.top, right, frame.bottom);
}

/** Marks the time under the pointer on another chart. */
export function paintCursor(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { cursor, pointer } = input;
  if (cursor === undefined || pointer !== undefined) return;
  const x = Math.round(timeX(frame, input, cursor)) + 0.5;
  if (x < frame.left || x > frame.right) return;
  dashedLine(pen, theme.text, frame.ratio, [2, 3], [x, frame.top, x, frame.bottom]);
}

export function paintPointer(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): void {
  const { pointer } = input;
  if (pointer === undefined) return;
  const { ratio } = frame;
  const x = Math.round(pointer.x * ratio) + 0.5;
  const y = Math.round(pointer.y * ratio) + 0.5;
  if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return;
  dashedLine(pen, theme.muted, ratio, [2, 3], [x, frame.top, x, frame.bottom]);
  dashedLine(pen, theme.muted, ratio, [2, 3], [frame.left, y, frame.right, y]);
}
