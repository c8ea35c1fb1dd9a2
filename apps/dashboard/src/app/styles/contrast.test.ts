import { readFileSync } from 'node:fs';
import { contrast, type Rgb } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { heatColour } from '../../charts/heatmap/cells.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Returns the colours in the rule of a theme. */
function tokensOf(selector: string): Map<string, Rgb> {
  const body = css.split(`${selector} {`)[1]!.split('}')[0]!;
  const found = body.matchAll(/--([\w-]+): #([0-9a-f]{6});/g);
  const rgb = (hex: string): Rgb =>
    [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
  return new Map([...found].map(([, name, hex]) => [name!, rgb(hex!)]));
}

/** A theme, and the contrast ratio of its text: 4.5 is AA of WCAG 2.2, 7 is AAA. */
const themes = [
  { name: 'dark', tokens: tokensOf(':root'), dark: true, words: 4.5 },
  { name: 'light', tokens: tokensOf(':root[data-theme="light"]'), dark: false, words: 4.5 },
  { name: 'contrast', tokens: tokensOf(':root[data-theme="contrast"]'), dark: true, words: 7 },
];

const GROUNDS = ['ground', 'panel', 'raised', 'plot'];

it('every theme gives every colour', () => {
  const [first, ...others] = themes.map(({ tokens }) => [...tokens.keys()].sort());
  for (const names of others) expect(names).toEqual(first);
});

describe.each(themes)('the $name theme', ({ tokens, dark, words }) => {
  const ratio = (a: string, b: string) => contrast(tokens.get(a)!, tokens.get(b)!);
  /** Returns the pairs whose contrast is too low, with their ratio. */
  const short = (fronts: readonly string[], backs: readonly string[], least: number) =>
    fronts
      .flatMap((front) => backs.map((back) => [front, back, ratio(front, back)] as const))
      .filter(([, , value]) => value < least);

  it('has words that can be read on every ground they stand on', () => {
    expect(short(['text', 'muted', 'alarm'], GROUNDS, words)).toEqual([]);
    expect(short(['alarm', 'text'], ['alarm-ground'], words)).toEqual([]);
    expect(short(['live', 'accent'], ['ground', 'panel'], words)).toEqual([]);
    // A pressed button is inverted.
    expect(short(['panel'], ['text'], words)).toEqual([]);
  });

  it('has edges of controls, focus rings, bars and lines that stand out at 3 to 1', () => {
    expect(short(['control', 'accent'], ['ground', 'panel', 'raised'], 3)).toEqual([]);
    expect(short(['line', 'spark'], ['plot', 'panel'], 3)).toEqual([]);
    expect(short(['alarm-fill'], ['panel', 'plot'], 3)).toEqual([]);
  });

  it('shows a heatmap cell of a single value against the plot', () => {
    const [r, g, b] = heatColour(0, dark);
    expect(contrast([r, g, b], tokens.get('plot')!)).toBeGreaterThanOrEqual(1.8);
  });
});
