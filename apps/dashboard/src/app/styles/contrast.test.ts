import { readFileSync } from 'node:fs';
import { contrast, type Rgb } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { heatColour } from '../../charts/heatmap-cells.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The colours of a theme's rule; the light one overrides the dark one. */
function tokensOf(selector: string): Map<string, Rgb> {
  const body = css.split(`${selector} {`)[1]!.split('}')[0]!;
  const found = body.matchAll(/--([\w-]+): #([0-9a-f]{6});/g);
  const rgb = (hex: string): Rgb =>
    [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
  return new Map([...found].map(([, name, hex]) => [name!, rgb(hex!)]));
}

const themes = {
  dark: tokensOf(':root'),
  light: tokensOf(':root[data-theme="light"]'),
};

describe.each(Object.entries(themes))('the %s theme', (name, tokens) => {
  const ratio = (a: string, b: string) => contrast(tokens.get(a)!, tokens.get(b)!);

  it('has text that WCAG 2.2 AA calls readable, on every ground it stands on', () => {
    for (const ground of ['ground', 'panel', 'raised', 'plot']) {
      for (const text of ['text', 'muted', 'alarm']) {
        expect([text, ground, ratio(text, ground) >= 4.5]).toEqual([text, ground, true]);
      }
    }
    expect(ratio('alarm', 'alarm-ground')).toBeGreaterThanOrEqual(4.5);
    expect(ratio('text', 'alarm-ground')).toBeGreaterThanOrEqual(4.5);
  });

  it('has lines, bars and focus rings that stand out at 3 to 1', () => {
    expect(ratio('line', 'plot')).toBeGreaterThanOrEqual(3);
    expect(ratio('alarm-fill', 'panel')).toBeGreaterThanOrEqual(3);
    expect(ratio('accent', 'panel')).toBeGreaterThanOrEqual(3);
  });

  it('shows a heatmap cell of a single value against the plot', () => {
    const [r, g, b] = heatColour(0, name === 'dark');
    expect(contrast([r, g, b], tokens.get('plot')!)).toBeGreaterThanOrEqual(1.8);
  });
});
