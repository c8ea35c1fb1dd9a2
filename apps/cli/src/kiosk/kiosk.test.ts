import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bridgeOfPage, kioskAddress } from './address.ts';
import { waitForBridge } from './kiosk.ts';
import { prepareProfile } from './profile.ts';
import { kioskFlags } from './screen.ts';
import { UNIT_NAME, unitText, writeUnit } from './unit.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-kiosk-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function rtprobe(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [MAIN, 'kiosk', ...words], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CONFIG_HOME: join(dir, 'config'), ...env },
  });
}

/** Returns what systemd says about a unit; nothing if it accepts it. */
function verify(text: string): string {
  const file = join(dir, UNIT_NAME);
  writeFileSync(file, text);
  const env = { ...process.env, XDG_RUNTIME_DIR: dir };
  const words = ['--user', '--man=no', 'verify', file];
  const { error, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8', env });
  if (error) throw error;
  return stdout + stderr;
}

describe('the unit of the kiosk', () => {
  it('is accepted by systemd, and a wrong one is not', () => {
    const unit = rtprobe(['--print-unit', 'http://127.0.0.1:9154/?theme=contrast&rotate=30']).stdout;
    expect(unit).toContain('rotate=30');
    expect(verify(unit)).toBe('');
    expect(verify(unit.replace('Restart=always', 'Restart=sometimes'))).toContain('sometimes');
    expect(verify(unitText(['/no/such/program', 'kiosk']))).toContain('/no/such/program');
  });

  it('passes each word on as it is, whatever systemd would read in it', () => {
    const words = ['http://h/?a=50%25&b=$HOME', 'two words', 'a"b', 'back\\slash'];
    const line = /^ExecStart=(.*)$/m.exec(unitText(['/bin/echo', ...words]))![1];
    expect(line).toBe('/bin/echo "http://h/?a=50%%25&b=$$HOME" "two words" "a\\"b" "back\\\\slash"');
  });

  it('is installed with absolute paths, replaced by the next one, and never instead of one of somebody else', () => {
    const file = join(dir, 'config/systemd/user', UNIT_NAME);
    const installed = rtprobe(['--install', '--chromium', '/bin/true', '--session-file', 'wall.token']);
    expect(installed).toMatchObject({ status: 0, stdout: expect.stringContaining('systemctl --user') });
    expect(readFileSync(file, 'utf8')).toContain(`--session-file ${join(process.cwd(), 'wall.token')}`);
    expect(rtprobe(['--install', '--chromium', '/bin/true', 'http://wall:1']).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(
      /ExecStart=\/.* kiosk --chromium \/bin\/true http:\/\/wall:1\/\n/,
    );
    writeFileSync(file, '[Unit]\n');
    expect(() => writeUnit(file, unitText(['/bin/true']))).toThrow(/not written by rtprobe/);
    expect(readFileSync(file, 'utf8')).toBe('[Unit]\n');
  });

  it('is not written where no Chromium is found', () => {
    const none = rtprobe(['--install'], { PATH: dir, XDG_CONFIG_HOME: join(dir, 'none') });
    expect(none).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /E_NO_CHROMIUM: no Chromium was found on the PATH[\s\S]*→ install Chromium/,
      ),
    });
    expect(existsSync(join(dir, 'none'))).toBe(false);
  });
});

describe('the profile of the kiosk', () => {
  const folder = join(dir, 'profile');
  const lock = (pid: number, host = hostname()) => {
    mkdirSync(folder, { recursive: true });
    symlinkSync(`${host}-${pid}`, join(folder, 'SingletonLock'));
  };
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('starts without a question after a crash, a power failure and under another host name', () => {
    const { pid } = spawnSync('true');
    lock(pid, 'old-name');
    const file = join(folder, 'Default/Preferences');
    mkdirSync(join(folder, 'Default'));
    writeFileSync(file, '{"profile":{"exit_type":"Crashed","exited_cleanly":false,"name":"x"},"other":1}');
    prepareProfile(folder);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      profile: { exit_type: 'Normal', exited_cleanly: true, name: 'x' },
      other: 1,
    });
    expect(() => lock(pid)).not.toThrow();
    writeFileSync(file, '{"profile":{"exit_ty');
    prepareProfile(folder);
    expect(existsSync(file)).toBe(false);
  });

  it('is used by one Chromium at a time', () => {
    lock(process.pid);
    expect(() => prepareProfile(folder)).toThrow(expect.objectContaining({ code: 'E_KIOSK_RUNS' }));
  });
});

describe('the address of the kiosk', () => {
  it('is that of the page with the word that makes it a kiosk', () => {
    expect(kioskAddress('http://a:1')).toBe('http://a:1/?kiosk=1');
    expect(kioskAddress('https://a/rt/hosts?theme=dark&kiosk=0')).toBe(
      'https://a/rt/hosts?theme=dark&kiosk=1',
    );
  });

  it('finds the bridge behind a proxy by the page', () => {
    const page = '<meta name="rtprobe-base" content="/rt/" />';
    expect(bridgeOfPage('https://a/rt/hosts?theme=dark', page)).toBe('https://a/rt');
    expect(bridgeOfPage('http://a:1/hosts', page.replace('/rt/', '/'))).toBe('http://a:1');
    expect(bridgeOfPage('http://a:1/hosts', '')).toBe('http://a:1');
  });

  it('on plain HTTP keeps the display on, too', () => {
    expect(kioskFlags('http://wall:9154/?kiosk=1')).toContain(
      '--unsafely-treat-insecure-origin-as-secure=http://wall:9154',
    );
    expect(kioskFlags('https://wall/').join(' ')).not.toContain('insecure');
  });

  it('is opened as soon as a bridge answers there', async () => {
    const server = createServer((_request, response) => {
      response.statusCode = ++asked < 3 ? 502 : 200;
      response.end('<meta name="rtprobe-base" content="/rt/" />');
    });
    let asked = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await waitForBridge(`http://127.0.0.1:${port}/rt/cpus`, 10)).toBe(`http://127.0.0.1:${port}/rt`);
    expect(asked).toBe(3);
    server.close();
  });
});

describe('a kiosk that waits for its bridge', () => {
  let child: ChildProcess;
  afterEach(() => void child.kill('SIGKILL'));

  it('says what it waits for, and ends with a signal', async () => {
    child = spawn(process.execPath, [
      MAIN,
      'kiosk',
      '--chromium',
      '/bin/true',
      '--profile',
      join(dir, 'p'),
      'http://127.0.0.1:9',
    ]);
    let said = '';
    child.stderr!.on('data', (text) => {
      said += text;
    });
    await expect.poll(() => said).toContain('waits until a bridge answers at http://127.0.0.1:9');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
  });
});
