// Writes blocks under each other as one picture: a PNG or an SVG.

import type { Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';
import { type Block, MONO, type Style, stacked } from './block.ts';
import { withText } from './png.ts';
import { SvgPen } from './svg-pen.ts';

/** CSS pixels. */
const SHEET_WIDTH = 1600;
const MARGIN = 28;
export const CONTENT_WIDTH = SHEET_WIDTH - 2 * MARGIN;
const GAP = 14;
/** Pixels of the PNG per pixel of the sheet. */
const SCALE = 2;
/** Chromium paints no canvas higher than this. */
const PIXELS_MAX = 16_384;
export const PNG_KEYWORD = 'rtprobe';

/** Theme and colours of the page at the moment of export. */
export interface Look {
  readonly theme: Theme;
  readonly colours: SliceColours;
}

export type Compose = (style: Style) => readonly (Block | undefined)[];

function contextOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas');
  return [canvas, context];
}

function styleOf({ theme, colours }: Look, generic: boolean): Style {
  const font = generic ? 'sans-serif' : theme.font;
  const mono = generic ? 'monospace' : MONO;
  const [, ruler] = contextOf(1, 1);
  return { theme: { ...theme, font }, colours, ruler, mono };
}

function paintSheet(pen: Pen, { theme }: Style, content: Block, height: number): void {
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, SHEET_WIDTH, height);
  content.paint(pen, MARGIN, MARGIN);
}

/** Returns a PNG that carries `metadata` as text. */
export async function pngOf(look: Look, compose: Compose, metadata: string): Promise<Blob> {
  const style = styleOf(look, false);
  const content = stacked(compose(style), GAP);
  const height = Math.ceil(content.height + 2 * MARGIN);
  const scale = Math.min(SCALE, PIXELS_MAX / height);
  const [canvas, pen] = contextOf(Math.round(SHEET_WIDTH * scale), Math.round(height * scale));
  pen.scale(scale, scale);
  paintSheet(pen, style, content, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('the browser makes no PNG of this canvas');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([withText(bytes, PNG_KEYWORD, metadata)], { type: 'image/png' });
}

/** Returns the same picture as SVG, in generic fonts. */
export function svgOf(look: Look, compose: Compose, title: string, metadata: string): Blob {
  const style = styleOf(look, true);
  const content = stacked(compose(style), GAP);
  const height = Math.ceil(content.height + 2 * MARGIN);
  const pen = new SvgPen(style.ruler);
  paintSheet(pen, style, content, height);
  return new Blob([pen.document(SHEET_WIDTH, height, title, metadata)], { type: 'image/svg+xml' });
}
