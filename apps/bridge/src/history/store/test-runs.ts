// Test runs in the store: what a list needs apart from the rest, as JSON.
import type { TestRun, TestRunInfo } from '@rtprobe/protocol';
import type { Database } from './database.ts';
import { ensureHost } from './series.ts';

/** The newest are stored. */
const TEST_RUNS_MAX = 1000;
/** Part of the store's size that they may take. The newest is stored in any case. */
const SHARE = 0.1;

/** A test run without what the store adds. */
export type NewTestRun = Omit<TestRun, 'id' | 'host'>;

const infoOf = ({ result, resultError, output, outputLeftOut, settings, changes, ...info }: NewTestRun) => ({
  ...info,
  changes: changes.length,
});

/** Stores a test run; `id` replaces an earlier state of it. Returns its number. */
export function storeTestRun(
  db: Database,
  host: { name: string; machine?: string },
  run: NewTestRun,
  { id, maxBytes }: { id?: number | undefined; maxBytes: number },
): number {
  const json = JSON.stringify(run);
  const values = [
    ensureHost(db, host.name, host.machine),
    json.length,
    JSON.stringify(infoOf(run)),
    json,
  ] as const;
  const sql =
    'INSERT OR REPLACE INTO test_run (id, host, bytes, info, json) VALUES (?, ?, ?, ?, ?) RETURNING id';
  const stored = db.get<{ id: number }>(sql, id ?? null, ...values)!;
  db.run(
    `DELETE FROM test_run WHERE id < (SELECT MAX(id) FROM test_run) AND id IN (SELECT id FROM (
      SELECT id, SUM(bytes) OVER newest AS bytes, COUNT(*) OVER newest AS runs FROM test_run
      WINDOW newest AS (ORDER BY id DESC)) WHERE bytes > ? OR runs > ?)`,
    Math.floor(maxBytes * SHARE),
    TEST_RUNS_MAX,
  );
  return stored.id;
}

export const removeTestRun = (db: Database, id: number): boolean =>
  db.run('DELETE FROM test_run WHERE id = ?', id) > 0;

/** Lists test runs, newest first. */
export function listTestRuns(db: Database, host: string | undefined, limit: number): TestRunInfo[] {
  const sql = `SELECT test_run.id, host.name AS host, info FROM test_run JOIN host ON host.id = test_run.host
    WHERE ?1 IS NULL OR host.name = ?1 ORDER BY test_run.id DESC LIMIT ?2`;
  return db
    .all<{ id: number; host: string; info: string }>(sql, host ?? null, limit)
    .map(({ id, host: name, info }) => ({ id, host: name, ...JSON.parse(info) }));
}

export function findTestRun(db: Database, id: number): TestRun | undefined {
  const sql = `SELECT host.name AS host, json FROM test_run JOIN host ON host.id = test_run.host WHERE test_run.id = ?`;
  const row = db.get<{ host: string; json: string }>(sql, id);
  return row && { id, host: row.host, ...JSON.parse(row.json) };
}
