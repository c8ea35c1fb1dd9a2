import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/harness.ts';
import { openStore } from './database.ts';
import { findTestRun, listTestRuns, type NewTestRun, removeTestRun, storeTestRun } from './test-runs.ts';

const dir = temporaryFolder();
const db = openStore(dir);
afterAll(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

const HOST = { name: 'box' };
const run = (name: string, output = ''): NewTestRun => ({
  ...{
    name,
    state: 'ended',
    reportedAt: 1,
    output,
    outputLeftOut: 0,
    settings: { kernel: '6.12' },
    changes: [],
  },
});
const store = (of: NewTestRun, maxBytes = 1e9, id?: number) => storeTestRun(db, HOST, of, { maxBytes, id });
const names = () => listTestRuns(db, undefined, 2000).map(({ name }) => name);

describe('stored test runs', () => {
  it('are listed newest first without output and settings, and found whole', () => {
    const [a, b] = [store(run('a')), store(run('b', 'text'))];
    expect(listTestRuns(db, 'box', 10)).toEqual([
      { id: b, host: 'box', name: 'b', state: 'ended', reportedAt: 1, changes: 0 },
      expect.objectContaining({ id: a, name: 'a' }),
    ]);
    expect(listTestRuns(db, 'other', 10)).toEqual([]);
    expect(findTestRun(db, b)).toEqual({ id: b, host: 'box', ...run('b', 'text') });
    expect(store(run('a2'), 1e9, a)).toBe(a);
    expect(names()).toEqual(['b', 'a2']);
    expect([removeTestRun(db, a), removeTestRun(db, a), findTestRun(db, a)]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  it('take at most a tenth of the size: the oldest are deleted, never the newest', () => {
    for (const name of ['c', 'd', 'e']) store(run(name, 'x'.repeat(400)), 15_000);
    expect(names()).toEqual(['e', 'd']);
    store(run('f', 'x'.repeat(4000)), 15_000);
    expect(names()).toEqual(['f']);
  });

  it('are at most 1000', () => {
    for (let i = 0; i < 1002; i++) store(run(`${i}`));
    expect(names()).toHaveLength(1000);
    expect(names().at(-1)).toBe('2');
  });
});
