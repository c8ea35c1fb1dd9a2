import { describe, expect, it } from 'vitest';
import { formatPath, MAIN_PAGES, mainPageOf, parsePath, type Route } from './route.ts';

describe('the path of the address', () => {
  const routes: readonly Route[] = [
    ...MAIN_PAGES.map((page) => ({ page })),
    { page: 'interrupt', kind: 'irq', word: '36' },
    { page: 'interrupt', kind: 'vector', word: 'CAL_SINGLE' },
    { page: 'interrupt', kind: 'softirq', word: 'NET_RX' },
    { page: 'task', pid: 812, start: undefined },
    { page: 'task', pid: 812, start: '81234567890' },
    { page: 'cpu', cpu: 63 },
    { page: 'spike', id: '00ff12-345' },
    { page: 'incident', id: '00ff12-345' },
    { page: 'test-run', id: 12 },
    { page: 'what-if' },
    { page: 'doctor' },
    { page: 'compare', runs: ['12', 'run:3', '4'] },
  ];

  it('is read back as what was written, for every page', () => {
    for (const route of routes) expect(parsePath(formatPath(route))).toEqual(route);
  });

  it('never looks like a file, which a server would look for on disk', () => {
    for (const route of routes) expect(formatPath(route)).not.toMatch(/\.[a-z0-9]+$/i);
  });

  it('is refused where it names no page', () => {
    for (const path of [
      '/nothing',
      '/irq',
      '/irq/x',
      '/irq/36/7',
      '/cpu/-1',
      '/task/a',
      '/task/1/2/3',
      '/vector/a.b',
      '/spike/a.b',
      '/spike',
      '/incident',
      '/incident/a.b',
      '/compare/1',
      '/compare/1/1',
      '/compare/1/run:x',
    ])
      expect([path, parsePath(path)]).toEqual([path, undefined]);
  });

  it('belongs to an entry of the navigation', () => {
    expect(mainPageOf({ page: 'cpu', cpu: 1 })).toBe('cpus');
    expect(mainPageOf({ page: 'interrupt', kind: 'irq', word: '1' })).toBe('interrupts');
    expect(mainPageOf({ page: 'overview' })).toBe('overview');
  });
});
