// The Python script of the documentation, against a bridge with a week of history.
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { Writer } from '../src/history/write/writer.ts';
import { type Harness, startHarness, temporaryFolder } from './harness.ts';
import { HOST, SyntheticRun } from './synthetic-run.ts';

const SCRIPT = join(import.meta.dirname, '../../../docs/how-to/plot-a-week.py');
const HOUR = 3600;
const GIB = 1024 ** 3;

const dir = temporaryFolder();
let harness: Harness;
afterEach(async () => {
  await harness.close();
  rmSync(dir, { recursive: true, force: true });
});

it('the script that plots a week has one point for each hour, at its largest value', async () => {
  const writer = new Writer(join(dir, 'data'), { maxBytes: GIB, maxAgeUs: 365 * 24 * HOUR * 1e6 });
  const run = new SyntheticRun({ cpus: 1, irqs: 1, rate: 1, active: 1, seed: 5 }, (message) =>
    writer.push(message),
  );
  // The last hour but one of the week and the hours before it, some minutes of each.
  const end = Math.floor(Date.now() / 1000 / HOUR) * HOUR;
  const begin = end - 6 * 24 * HOUR;
  run.start('a1', 1, begin * 1e6);
  for (let second = begin; second < end; second += 600) run.second(second);
  writer.request({ ask: 'flush' }, end * 1e6);
  writer.close(end * 1e6);

  harness = await startHarness({ host: HOST, history: { dir: join(dir, 'data') } });
  const token = join(dir, 'token');
  writeFileSync(token, `${harness.token}\n`, { mode: 0o600 });
  const { stdout } = await promisify(execFile)('python3', [
    SCRIPT,
    harness.bridge.url,
    token,
    'timer_latency',
  ]);
  const shown = [...stdout.matchAll(/<title>([\d.]+) µs<\/title>/g)].map(([, us]) => Number(us));
  const wanted = [...run.columns('timer_latency', HOUR).values()].map(({ max }) =>
    Number((max / 1e3).toFixed(1)),
  );
  expect(wanted).toHaveLength(6 * 24);
  expect(shown).toEqual(wanted);
  expect(stdout).toMatch(/^<svg xmlns[\s\S]*<\/svg>\n$/);
});
