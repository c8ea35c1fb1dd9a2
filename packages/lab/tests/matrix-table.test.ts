import { expect, it } from 'vitest';
import { count, matrixTable, skips, total } from './matrix-table.ts';
import { parseTap } from './tap.ts';

const run = (output: string, ended: number | string) => ({
  script: 'x.sh',
  report: parseTap(output),
  ended,
  stderr: '',
  seconds: 0,
});

it('counts each TAP line, and that all planned ones ran', () => {
  expect(count(run('1..2\nok 1 - a\nok 2 - b\n', 0))).toMatchObject({ passed: 3, failed: 0 });
  expect(count(run('1..2\nok 1 - a\nnot ok 2 - b\n', 1))).toMatchObject({
    passed: 2,
    failed: 1,
    complaints: ['not ok: b'],
  });
});

it('counts a script that stopped early, bailed out or hung as failed', () => {
  expect(count(run('1..2\nok 1 - a\n', 0))).toMatchObject({ passed: 1, failed: 1 });
  expect(count(run('1..2\nok 1 - a\nBail out! no module\n', 1))).toMatchObject({ passed: 1, failed: 1 });
  expect(count(run('', 'it took too long'))).toMatchObject({ passed: 0, failed: 1 });
});

it('shows a script a row and a kernel a column, and a kernel that could not be tried', () => {
  const outcomes = [
    { kernel: '6.1', counts: { 'a.sh': { passed: 3, failed: 0 } } },
    { kernel: '7.x', counts: {}, why: 'it did not boot' },
  ];
  expect(matrixTable(outcomes).split('\n')).toEqual([
    'passed/failed     6.1  7.x',
    'a.sh              3/0    –',
    'tried to the end  yes   no',
  ]);
  expect(total(outcomes)).toEqual({ passed: 3, failed: 1 });
});

it('counts a script that is skipped as neither passed nor failed, and says why', () => {
  const skipped = count(run('1..0 # SKIP no second CPU\n', 0));
  expect(skipped).toEqual({ passed: 0, failed: 0, skipped: 'no second CPU', complaints: [] });
  expect(count(run('1..0 # SKIP no second CPU\n', 1))).toMatchObject({ failed: 1 });
  const outcomes = [{ kernel: '6.1', counts: { 'a.sh': skipped } }];
  expect(matrixTable(outcomes)).toContain('skipped');
  expect(skips(outcomes)).toEqual(['skipped on 6.1: a.sh: no second CPU']);
});
