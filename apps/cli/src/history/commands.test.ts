import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, History } from '@rtprobe/bridge';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../main.ts');
const rtprobe = (...words: string[]) =>
  spawnSync(process.execPath, [MAIN, 'history', ...words, '--data', dir], { encoding: 'utf8' });
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-test-'));

beforeAll(async () => {
  const history = await History.open({ dir, maxBytes: 1024 ** 3, maxAgeUs: 1e15 }, createLog());
  await history.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

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
