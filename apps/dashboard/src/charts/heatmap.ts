// The hero: time to the right, latency upwards, colour says how many. One cell image is filled from bytes and
// blown up by whole device pixels, so columns keep their width while they move.
import { cividis, countOfLevel, formatDuration, LEVEL_MAX, ROWS } from '@rtprobe/metrics';
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import { hatch, type Surface, type Theme } from './canvas.ts';
import { type LatencyScale, rowLines } from './latency-scale.ts';
import { agoLabel, clockTime, timeStep } from './time-axis.ts';

/** History as the heatmap reads it; columns are numbered by time / width. */
export interface Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  covered(column: number): boolean;
  count(column: number): number;
  max(column: number): Nanoseconds;
  chunk(column: number): Uint8Array | undefined;
  offset(column: number): number;
}

export interface Mark {
  id: string;
  time: UnixMicros;
  valueNs: Nanoseconds;
  label: string;
  /** Seen and acknowledged: drawn hollow. */
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
}

/** What lies under a point, for the tooltip. */
export interface Hit {
  column: number;
  from: UnixMicros;
  to: UnixMicros;
  ns: Nanoseconds;
  row: number;
  count: number;
  columnCount: number;
  columnMax: Nanoseconds;
  covered: boolean;
}

const MARGIN = { left: 58, right: 14, top: 10, bottom: 24 };
const LABELS_MAX = 6;

interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  right: number;
  bottom: number;
  /** Device pixels of a column. */
  step: number;
  /** Newest column on screen. */
  newest: number;
  shown: number;
}

export class HeatmapPainter {
  #image: ImageData | undefined;
  #pixels: Uint32Array = new Uint32Array(0);
  readonly #cells = document.createElement('canvas');
  readonly #lut = new Uint32Array(LEVEL_MAX + 1);
  #lutKey = '';
  #peak = 0;
  #lines: ReturnType<typeof rowLines> = { first: new Int16Array(ROWS), last: new Int16Array(ROWS) };
  #linesKey = '';
  #frame: Frame | undefined;
  #ratio = 1;

  /** Highest count of one cell on screen: the upper end of the colour scale. */
  get peakCount(): number {
    return countOfLevel(this.#peak);
  }

  paint(surface: Surface, theme: Theme, input: HeatmapInput): void {
    const frame = this.#layout(surface, input);
    this.#frame = frame;
    this.#ratio = surface.ratio;
    const { context } = surface;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, surface.width, surface.height);
    context.fillStyle = theme.plot;
    context.fillRect(frame.left, frame.top, frame.width, frame.height);
    this.#paintGaps(surface, theme, input, frame);
    this.#paintGrid(surface, theme, input, frame);
    this.#paintCells(surface, theme, input, frame);
    this.#paintMaxLine(surface, theme, input, frame);
    this.#paintBudget(surface, theme, input, frame);
    this.#paintClipped(surface, theme, input, frame);
    this.#paintMarks(surface, theme, input, frame);
    this.#paintPointer(surface, theme, input, frame);
  }

  hit(input: HeatmapInput, x: number, y: number): Hit | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    const [dx, dy] = [x * this.#ratio, y * this.#ratio];
    if (dx < frame.left || dx >= frame.right || dy < frame.top || dy >= frame.bottom) return undefined;
    const column = frame.newest - Math.floor((frame.right - dx - 0.5) / frame.step);
    const line = Math.floor(dy - frame.top);
    const row = this.#lines.first.findIndex((first, r) => first <= line && line <= this.#lines.last[r]!);
    const { columns, scale } = input;
    const chunk = columns.chunk(column);
    const level = chunk === undefined || row < 0 ? 0 : chunk[columns.offset(column) + row]!;
    return {
      column,
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

  /** The mark next to a point, within 12 CSS pixels. */
  markAt(input: HeatmapInput, x: number, y: number): Mark | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    let best: Mark | undefined;
    let least = 12 * this.#ratio;
    for (const mark of input.marks) {
      const distance = Math.hypot(
        this.#x(frame, input, mark.time) - x * this.#ratio,
        this.#y(frame, input.scale, mark.valueNs) - y * this.#ratio,
      );
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }

  #layout(surface: Surface, input: HeatmapInput): Frame {
    const { ratio } = surface;
    const left = Math.round(MARGIN.left * ratio);
    const top = Math.round(MARGIN.top * ratio);
    const right = surface.width - Math.round(MARGIN.right * ratio);
    const bottom = surface.height - Math.round(MARGIN.bottom * ratio);
    const width = Math.max(1, right - left);
    const wanted = (input.windowSeconds * 1e6) / input.columns.widthUs;
    const step = Math.max(1, Math.floor(width / wanted));
    const newest = Math.floor((input.end - 1) / input.columns.widthUs);
    const height = Math.max(4, bottom - top);
    return { left, top, right, bottom, width, height, step, newest, shown: Math.ceil(width / step) };
  }

  #x(frame: Frame, input: HeatmapInput, time: UnixMicros): number {
    return frame.right - (frame.newest + 1 - time / input.columns.widthUs) * frame.step;
  }

