import type { ChainStep } from '@rtprobe/trace';
import { describe, expect, it } from 'vitest';
import { chainBlock } from './chain.ts';
import { style, svgOfBlock } from './testing.ts';

const node = (label: string, cpu?: number) => ({
  ...{ kind: 'task' as const, label, name: '', number: 0 },
  ...(cpu !== undefined && { cpu }),
});
const step = (from: string, to: string, how: ChainStep['how'] = 'woke'): ChainStep => ({
  ...{ from: node(from, 1), to: node(to), how, at: 100, durationNs: 50 },
});

function boxes(steps: readonly ChainStep[], width: number): { height: number; labels: string[] } {
  const block = chainBlock(style, steps, 0, width);
  const svg = svgOfBlock(block, width);
  const labels = [...svg.matchAll(/font-weight="600"[^>]*>([^<]*)</g)].map((found) => found[1]!);
  return { height: block.height, labels };
}

describe('the chain on a sheet', () => {
  it('continues from the last box if the next step begins at it', () => {
    expect(boxes([step('a', 'b'), step('b', 'c')], 1500).labels).toEqual(['a', 'b', 'c']);
  });

  it('keeps the function of a box that two steps share', () => {
    const next = step('b', 'c');
    const svg = svgOfBlock(
      chainBlock(
        style,
        [step('a', 'b'), { ...next, from: { ...next.from, callback: 'work b_func' } }],
        0,
        1500,
      ),
      1500,
    );
    expect(svg).toContain('work b_func');
  });

  it('adds a first box for a step that begins elsewhere, on the same line if there is room', () => {
    const steps = [step('a', 'c', 'held'), step('b', 'c', 'held')];
    const [wide, narrow] = [boxes(steps, 1500), boxes(steps, 700)];
    expect(wide.labels).toEqual(['a', 'c', 'b', 'c']);
    expect(narrow.labels).toEqual(wide.labels);
    expect(narrow.height).toBeGreaterThan(2 * wide.height);
  });

  it('repeats the last box at the start of a new line', () => {
    expect(boxes([step('a', 'b'), step('b', 'c')], 800).labels).toEqual(['a', 'b', 'b', 'c']);
  });
});
