import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../apps/cli/src/version.ts';
import { copyPayload } from './payload.ts';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'rtprobe-bundle-'));
const payload = join(folder, 'payload');
const main = join(payload, 'apps/cli/src/main.ts');
const env = { ...process.env, XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };

const run = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env });

beforeAll(() => copyPayload(ROOT, payload, { dashboard: false }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundle of the package', () => {
  it('runs where the sources are in a checkout', () => {
    expect(run('--version').stdout.trim()).toBe(VERSION);
  });

  it('finds the npm package that it loads when it is needed, and the files that it reads', () => {
    const alerts = join(folder, 'alerts.yaml');
    writeFileSync(alerts, 'channels: 5\n');
    const config = join(folder, 'bridge.conf');
    writeFileSync(config, `source = unix:/run/none\nalerts = ${alerts}\n`);
    const { status, stderr, stdout } = run('check-config', config);
    expect(stderr + stdout).toContain('channels');
    expect(status).not.toBe(0);
  });

  it('serves, with the threads of the history', async () => {
    mkdirSync(join(payload, 'apps/dashboard/dist'), { recursive: true });
    writeFileSync(join(payload, 'apps/dashboard/dist/index.html'), '<!doctype html>');
    const words = ['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')];
    const child = spawn(process.execPath, [main, ...words, '--source', `unix:${folder}/none`], { env });
    let said = '';
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    await expect.poll(() => said).toContain('http://127.0.0.1:');
    expect(said).not.toContain('E_DATA');
    child.kill();
    await ended;
  });
});
