// Spikes on the heatmap: a square at the value, an arrow if it is above the axis, and labels that do not overlap.
import { formatDuration } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Theme } from '../canvas.ts';
import { line } from '../pen.ts';
import {
  columnX,
  type Frame,
  type HeatmapInput,
  latencyY,
  type Mark,
  paintPlate,
  shortened,
  timeX,
} from './frame.ts';

type Pen = CanvasRenderingContext2D;

const LABELS_MAX = 7;
/** Most characters of a cause's name on the plot. The list of spikes has the whole name. */
const NAME_MAX = 34;

interface Label {
  text: string;
  colour: string;
  bold: boolean;
  /** The labelled point, and the distance of the text from it. */
  x: number;
  y: number;
  distance: number;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Places labels one after the other and leaves out those without room. */
class LabelPlacer {
  readonly #pen: Pen;
  readonly #theme: Theme;
  readonly #frame: Frame;
  readonly #taken: Box[] = [];

  constructor(pen: Pen, theme: Theme, frame: Frame) {
    this.#pen = pen;
    this.#theme = theme;
    this.#frame = frame;
  }

  place(label: Label): boolean {
    const { ratio, left, right, top } = this.#frame;
    const size = 11 * ratio;
    this.#pen.font = `${label.bold ? '600 ' : ''}${size}px ${this.#theme.font}`;
    const width = this.#pen.measureText(label.text).width;
    const y = Math.max(top + ratio, label.y - size * 0.65);
    for (const x of [label.x + label.distance, label.x - label.distance - width]) {
      const pad = 3 * ratio;
      const height = size * 1.3;
      const box = { x: x - pad, y, width: width + 2 * pad, height };
      if (box.x < left || box.x + box.width > right + 3 * ratio || this.#meets(box)) continue;
      this.#taken.push(box);
      paintPlate(this.#pen, this.#theme, label.text, label.colour, { x, y, width, height, pad });
      return true;
    }
    return false;
  }

  #meets(box: Box): boolean {
    return this.#taken.some(
      (t) =>
        box.x < t.x + t.width &&
        t.x < box.x + box.width &&
        box.y < t.y + t.height &&
        t.y < box.y + box.height,
    );
  }
}

function markLabel(mark: Mark): string {
  return `${formatDuration(mark.valueNs)}  ${shortened(mark.label, NAME_MAX)}`;
}

/** Returns the id of the newest spike that it painted. */
export function paintMarks(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame): string | undefined {
  const visible = thinned(input, frame);
  const arrows = clippedColumns(input, frame);
  for (const column of arrows) paintArrow(pen, theme, frame, columnX(frame, column) + frame.step / 2);
  for (const mark of visible) paintMark(pen, theme, input, frame, mark);
  const placer = new LabelPlacer(pen, theme, frame);
  if (input.budgetNs > 0) {
    const y = latencyY(frame, input.scale, input.budgetNs) - 10 * frame.ratio;
    const text = t('heatmap.budget', { budget: formatDuration(input.budgetNs) });
    placer.place({ text, colour: theme.alarm, bold: false, x: frame.left, y, distance: 8 * frame.ratio });
  }
  placeMarkLabels(placer, theme, input, frame, visible);
  placeArrowLabels(placer, theme, input, frame, arrows, visible);
  return visible.reduce<Mark | undefined>((a, b) => (a && a.time > b.time ? a : b), undefined)?.id;
}

/** Of marks closer than this only the largest is painted. */
const MARK_PIXELS = 6;

function thinned(input: HeatmapInput, frame: Frame): Mark[] {
  const best = new Map<number, Mark>();
  const rank = (mark: Mark) => (mark.id === input.selected ? Number.POSITIVE_INFINITY : mark.valueNs);
  for (const mark of input.marks) {
    const x = timeX(frame, input, mark.time);
    if (x < frame.left || x > frame.right) continue;
    // Grouped by time, not by pixel, so that the choice does not change while the picture moves.
    const slot = Math.floor((mark.time * frame.step) / (input.columns.widthUs * MARK_PIXELS * frame.ratio));
    const known = best.get(slot);
    if (known === undefined || rank(mark) > rank(known)) best.set(slot, mark);
  }
  return [...best.values()];
}

function placeMarkLabels(
  placer: LabelPlacer,
  theme: Theme,
  input: HeatmapInput,
  frame: Frame,
  visible: readonly Mark[],
): void {
  const isSelected = (mark: Mark) => Number(mark.id === input.selected);
  const worth = visible.toSorted((a, b) => isSelected(b) - isSelected(a) || b.valueNs - a.valueNs);
  let placed = 0;
  for (const mark of worth) {
    if (placed === LABELS_MAX) return;
    const colour = mark.id === input.selected ? theme.text : mark.seen ? theme.muted : theme.alarm;
    const x = timeX(frame, input, mark.time);
    const y = markY(frame, input, mark);
    if (placer.place({ text: markLabel(mark), colour, bold: true, x, y, distance: 8 * frame.ratio }))
      placed++;
  }
}

/** Labels arrows without a captured spike: every clipped value shows its number. */
function placeArrowLabels(
  placer: LabelPlacer,
  theme: Theme,
  input: HeatmapInput,
  frame: Frame,
  arrows: readonly number[],
  visible: readonly Mark[],
): void {
  const near = 24 * frame.ratio;
  for (const column of arrows) {
    const x = columnX(frame, column) + frame.step / 2;
    const told = visible.some(
      (m) => m.valueNs > input.scale.top && Math.abs(timeX(frame, input, m.time) - x) < near,
    );
    const text = formatDuration(input.columns.max(column));
    const y = frame.top + 6 * frame.ratio;
    if (!told) placer.place({ text, colour: theme.alarm, bold: true, x, y, distance: 8 * frame.ratio });
  }
}

function markY(frame: Frame, input: HeatmapInput, mark: Mark): number {
  if (mark.valueNs > input.scale.top) return frame.top + 6 * frame.ratio;
  return Math.round(latencyY(frame, input.scale, mark.valueNs));
}

function paintMark(pen: Pen, theme: Theme, input: HeatmapInput, frame: Frame, mark: Mark): void {
  const { ratio } = frame;
  const x = Math.round(timeX(frame, input, mark.time));
  const selected = mark.id === input.selected;
  if (selected) {
    pen.strokeStyle = theme.text;
    pen.lineWidth = ratio;
    line(pen, x + 0.5, frame.top, x + 0.5, frame.bottom);
  }
  // The arrow marks a value above the axis.
  if (mark.valueNs > input.scale.top) return;
  const y = markY(frame, input, mark);
  const half = (selected ? 4.5 : 3.5) * ratio;
  pen.fillStyle = mark.seen ? theme.plot : theme.alarm;
  pen.fillRect(x - half, y - half, 2 * half, 2 * half);
  pen.strokeStyle = selected ? theme.text : theme.alarm;
  pen.lineWidth = 1.25 * ratio;
  pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
}

/** Returns columns whose maximum is above the axis; of neighbours only the largest. */
function clippedColumns(input: HeatmapInput, frame: Frame): number[] {
  const { columns, scale } = input;
  const apart = Math.ceil((10 * frame.ratio) / frame.step);
  const found: number[] = [];
  for (let column = Math.max(frame.oldest, columns.first); column <= frame.newest; column++) {
    const max = columns.max(column);
    if (max <= scale.top) continue;
    const previous = found.at(-1);
    if (previous === undefined || column - previous > apart) found.push(column);
    else if (max > columns.max(previous)) found[found.length - 1] = column;
  }
  return found;
}

function paintArrow(pen: Pen, theme: Theme, frame: Frame, x: number): void {
  const { ratio, top } = frame;
  pen.fillStyle = theme.alarm;
  pen.beginPath();
  pen.moveTo(x, top + ratio);
  pen.lineTo(x + 5 * ratio, top + 10 * ratio);
  pen.lineTo(x - 5 * ratio, top + 10 * ratio);
  pen.fill();
}
