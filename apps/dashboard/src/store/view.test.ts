import { describe, expect, it } from 'vitest';
import { defaultView, formatView, parseBudget, parseView, type View } from './view.ts';

describe('the address', () => {
  it('carries the whole view there and back', () => {
    const view: View = {
      host: 'cnc 07/<b>',
      measure: 'hardirq_duration',
      cpu: 3,
      window: 3600,
      theme: 'light',
      lang: 'zh',
      budget: 412_000,
      spike: 'a1-7',
      logLog: true,
      tables: true,
      filter: 'eth0 36',
      sort: 'rate',
      descending: false,
      quiet: true,
      kiosk: true,
      rotate: 30,
    };
    expect(parseView(formatView(view))).toEqual({ view, refused: [] });
  });

  it('of a plain view is plain', () => {
    expect(formatView(defaultView)).toBe('');
    expect(parseView('')).toEqual({ view: defaultView, refused: [] });
  });

  it('names the words it does not understand and changes nothing for them', () => {
    const { view, refused } = parseView(
      '?window=7&cpu=-1&theme=pink&rotate=4&kiosk=yes&sort=x.asc&budget=5&colour=red&__proto__=1&cpu=2',
    );
    expect(refused).toEqual([
      'window=7',
      'cpu=-1',
      'theme=pink',
      'rotate=4',
      'kiosk=yes',
      'sort=x.asc',
      'budget=5',
      'colour=red',
      '__proto__=1',
    ]);
    expect(view).toEqual({ ...defaultView, cpu: 2 });
  });

  it('takes budgets with a unit and within bounds only', () => {
    expect(['250us', '1.5ms', '800ns', '2s', '250µs'].map(parseBudget)).toEqual([
      250e3, 1.5e6, 800, 2e9, 250e3,
    ]);
    for (const bad of ['250', '0us', '61s', '-1us', '1e3us', 'us', ''])
      expect(parseBudget(bad)).toBeUndefined();
  });
});
