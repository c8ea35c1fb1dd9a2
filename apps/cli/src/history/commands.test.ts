import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createLog, History } from '@rtprobe/bridge';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../main.ts');
/** A store of an earlier release: two runs, eight spikes. */
const OLD = join(import.meta.dirname, '../../../bridge/tests/fixtures/store-v1.sqlite.gz');
const rtprobeOf = (data: string, ...words: string[]) =>
  spawnSync(process.execPath, [MAIN, 'history', ...words, '--data', data], { encoding: 'utf8' });
const rtprobe = (...words: string[]) => rtprobeOf(dir, ...words);
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-test-'));
const old = mkdtempSync(join(tmpdir(), 'rtprobe-test-'));

async function openOnce(data: string): Promise<void> {
  const history = await History.open({ dir: data, maxBytes: 1024 ** 3, maxAgeUs: 1e15 }, createLog());
  await history.close();
}

beforeAll(() => openOnce(dir));
afterAll(() => {
  for (const data of [dir, old]) rmSync(data, { recursive: true, force: true });
});

it('lists, exports and prunes a store without a bridge, and names what is missing', {
  timeout: 180_000,
}, () => {
  expect(rtprobe('runs', '--json')).toMatchObject({ status: 0, stdout: '{"runs":[]}\n' });
  expect(rtprobe('export', '7')).toMatchObject({ status: 1, stderr: expect.stringContaining('E_NO_RUN') });
  const pruned = rtprobe('prune', '--history-age', '1h', '--json');
  expect(pruned).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(pruned.stdout)).toMatchObject({ slices: 0, spikes: 0 });
  rmSync(dir, { recursive: true });
  expect(rtprobe('runs')).toMatchObject({ status: 1, stderr: expect.stringContaining('E_DATA_OPEN') });
});

it('lists the incidents of a run, those of an older store once a bridge has opened it', {
  timeout: 180_000,
}, async () => {
  writeFileSync(join(old, 'history.sqlite'), gunzipSync(readFileSync(OLD)));
  const { runs } = JSON.parse(rtprobeOf(old, 'runs', '--json').stdout);
  const { id } = runs.find(({ spikes }: { spikes: number }) => spikes > 1);
  expect(rtprobeOf(old, 'incidents', String(id)).stdout).toMatch(/^no stored incidents; .* older release/);
  await openOnce(old);
  const { incidents } = JSON.parse(rtprobeOf(old, 'incidents', String(id), '--json').stdout);
  expect(incidents.length).toBeGreaterThan(1);
  const newest = incidents.at(-1);
  const { stdout } = rtprobeOf(old, 'incidents', String(id), '--limit', '1');
  expect(stdout.trimEnd().split('\n')).toEqual([expect.stringContaining(newest.id)]);
  expect(stdout).toContain(newest.sentence);
});
