import { describe, expect, it } from 'vitest';
import { withPin } from './pin.ts';
import { defaultView, turnTo, type View } from './view.ts';
import { formatView, parseBudget, parseView } from './view-text.ts';

describe('the address', () => {
  it('carries the whole view there and back', () => {
    const view: View = {
      route: { page: 'interrupt', kind: 'irq', word: '36' },
      range: { from: 1_764_000_000_000_000, to: 1_764_000_060_000_000 },
      host: 'cnc 07/<b>',
      measure: 'hardirq_duration',
      name: 'eth0-rx 1',
      cpu: 3,
      cpus: '1,4-5',
      window: 3600,
      theme: 'light',
      lang: 'zh',
      budget: 412_000,
      spike: 'a1-7',
      logLog: true,
      tables: true,
      tab: 'stolen',
      run: 3,
      against: 17,
      filter: 'eth0 36',
      sort: 'rate',
      descending: false,
      quiet: true,
      pins: [
        { track: 'task', number: 812 },
        { track: 'cpu', number: 3 },
      ],
      kiosk: true,
      rotate: 30,
    };
    expect(parseView(formatView(view))).toEqual({ view, refused: [] });
  });

  it('of a plain view is plain', () => {
    expect(formatView(defaultView)).toBe('/');
    expect(parseView('/')).toEqual({ view: defaultView, refused: [] });
  });

  it('names the words it does not understand and changes nothing for them', () => {
    const { view, refused } = parseView(
      '/?window=7&range=5-4&range=1-2&cpu=-1&theme=pink&rotate=4&kiosk=yes&sort=x.asc&budget=5&pin=cpu&pin=disk-3&colour=red&__proto__=1&cpu=2',
    );
    expect(refused).toEqual([
      'window=7',
      'range=5-4',
      'range=1-2',
      'cpu=-1',
      'theme=pink',
      'rotate=4',
      'kiosk=yes',
      'sort=x.asc',
      'budget=5',
      'pin=cpu',
      'pin=disk-3',
      'colour=red',
      '__proto__=1',
    ]);
    expect(view).toEqual({ ...defaultView, cpu: 2 });
  });

  it('of a page that does not exist is named and shows the first screen', () => {
    const { view, refused } = parseView('/nowhere?host=a');
    expect(refused).toEqual(['/nowhere']);
    expect(view).toEqual({ ...defaultView, host: 'a' });
  });

  it('of another page keeps the host and the time, not what was chosen on this one', () => {
    const range = { from: 0, to: 60e6 };
    const view = { ...defaultView, host: 'a', range, filter: 'eth0', cpu: 3, spike: 'x' };
    const there = turnTo(view, { page: 'cpu', cpu: 1 });
    expect(there).toEqual({ ...defaultView, host: 'a', range, route: { page: 'cpu', cpu: 1 } });
  });

  it('pins no idle task: each CPU has one of that pid', () => {
    expect(parseView('/?pin=task-0').refused).toEqual(['pin=task-0']);
    expect(parseView('/?pin=cpu-0.task-10').view.pins).toEqual([
      { track: 'cpu', number: 0 },
      { track: 'task', number: 10 },
    ]);
  });

  it('pins a track once, and no more tracks than a screen has room for', () => {
    expect(parseView('/?pin=cpu-3.task-812.cpu-3').view.pins).toEqual([
      { track: 'cpu', number: 3 },
      { track: 'task', number: 812 },
    ]);
    const many = Array.from({ length: 9 }, (_, i) => `cpu-${i}`).join('.');
    expect(parseView(`/?pin=${many}`).refused).toEqual([`pin=${many}`]);
    const eight = parseView(`/?pin=${many.slice(0, -6)}`).view.pins;
    const cpu8 = { track: 'cpu' as const, number: 8 };
    expect(withPin(eight, cpu8, true)).toEqual([...eight.slice(1), cpu8]);
    expect(withPin(withPin([], cpu8, true), cpu8, false)).toEqual([]);
  });

  it('takes budgets with a unit and within bounds only', () => {
    expect(['250us', '1.5ms', '800ns', '2s', '250µs'].map(parseBudget)).toEqual([
      250e3, 1.5e6, 800, 2e9, 250e3,
    ]);
    for (const bad of ['250', '0us', '61s', '-1us', '1e3us', 'us', ''])
      expect(parseBudget(bad)).toBeUndefined();
  });
});
