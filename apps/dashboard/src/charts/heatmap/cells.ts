// The cells of the heatmap: one image, one pixel per column, enlarged by whole device pixels.
import { cividis, countOfLevel, LEVEL_MAX, ROWS } from '@rtprobe/metrics';
import type { Theme } from '../canvas.ts';
import { rowLines } from '../latency-scale.ts';
import type { Frame, HeatmapInput } from './frame.ts';
import { columnX } from './frame.ts';

/**
 * Colour for a share of the highest count. Cividis starts above the dark background, and is reversed on a light one, so
 * that single values stay visible on both.
 */
export function heatColour(t: number, dark: boolean): readonly [number, number, number] {
  return dark ? cividis(0.24 + 0.76 * t) : cividis(0.82 - 0.82 * t);
}

export class CellImage {
  readonly #canvas = document.createElement('canvas');
  #image: ImageData | undefined;
  #pixels = new Uint32Array(0);
  readonly #colours = new Uint32Array(LEVEL_MAX + 1);
  #coloursFor = '';
  #peak = 0;
  #lines: ReturnType<typeof rowLines> = { first: new Int16Array(ROWS), last: new Int16Array(ROWS) };
  #linesFor = '';

  /** Highest count of one cell on screen: the upper end of the colours. */
  get peakCount(): number {
    return countOfLevel(this.#peak);
  }

  /** Returns the row at a pixel line, counted from the top of the plot; -1 if there is none. */
  rowAt(line: number): number {
    return this.#lines.first.findIndex((first, row) => first <= line && line <= this.#lines.last[row]!);
  }

  paint(context: CanvasRenderingContext2D, theme: Theme, input: HeatmapInput, frame: Frame): void {
    const { columns } = input;
    this.#prepare(theme, input, frame);
    const pixels = this.#pixels;
    const colours = this.#colours;
    const { first, last } = this.#lines;
    const shown = frame.newest - frame.oldest + 1;
    pixels.fill(0);
    for (let column = frame.oldest; column <= frame.newest; column++) {
      const levels = columns.chunk(column);
      if (levels === undefined) continue;
      const offset = columns.offset(column);
      const x = column - frame.oldest;
      for (let row = 0; row < ROWS; row++) {
        const level = levels[offset + row]!;
        if (level === 0) continue;
        const colour = colours[level]!;
        for (let y = first[row]!; y <= last[row]!; y++) pixels[y * shown + x] = colour;
      }
    }
    this.#canvas.getContext('2d')!.putImageData(this.#image!, 0, 0);
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    context.imageSmoothingEnabled = false;
    const x = columnX(frame, frame.oldest);
    context.drawImage(this.#canvas, x, frame.top, shown * frame.step, frame.height);
    context.restore();
  }

  /** Updates buffers, pixel lines and colours where size, scale or theme changed. */
  #prepare(theme: Theme, input: HeatmapInput, frame: Frame): void {
    const shown = frame.newest - frame.oldest + 1;
    if (this.#image?.width !== shown || this.#image.height !== frame.height) {
      this.#image = new ImageData(shown, frame.height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      this.#canvas.width = shown;
      this.#canvas.height = frame.height;
    }
    const linesFor = `${input.scale.bottom}/${input.scale.top}/${frame.height}`;
    if (linesFor !== this.#linesFor) this.#lines = rowLines(input.scale, frame.height);
    this.#linesFor = linesFor;
    const peak = highestLevel(input, frame);
    // A live picture lowers its peak only when a fifth of the scale is unused, so that colours do not change with every
    // column. A still picture always has the same colours.
    if (!input.live || peak > this.#peak || peak < this.#peak * 0.8) this.#peak = peak;
    const coloursFor = `${theme.dark}/${this.#peak}`;
    if (coloursFor !== this.#coloursFor) this.#fillColours(theme.dark);
    this.#coloursFor = coloursFor;
  }

  #fillColours(dark: boolean): void {
    for (let level = 1; level <= LEVEL_MAX; level++) {
      const t = Math.min(1, (level - 1) / Math.max(1, this.#peak - 1));
      const [r, g, b] = heatColour(t, dark);
      this.#colours[level] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }
}

function highestLevel({ columns }: HeatmapInput, frame: Frame): number {
  let peak = 1;
  for (let column = frame.oldest; column <= frame.newest; column++) {
    const levels = columns.chunk(column);
    if (levels === undefined) continue;
    const offset = columns.offset(column);
    for (let row = 0; row < ROWS; row++) if (levels[offset + row]! > peak) peak = levels[offset + row]!;
  }
  return peak;
}
