import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Harness, type Json, startHarness, temporaryFolder } from '../../tests/harness.ts';

const dir = temporaryFolder();
let number = 0;
const fresh = (): string => join(dir, `run-${number++}`, 'bridge.sock');
let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = (controlSocket: string) => startHarness({ controlSocket, waitForLive: false });
const isRoot = process.getuid?.() === 0;

function ask(
  socketPath: string,
  path: string,
  method = 'GET',
  body?: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  return new Promise((resolve, reject) => {
    const json = body && { 'content-type': 'application/json' };
    const req = request({ socketPath, path, method, headers: { ...json, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as Json }));
    });
    req.on('error', reject);
    req.end(body && JSON.stringify(body));
  });
}

describe('the unix socket', () => {
  it('is created with mode 0600 in a folder of mode 0700, and is removed with its bridge', async () => {
    const path = fresh();
    harness = await start(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    await harness.close();
    harness = undefined;
    expect(existsSync(path)).toBe(false);
  });

  it('makes whoever opens it an operator, for every request, without a token', async () => {
    const path = fresh();
    harness = await start(path);
    expect(await ask(path, '/api/v1/status')).toMatchObject({ status: 200 });
    expect(await ask(path, '/api/v1/session')).toEqual({ status: 200, body: { role: 'operator' } });
    expect(await ask(path, '/api/v1/config', 'POST', { periodNs: -1 })).toMatchObject({
      body: { error: { code: 'E_FIELD' } },
    });
  });

  it('gives codes, tokens and a new key; the network does not', async () => {
    const path = fresh();
    harness = await start(path);
    const { body } = await ask(path, '/api/v1/session/codes', 'POST', { role: 'viewer' });
    expect(body).toMatchObject({ role: 'viewer', expiresInMs: 60_000 });
    expect(String(body.url)).toBe(`${harness.bridge.url}/#code=${body.code}`);
    const made = await ask(path, '/api/v1/session/tokens', 'POST', { role: 'viewer', lifetimeMs: 60_000 });
    const authorization = `Bearer ${made.body.token}`;
    expect(await harness.get('/api/v1/session', { authorization })).toMatchObject({
      status: 200,
      body: { role: 'viewer' },
    });
    const local = { error: { code: 'E_LOCAL' } };
    expect((await harness.post('/api/v1/session/codes', {})).body).toMatchObject(local);
    expect((await harness.post('/api/v1/session/tokens', {})).body).toMatchObject(local);
    expect((await harness.delete('/api/v1/session/all')).body).toMatchObject(local);
    const browser = await harness.browser();
    expect((await ask(path, '/api/v1/session/all', 'DELETE')).status).toBe(200);
    expect((await harness.get('/api/v1/session')).status).toBe(401);
    await expect.poll(() => browser.closed).toMatchObject({ code: 4401 });
  });

  it('ends a session and its WebSockets immediately on logout', async () => {
    harness = await startHarness({ waitForLive: false });
    const [browser, other] = [
      await harness.browser(),
      await harness.browser({ headers: { authorization: `Bearer ${harness.bridge.createToken('viewer')}` } }),
    ];
    expect((await harness.delete('/api/v1/session')).status).toBe(200);
    expect((await harness.get('/api/v1/session')).status).toBe(401);
    await expect.poll(() => browser.closed).toMatchObject({ code: 4401 });
    expect(other.closed).toBeUndefined();
  });

  it('replaces a socket that a killed bridge left, but never that of a running bridge, or a file', async () => {
    const path = fresh();
    mkdirSync(join(path, '..'), { mode: 0o700 });
    const left = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`;
    spawnSync(process.execPath, ['-e', left]);
    expect(existsSync(path)).toBe(true);
    harness = await start(path);
    await expect(start(path)).rejects.toMatchObject({
      code: 'E_CONTROL_SOCKET',
      message: expect.stringContaining('another bridge'),
    });
    expect((await ask(path, '/healthz')).status).toBe(200);
    const file = `${path}-file`;
    writeFileSync(file, 'mine');
    await expect(start(file)).rejects.toMatchObject({ code: 'E_CONTROL_SOCKET' });
    expect(existsSync(file)).toBe(true);
    await expect(start(join(dir, 'x'.repeat(120)))).rejects.toMatchObject({
      code: 'E_CONTROL_SOCKET',
      message: expect.stringContaining('107'),
    });
  });

  it('is refused in a folder that others can enter, and in a symbolic link', async () => {
    const path = fresh();
    mkdirSync(join(path, '..'), { mode: 0o755 });
    chmodSync(join(path, '..'), 0o755);
    const code = 'E_CONTROL_SOCKET';
    await expect(start(path)).rejects.toMatchObject({ code, message: expect.stringContaining('chmod 700') });
    const target = mkdtempSync(join(dir, 'target-'));
    symlinkSync(target, join(dir, 'link'));
    await expect(start(join(dir, 'link', 's'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('symbolic link'),
    });
    if (!isRoot) return;
    chownSync(target, 65534, 65534);
    await expect(start(join(target, 's'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('belongs to user 65534'),
    });
  });
});

/** What another user of this machine gets from a TCP port and from a unix socket. */
const STRANGER = `
  const [port, path] = process.argv.slice(1);
  const net = require('net'), http = require('http');
  const status = new Promise((resolve) => http.get({ port, host: '127.0.0.1', path: '/api/v1/status' },
    (response) => { let text = ''; response.on('data', (d) => text += d);
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) })); }));
  const socket = new Promise((resolve) => net.connect(path)
    .on('connect', () => resolve('opened')).on('error', (error) => resolve(error.code)));
  Promise.all([status, socket]).then(([http, socket]) => {
    console.log(JSON.stringify({ uid: process.getuid(), http, socket }));
    process.exit(0);
  });
`;

describe.runIf(isRoot)('another user of this machine', () => {
  it('is refused by REST on loopback, and cannot open the socket, whether its folder is accessible or not', async () => {
    // A folder that every user can enter, with a program that every user can run.
    const open = mkdtempSync('/tmp/rtprobe-stranger-');
    chmodSync(open, 0o755);
    const program = join(open, 'node');
    copyFileSync(process.execPath, program);
    chmodSync(program, 0o755);
    const path = join(open, 'run', 'bridge.sock');
    harness = await start(path);
    const stranger = async () => {
      const { spawn } = await import('node:child_process');
      const words = ['--reuid=65534', '--regid=65534', '--clear-groups', program, '-e', STRANGER];
      const child = spawn('setpriv', [...words, String(harness!.bridge.port), path], {
        cwd: '/',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      for await (const chunk of child.stdout) text += chunk;
      return JSON.parse(text) as Json;
    };
    const refused = { status: 401, body: { error: { code: 'E_SESSION' } } };
    expect(await stranger()).toMatchObject({ uid: 65534, http: refused, socket: 'EACCES' });
    // The socket's own mode protects it even if the folder is made accessible by mistake.
    chmodSync(join(open, 'run'), 0o755);
    expect(await stranger()).toMatchObject({ uid: 65534, http: refused, socket: 'EACCES' });
    // Control: with both accessible, opening succeeds.
    chmodSync(path, 0o666);
    expect(await stranger()).toMatchObject({ socket: 'opened' });
    rmSync(open, { recursive: true, force: true });
  });
});

it('a socket of another program is not treated as stale when it does not answer at once', async () => {
  const path = fresh();
  mkdirSync(join(path, '..'), { mode: 0o700 });
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(path, resolve));
  await expect(start(path)).rejects.toMatchObject({ code: 'E_CONTROL_SOCKET' });
  busy.close();
});
