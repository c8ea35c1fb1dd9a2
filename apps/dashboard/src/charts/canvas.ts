// Canvases sized in device pixels, and the colours of the theme as canvases need them.
import type { Pen } from './pen.ts';

export interface Surface {
  context: CanvasRenderingContext2D;
  /** Size in device pixels. */
  width: number;
  height: number;
  /** Device pixels per pixel of the drawing. */
  ratio: number;
}

/**
 * Sizes the canvas to the device pixels it covers on screen. Returns undefined while it covers none. `scale` enlarges the
 * drawing.
 */
export function surfaceOf(canvas: HTMLCanvasElement, scale: number): Surface | undefined {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (width === 0 || height === 0) return undefined;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  return context === null ? undefined : { context, width, height, ratio: ratio * scale };
}

/** Clears a surface and resets its scale: a unit is a device pixel. */
export function clear({ context, width, height }: Surface): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
}

/** Clears a surface and scales it: a unit is a pixel of the drawing. Returns its size in those units. */
export function clearScaled(surface: Surface): { width: number; height: number } {
  const { context, width, height, ratio } = surface;
  clear(surface);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { width: width / ratio, height: height / ratio };
}

/** Colours of the theme by their variable in the style sheet. */
const COLOURS = {
  ...{ plot: '--plot', grid: '--grid', text: '--text', muted: '--muted', line: '--line', alarm: '--alarm' },
  ...{ accent: '--accent', ground: '--ground', panel: '--panel', raised: '--raised', border: '--border' },
  ...{ hatch: '--hatch', bar: '--spark' },
} as const;

export interface Theme extends Record<keyof typeof COLOURS, string> {
  dark: boolean;
  /** Scale of text and strokes: 1 except in kiosk mode. */
  scale: number;
  font: string;
}

/** Reads the theme from the style sheet. Call it when the theme changed, not for every frame: it forces layout. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const colours = Object.entries(COLOURS).map(([name, variable]) => [name, value(variable)]);
  return {
    ...(Object.fromEntries(colours) as Record<keyof typeof COLOURS, string>),
    dark: value('--dark') === '1',
    scale: Number(value('--scale')) || 1,
    font: style.fontFamily,
  };
}

const patterns = new WeakMap<Pen, Map<string, CanvasPattern | null>>();

/** Returns a pattern of diagonal lines, which stand for "no data". */
export function hatch(context: Pen, colour: string, ratio: number): CanvasPattern | null {
  if (context.hatch !== undefined) return context.hatch(colour, ratio);
  let known = patterns.get(context);
  if (known === undefined) {
    known = new Map();
    patterns.set(context, known);
  }
  const key = `${colour}/${ratio}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const size = Math.round(8 * ratio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  const pattern = context.createPattern?.(tile, 'repeat') ?? null;
  known.set(key, pattern);
  return pattern;
}
