import type { ChainStep } from '@rtprobe/trace';
import { describe, expect, it } from 'vitest';
import type { Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';
import type { Style } from './block.ts';
import { chainBlock } from './chain.ts';
import { SvgPen } from './svg-pen.ts';

const ruler = { font: '', measureText: (text: string) => ({ width: 7 * text.length }) } as unknown as Pen;
const style: Style = {
  ...{ theme: { font: 'sans-serif' } as Theme, colours: {} as SliceColours, ruler, mono: 'monospace' },
};
const node = (label: string, cpu?: number) => ({
  ...{ kind: 'task' as const, label, name: '', number: 0 },
  ...(cpu !== undefined && { cpu }),
});
const step = (from: string, to: string, how: ChainStep['how'] = 'woke'): ChainStep => ({
  ...{ from: node(from, 1), to: node(to), how, at: 100, durationNs: 50 },
});

function boxes(steps: readonly ChainStep[], width: number): { height: number; labels: string[] } {
  const block = chainBlock(style, steps, 0, width);
  const pen = new SvgPen(ruler);
  block.paint(pen, 0, 0);
  const svg = pen.document(width, block.height, '', '');
  const labels = [...svg.matchAll(/font-weight="600"[^>]*>([^<]*)</g)].map((found) => found[1]!);
  return { height: block.height, labels };
}

describe('the chain on a sheet', () => {
  it('goes on from the box where the step before ended', () => {
    expect(boxes([step('a', 'b'), step('b', 'c')], 1500).labels).toEqual(['a', 'b', 'c']);
  });

  it('begins anew where a step begins elsewhere, in the same line while there is room', () => {
    const steps = [step('a', 'c', 'held'), step('b', 'c', 'held')];
    const [wide, narrow] = [boxes(steps, 1500), boxes(steps, 700)];
    expect(wide.labels).toEqual(['a', 'c', 'b', 'c']);
    expect(narrow.labels).toEqual(wide.labels);
    expect(narrow.height).toBeGreaterThan(2 * wide.height);
  });

  it('repeats the box it goes on from at the begin of a line', () => {
    expect(boxes([step('a', 'b'), step('b', 'c')], 800).labels).toEqual(['a', 'b', 'b', 'c']);
  });
});
