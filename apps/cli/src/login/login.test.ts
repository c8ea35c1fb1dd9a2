// Tests the command as a person runs it, with a bridge in a process of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../main.ts');
const RECORDING = join(import.meta.dirname, '../../../bridge/tests/fixtures/6.12-rt.rec.bin');
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-login-'));
const socket = join(dir, 'run', 'bridge.sock');

let child: ChildProcess | undefined;
let words = '';
afterEach(() => end());
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function end(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

interface Served {
  url: string;
  openUrl: string;
  port: number;
  socket: string;
}

async function serve(port: number, ...more: string[]): Promise<Served> {
  words = '';
  const options = ['--data', join(dir, 'data'), '--socket', socket, '--listen', `127.0.0.1:${port}`];
  child = spawn(
    process.execPath,
    [MAIN, 'serve', '--source', `replay:${RECORDING}`, ...options, '--json', ...more],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stderr!.on('data', (data) => {
    words += data;
  });
  const line = once(createInterface({ input: child.stdout! }), 'line') as Promise<[string]>;
  const [json] = await Promise.race([
    line,
    once(child, 'exit').then(() => Promise.reject(new Error(`it exited: ${words}`))),
  ]);
  return JSON.parse(json) as Served;
}

function rtprobe(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Opens a connection of its own: a kept-alive one is closed while this process waits for a command. */
const status = (url: string, headers: Record<string, string> = {}) =>
  new Promise<number>((resolve, reject) => {
    get(`${url}/api/v1/status`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });

async function exchange(url: string, code: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code }),
  });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

describe('rtprobe login', () => {
  it('logs a kiosk in, and the kiosk stays logged in when the bridge is killed and starts again', async () => {
    const first = await serve(0);
    const printed = rtprobe('login', '--url', first.url, '--socket', socket, '--role', 'viewer', '--json');
    expect(printed.status).toBe(0);
    const { code, role } = JSON.parse(printed.stdout) as { code: string; role: string };
    expect(role).toBe('viewer');
    const cookie = await exchange(first.url, code);
    expect(await status(first.url, { cookie })).toBe(200);
    const gone = once(child!, 'exit');
    child!.kill('SIGKILL');
    await gone;
    const second = await serve(first.port);
    expect(await status(second.url, { cookie })).toBe(200);
    expect(await status(second.url)).toBe(401);
    await end();
    await serve(first.port);
    expect(await status(first.url, { cookie })).toBe(200);
  });

  it('keeps the secret in a file of mode 0600 and nowhere else', async () => {
    const { url } = await serve(0);
    const file = join(dir, 'data', 'access.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').trim().split(' ')[1]!;
    const process = readFileSync(`/proc/${child!.pid}/cmdline`, 'utf8');
    const environment = readFileSync(`/proc/${child!.pid}/environ`, 'utf8');
    const printed = rtprobe('login', '--url', url, '--socket', socket);
    for (const text of [process, environment, words, printed.stdout, printed.stderr]) {
      expect(text).not.toContain(secret);
    }
    // Nor do they contain any long-lived secret.
    expect(printed.stdout).toMatch(/#code=[\w-]{27}\n/);
    expect(words + process + environment).not.toMatch(/code=|token=|Bearer/);
  });

  it('prints a token for scripts that ends with --revoke-all, as every cookie does', async () => {
    const { url, openUrl } = await serve(0);
    const cookie = await exchange(url, openUrl.split('#code=')[1]!);
    const options = ['--url', url, '--socket', socket];
    const token = rtprobe(
      'login',
      ...options,
      '--token',
      '--role',
      'viewer',
      '--lifetime',
      '1h',
    ).stdout.trim();
    const authorization = `Bearer ${token}`;
    expect(await status(url, { authorization })).toBe(200);
    const file = join(dir, 'token');
    writeFileSync(file, token, { mode: 0o600 });
    const exported = rtprobe('export', 'worst', '--format', 'json', '--url', url, '--session-file', file);
    expect(exported.status === 0 || exported.stderr.includes('E_NO_SPIKE')).toBe(true);
    chmodSync(file, 0o644);
    expect(rtprobe('export', 'worst', '--url', url, '--session-file', file)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_SESSION_FILE.*\n.*chmod 600/),
    });
    const before = readFileSync(join(dir, 'data', 'access.key'), 'utf8');
    expect(rtprobe('login', ...options, '--revoke-all')).toMatchObject({ status: 0 });
    expect(await status(url, { authorization })).toBe(401);
    expect(await status(url, { cookie })).toBe(401);
    expect(readFileSync(join(dir, 'data', 'access.key'), 'utf8')).not.toBe(before);
    expect(statSync(join(dir, 'data', 'access.key')).mode & 0o777).toBe(0o600);
  });

  it('gives advice if no bridge of this user runs, or if the bridge is on another machine', () => {
    expect(rtprobe('login', '--socket', join(dir, 'none.sock'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_NO_BRIDGE.*none\.sock: ENOENT[\s\S]*rtprobe serve/),
    });
    expect(rtprobe('export', 'worst', '--url', 'http://192.0.2.1:9154')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_NO_SESSION[\s\S]*rtprobe login --token/),
    });
    expect(rtprobe('login', '--lifetime', '1h')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('E_NO_TOKEN'),
    });
  });

  it('refuses to start on a key file that others can read, and says how to repair it', async () => {
    const file = join(dir, 'open.key');
    writeFileSync(file, 'rtprobe-key-1 x\n', { mode: 0o644 });
    await expect(serve(0, '--token-file', file)).rejects.toThrow(/E_KEY_FILE:.*chmod 600/);
  });
});

describe('an uncaught error', () => {
  it.each([
    ['an exception', 'process.on("SIGUSR2", () => { throw new TypeError("planted"); });'],
    ['a rejection', 'process.on("SIGUSR2", () => void Promise.reject(new TypeError("planted")));'],
  ])('%s is logged, closes the bridge and exits with 1', async (_name, planted) => {
    const file = join(dir, 'planted.mjs');
    writeFileSync(file, planted);
    const data = join(dir, 'faulty');
    const options = ['--data', data, '--socket', join(dir, 'faulty-run', 's'), '--listen', '127.0.0.1:0'];
    const faulty = spawn(
      process.execPath,
      ['--import', file, MAIN, 'serve', '--source', 'unix:/nowhere.sock', ...options, '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let text = '';
    faulty.stderr.on('data', (chunk) => {
      text += chunk;
    });
    await once(createInterface({ input: faulty.stdout }), 'line');
    expect(readdirSync(data).some((name) => name.endsWith('-wal'))).toBe(true);
    faulty.kill('SIGUSR2');
    const [code] = await once(faulty, 'exit');
    expect(text).toMatch(/E_FAULT.*planted/);
    expect(code).toBe(1);
    // A clean close: the store checkpointed its WAL into the file, and the socket is gone.
    const left = readdirSync(data);
    expect(left).toContain('history.sqlite');
    expect(left.filter((name) => name.endsWith('-wal'))).toEqual([]);
    expect(readdirSync(join(dir, 'faulty-run'))).toEqual([]);
  });
});