  #y(frame: Frame, scale: LatencyScale, ns: Nanoseconds): number {
    const position = Math.min(1, Math.max(0, scale.position(ns)));
    return frame.top + (1 - position) * frame.height;
  }

  #paintGaps({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { columns } = input;
    if (columns.last < columns.first) return;
    const pattern = hatch(context, theme.hatch, ratio);
    if (pattern === null) return;
    context.fillStyle = pattern;
    const oldest = Math.max(columns.first, frame.newest - frame.shown + 1);
    let start = -1;
    for (let column = oldest; column <= frame.newest + 1; column++) {
      const missing = column <= frame.newest && !columns.covered(column);
      if (missing && start < 0) start = column;
      if (missing || start < 0) continue;
      // The newest column may just not have begun.
      if (!(start === frame.newest && input.live)) {
        const x = Math.max(frame.left, frame.right - (frame.newest + 1 - start) * frame.step);
        const to = frame.right - (frame.newest + 1 - column) * frame.step;
        context.fillRect(x, frame.top, to - x, frame.height);
      }
      start = -1;
    }
  }

  #paintGrid({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    context.strokeStyle = theme.grid;
    context.fillStyle = theme.muted;
    context.lineWidth = ratio;
    context.font = `${11 * ratio}px ${theme.font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const tick of input.scale.ticks) {
      const y = Math.round(this.#y(frame, input.scale, tick.ns)) + 0.5;
      this.#line(context, frame.left, y, frame.right, y);
      context.fillText(tick.label, frame.left - 8 * ratio, y);
    }
    context.textBaseline = 'top';
    const step = timeStep(input.windowSeconds, Math.max(2, frame.width / ratio / 110));
    const perSecond = (frame.step * 1e6) / input.columns.widthUs;
    for (let ago = 0; ago * perSecond <= frame.width; ago += step) {
      const x = Math.round(frame.right - ago * perSecond) - 0.5;
      if (ago > 0) this.#line(context, x, frame.top, x, frame.bottom);
      const label = input.live ? agoLabel(ago) : clockTime(input.end - ago * 1e6);
      context.textAlign = ago === 0 ? 'right' : 'center';
      if (x - frame.left > 20 * ratio)
        context.fillText(label, ago === 0 ? frame.right : x, frame.bottom + 7 * ratio);
    }
  }

  #line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  #paintCells({ context }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { columns } = input;
    this.#prepare(theme, input, frame);
    const image = this.#image!;
    const pixels = this.#pixels;
    const { first, last } = this.#lines;
    pixels.fill(0);
    for (let i = 0; i < frame.shown; i++) {
      const column = frame.newest - frame.shown + 1 + i;
      const chunk = columns.chunk(column);
      if (chunk === undefined) continue;
      const offset = columns.offset(column);
      for (let row = 0; row < ROWS; row++) {
        const level = chunk[offset + row]!;
        if (level === 0) continue;
        const colour = this.#lut[level]!;
        for (let y = first[row]!; y <= last[row]!; y++) pixels[y * frame.shown + i] = colour;
      }
    }
    this.#cells.getContext('2d')!.putImageData(image, 0, 0);
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    context.imageSmoothingEnabled = false;
    const width = frame.shown * frame.step;
    context.drawImage(this.#cells, frame.right - width, frame.top, width, frame.height);
    context.restore();
  }

  /** Buffers, pixel lines and colours for this size, scale and theme; unchanged ones are kept. */
  #prepare(theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { shown, height } = frame;
    if (this.#image?.width !== shown || this.#image.height !== height) {
      this.#image = new ImageData(shown, height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      this.#cells.width = shown;
      this.#cells.height = height;
    }
    const linesKey = `${input.scale.bottom}/${input.scale.top}/${height}`;
    if (linesKey !== this.#linesKey) {
      this.#lines = rowLines(input.scale, height);
      this.#linesKey = linesKey;
    }
    const peak = this.#highestLevel(input, frame);
    // Steps down wait until a fifth of the scale is unused: colours that breathe with every column tire the eye.
    if (peak > this.#peak || peak < this.#peak * 0.8) this.#peak = peak;
    const lutKey = `${theme.dark}/${this.#peak}`;
    if (lutKey !== this.#lutKey) this.#fillLut(theme.dark);
    this.#lutKey = lutKey;
  }

  #highestLevel({ columns }: HeatmapInput, frame: Frame): number {
    let peak = 1;
    for (let column = frame.newest - frame.shown + 1; column <= frame.newest; column++) {
      const chunk = columns.chunk(column);
      if (chunk === undefined) continue;
      const offset = columns.offset(column);
      for (let row = 0; row < ROWS; row++) peak = Math.max(peak, chunk[offset + row]!);
    }
    return peak;
  }

  #fillLut(dark: boolean): void {
    for (let level = 1; level <= LEVEL_MAX; level++) {
      const t = Math.min(1, (level - 1) / Math.max(1, this.#peak - 1));
      const [r, g, b] = heatColour(t, dark);
      this.#lut[level] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }

  #paintMaxLine({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { columns, scale } = input;
    const over = input.budgetNs > 0 ? input.budgetNs : Number.POSITIVE_INFINITY;
    context.lineWidth = ratio;
    context.strokeStyle = theme.line;
    context.beginPath();
    let drawing = false;
    const oldest = frame.newest - frame.shown + 1;
    for (let column = oldest; column <= frame.newest; column++) {
      const max = columns.max(column);
      if (max === 0) {
        drawing = false;
        continue;
      }
      const x = Math.max(frame.left, frame.right - (frame.newest + 1 - column) * frame.step);
      const y = Math.round(this.#y(frame, scale, max)) + 0.5;
      if (drawing) context.lineTo(x, y);
      else context.moveTo(x, y);
      context.lineTo(frame.right - (frame.newest - column) * frame.step, y);
      drawing = true;
    }
    context.stroke();
    context.fillStyle = theme.alarm;
    for (let column = oldest; column <= frame.newest; column++) {
      const max = columns.max(column);
      if (max <= over) continue;
      const x = frame.right - (frame.newest + 1 - column) * frame.step;
      if (x < frame.left) continue;
      const width = Math.max(frame.step, 2 * ratio);
      context.fillRect(x, Math.round(this.#y(frame, scale, max)) - ratio, width, 2 * ratio);
    }
  }

  #paintBudget({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    if (input.budgetNs <= 0) return;
    const y = Math.round(this.#y(frame, input.scale, input.budgetNs)) + 0.5;
    context.strokeStyle = theme.alarm;
    context.lineWidth = ratio;
    context.setLineDash([6 * ratio, 4 * ratio]);
    this.#line(context, frame.left, y, frame.right, y);
    context.setLineDash([]);
    this.#text(
      context,
      theme,
      `budget ${formatDuration(input.budgetNs)}`,
      frame.left + 8 * ratio,
      y - 4 * ratio,
      {
        colour: theme.alarm,
        size: 11.5 * ratio,
      },
    );
  }

  /** Text on a plate of the plot's colour, so that it stays readable over cells. Left, bottom at x, y. */
  #text(
    context: CanvasRenderingContext2D,
    theme: Theme,
    text: string,
    x: number,
    y: number,
    { colour, size, bold = false }: { colour: string; size: number; bold?: boolean },
  ): number {
    context.font = `${bold ? '600 ' : ''}${size}px ${theme.font}`;
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    const { width } = context.measureText(text);
    context.globalAlpha = 0.78;
    context.fillStyle = theme.plot;
    context.fillRect(x - size * 0.25, y - size * 1.15, width + size * 0.5, size * 1.25);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillText(text, x, y);
    return width;
  }

  /** Values above the axis: an arrow at the top and the number, one for each run of neighbouring columns. */
  #paintClipped({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { columns, scale } = input;
    const apart = Math.ceil((64 * ratio) / frame.step);
    let worst = -1;
    let lastSeen = Number.NEGATIVE_INFINITY;
    for (let column = frame.newest - frame.shown + 1; column <= frame.newest + 1; column++) {
      const clipped = column <= frame.newest && columns.max(column) > scale.top;
      if (worst >= 0 && (column - lastSeen > apart || column > frame.newest)) {
        this.#arrow(context, theme, ratio, frame, worst, columns.max(worst));
        worst = -1;
      }
      if (!clipped) continue;
      if (worst < 0 || columns.max(column) > columns.max(worst)) worst = column;
      lastSeen = column;
    }
  }

  #arrow(
    context: CanvasRenderingContext2D,
    theme: Theme,
    ratio: number,
    frame: Frame,
    column: number,
    max: Nanoseconds,
  ): void {
    const x = frame.right - (frame.newest - column + 0.5) * frame.step;
    const y = frame.top + ratio;
    context.fillStyle = theme.alarm;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 5 * ratio, y + 8 * ratio);
    context.lineTo(x - 5 * ratio, y + 8 * ratio);
    context.fill();
    const size = 11 * ratio;
    context.font = `600 ${size}px ${theme.font}`;
    const text = formatDuration(max);
    const right = x + 9 * ratio + context.measureText(text).width > frame.right;
    const at = right ? x - 9 * ratio - context.measureText(text).width : x + 9 * ratio;
    this.#text(context, theme, text, at, y + 13 * ratio, { colour: theme.alarm, size, bold: true });
  }

  #paintMarks({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const visible = input.marks.filter((m) => {
      const x = this.#x(frame, input, m.time);
      return x >= frame.left && x <= frame.right;
    });
    for (const mark of visible) this.#mark(context, theme, ratio, frame, input, mark);
    const placed: { x: number; y: number; width: number }[] = [];
    const selectedFirst = (m: Mark) => (m.id === input.selected ? 1 : 0);
    const byWorth = visible.toSorted((a, b) => selectedFirst(b) - selectedFirst(a) || b.valueNs - a.valueNs);
    for (const mark of byWorth) {
      if (placed.length >= LABELS_MAX) break;
      this.#label(context, theme, ratio, frame, input, mark, placed);
    }
  }

  #mark(
    context: CanvasRenderingContext2D,
    theme: Theme,
    ratio: number,
    frame: Frame,
    input: HeatmapInput,
    mark: Mark,
  ): void {
    const x = Math.round(this.#x(frame, input, mark.time));
    const y = Math.round(this.#y(frame, input.scale, mark.valueNs));
    const half = 3.5 * ratio;
    if (mark.id === input.selected) {
      context.strokeStyle = theme.text;
      context.lineWidth = ratio;
      this.#line(context, x + 0.5, frame.top, x + 0.5, frame.bottom);
    }
    // Above the axis the arrow stands for it.
    if (mark.valueNs > input.scale.top) return;
    context.fillStyle = mark.seen ? theme.plot : theme.alarm;
    context.fillRect(x - half, y - half, 2 * half, 2 * half);
    context.strokeStyle = mark.id === input.selected ? theme.text : theme.alarm;
    context.lineWidth = 1.25 * ratio;
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }

  #label(
    context: CanvasRenderingContext2D,
    theme: Theme,
    ratio: number,
    frame: Frame,
    input: HeatmapInput,
    mark: Mark,
    placed: { x: number; y: number; width: number }[],
  ): void {
    const size = 11 * ratio;
    context.font = `600 ${size}px ${theme.font}`;
    const text = `${formatDuration(mark.valueNs)}  ${mark.label}`;
    const { width } = context.measureText(text);
    const markX = this.#x(frame, input, mark.time);
    const clipped = mark.valueNs > input.scale.top;
    let x = markX + 9 * ratio;
    if (x + width > frame.right) x = markX - 9 * ratio - width;
    if (x < frame.left) return;
    const y = clipped ? frame.top + 14 * ratio : this.#y(frame, input.scale, mark.valueNs) + size * 0.55;
    const meets = placed.some(
      (p) =>
        x < p.x + p.width + 10 * ratio && p.x < x + width + 10 * ratio && Math.abs(p.y - y) < size * 1.35,
    );
    if (meets) return;
    placed.push({ x, y, width });
    this.#text(context, theme, text, x, y, { colour: theme.alarm, size, bold: true });
  }

  #paintPointer({ context, ratio }: Surface, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { pointer } = input;
    if (pointer === undefined) return;
    const x = Math.round(pointer.x * ratio) + 0.5;
    const y = Math.round(pointer.y * ratio) + 0.5;
    if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return;
    context.strokeStyle = theme.muted;
    context.lineWidth = ratio;
    context.setLineDash([2 * ratio, 3 * ratio]);
    this.#line(context, x, frame.top, x, frame.bottom);
    this.#line(context, frame.left, y, frame.right, y);
    context.setLineDash([]);
  }
}

/**
 * Colour of a share of the highest count. On dark ground cividis begins where it can be told from the ground, on
 * light ground it runs the other way, so that single values stay visible on both.
 */
export function heatColour(t: number, dark: boolean): readonly [number, number, number] {
  return dark ? cividis(0.22 + 0.78 * t) : cividis(0.86 - 0.86 * t);
}
