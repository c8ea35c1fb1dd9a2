// A pen, a style and a helper for tests of sheets: every letter is seven pixels wide.

import type { Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';
import type { Block, Style } from './block.ts';
import { SvgPen } from './svg-pen.ts';

export const ruler = {
  font: '',
  measureText: (text: string) => ({ width: 7 * text.length }),
} as unknown as Pen;

export const style: Style = {
  theme: { font: 'sans-serif', plot: '#000', hatch: '#111' } as Theme,
  colours: {} as SliceColours,
  ruler,
  mono: 'monospace',
};

export function svgOfBlock(block: Block, width: number): string {
  const pen = new SvgPen(ruler);
  block.paint(pen, 0, 0);
  return pen.document(width, block.height, '', '{}');
}
