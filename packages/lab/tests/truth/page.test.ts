import { expect, it } from 'vitest';
import type { Row } from './judge.ts';
import { KINDS } from './kinds.ts';
import { page } from './page.ts';
import { merge, type Result } from './results.ts';

const row = (kind: string, found: number): Row => ({
  ...{ kind, windows: 30, paused: 0, found, named: null, sent: 30, placed: 30, wrong: 0 },
  ...{ shown: 'task 0 7 1 4010000 kworker/1:1', complaints: [] },
});
const result = (kernel: string, kind: string, found: number): Result<Row> => ({
  ...{ kernel, release: '6.12.95-rt', row: row(kind, found) },
});
const all = (...results: Result<Row>[]) => ({ windows: 30, date: '2026-01-02', results });

it('replaces older results of a kernel and kind, and keeps the others in the order of the kinds', () => {
  const before = all(result('6.12', 'tasklet', 1), result('6.12-rt', 'tasklet', 2));
  const { results } = merge(KINDS, before, all(result('6.12', 'tasklet', 30), result('6.12', 'hrtimer', 29)));
  expect(results.map(({ kernel, row: { kind, found } }) => [kernel, kind, found])).toEqual([
    ['6.12', 'hrtimer', 29],
    ['6.12-rt', 'tasklet', 2],
    ['6.12', 'tasklet', 30],
  ]);
});

it('has a table for each kernel, and says what the kernel does not report', () => {
  const text = page(all(result('6.12-rt', 'tasklet', 30), result('6.12', 'tasklet', 29)));
  expect(text).toContain('| tasklet | 30 | 29 | not reported | 30 | 30 | 0 | 0 |');
  expect(text).toContain('0 of 1 kinds meet the targets');
  expect(text.indexOf('## 6.12\n')).toBeLessThan(text.indexOf('## 6.12-rt\n'));
  expect(text).toContain('| tasklet | `task 0 7 1 4010000 kworker/1:1` |');
});
