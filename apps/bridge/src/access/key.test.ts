import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { silent, temporaryFolder } from '../../tests/harness.ts';
import { Access } from './access.ts';
import { KeyFile } from './key.ts';
import { RevokedSessions } from './revoked.ts';
import { Sessions } from './sessions.ts';

const dir = temporaryFolder();
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let number = 0;
const fresh = (): string => join(dir, `folder-${number++}`, 'access.key');
const isRoot = process.getuid?.() === 0;
/** A container refuses that to its root too. */
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'E_KEY_FILE', message: expect.stringMatching(message) });

describe('the key file', () => {
  it('is created with mode 0600 whatever the umask, in a folder of mode 0700, and no other file remains', () => {
    for (const umask of [0o000, 0o022, 0o277]) {
      const path = fresh();
      const before = process.umask(umask & 0o077);
      try {
        new KeyFile(path);
      } finally {
        process.umask(before);
      }
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(path, '..'))).toEqual(['access.key']);
    }
  });

  it('that cannot be created is an error that names the folder as the remedy', () => {
    const error = expect.objectContaining({
      code: 'E_KEY_FILE',
      todo: expect.stringContaining('name a folder that this user may write with --data'),
    });
    expect(() => new KeyFile('/sys/rtprobe/access.key')).toThrow(error);
  });

  it.runIf(canMount)('on a full disk is an error, and no part of it remains', () => {
    const folder = join(dir, `full-${number++}`);
    mkdirSync(folder);
    const program = `import(${JSON.stringify(join(import.meta.dirname, 'key.ts'))}).then(({ KeyFile }) => {
      try { new KeyFile(process.argv[1] + '/access.key') } catch (e) { console.log(e.code, e.todo) }
    })`;
    const script = `mount -t tmpfs -o size=8k tmpfs "$1" && { head -c 8192 /dev/zero >"$1/x"; "$2" -e "$3" "$1"; ls "$1"; }`;
    const argv = ['--mount', 'sh', '-c', script, 'sh', folder, process.execPath, program];
    const { stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8' });
    expect(stdout, stderr).toBe('E_KEY_FILE free some space there, or name another folder with --data\nx\n');
  });

  it('keeps its key over restarts, and two bridges that start simultaneously use the same key', () => {
    const path = fresh();
    const first = new KeyFile(path).current();
    expect(new KeyFile(path).current().id).toBe(first.id);
    expect(new KeyFile(path).current().bytes).toEqual(first.bytes);
  });

  it.each([0o640, 0o604, 0o660, 0o666, 0o620, 0o601])(
    'is refused with mode %o, and the error says what to do',
    (mode) => {
      const path = fresh();
      new KeyFile(path);
      chmodSync(path, mode);
      expect(() => new KeyFile(path)).toThrow(refused(/other users can access it.*chmod 600/));
    },
  );

  it('is refused as a symbolic link, as a folder, and with unexpected content', () => {
    const path = fresh();
    new KeyFile(path);
    const link = `${path}-link`;
    symlinkSync(path, link);
    expect(() => new KeyFile(link)).toThrow(refused(/symbolic link/));
    symlinkSync('/nowhere', `${path}-dangling`);
    expect(() => new KeyFile(`${path}-dangling`)).toThrow(refused(/symbolic link/));
    mkdirSync(`${path}-folder`, { mode: 0o700 });
    expect(() => new KeyFile(`${path}-folder`)).toThrow(refused(/not a regular file/));
    for (const text of ['', 'rtprobe-key-1 short\n', 'x'.repeat(200), 'x'.repeat(5000)]) {
      writeFileSync(`${path}-other`, text, { mode: 0o600 });
      expect(() => new KeyFile(`${path}-other`)).toThrow(refused(/not contain a key|larger/));
    }
  });

  it.runIf(isRoot)('is refused when it belongs to another user', () => {
    const path = fresh();
    new KeyFile(path);
    chownSync(path, 65534, 65534);
    expect(() => new KeyFile(path)).toThrow(refused(/belongs to user 65534.*chown/));
  });

  it('ends the sessions of every bridge that uses it when it is replaced, and all sessions when it is damaged', () => {
    const path = fresh();
    let time = 0;
    const [one, other] = [new KeyFile(path, () => time), new KeyFile(path, () => time)];
    const before = one.current().id;
    other.renew();
    time += 2000;
    expect(one.current().id).toBe(other.current().id);
    expect(one.current().id).not.toBe(before);
    chmodSync(path, 0o644);
    writeFileSync(path, readFileSync(path));
    for (let i = 0; i < 3; i++) {
      time += 2000;
      expect(() => one.current()).toThrow(refused(/other users/));
    }
    chmodSync(path, 0o600);
    time += 2000;
    expect(one.current().id).toBe(other.current().id);
  });

  it('does not follow a link that appears while it is created', () => {
    const path = fresh();
    new KeyFile(path);
    linkSync(path, `${path}-hard`);
    rmSync(path);
    symlinkSync(`${path}-hard`, path);
    expect(() => new KeyFile(path)).toThrow(refused(/symbolic link/));
  });
});

describe('sessions', () => {
  const DAY = 86_400_000;

  it('are valid for their kind, over restarts, until they expire', () => {
    const path = fresh();
    let now = Date.UTC(2026, 0, 1);
    const access = () => Access.open(path, silent, () => now);
    const browser = access().sessions.issue('browser', 'viewer', 60 * DAY);
    const token = access().createToken('operator', DAY);
    expect(access().verify('browser', browser.text)).toMatchObject({ role: 'viewer', kind: 'browser' });
    expect(access().verify('token', token.text)).toMatchObject({ role: 'operator', kind: 'token' });
    expect(access().verify('token', browser.text)).toBeUndefined();
    expect(access().verify('browser', token.text)).toBeUndefined();
    now += 2 * DAY;
    expect(access().verify('token', token.text)).toBeUndefined();
    expect(access().verify('browser', browser.text)).toBeDefined();
    now += 60 * DAY;
    expect(access().verify('browser', browser.text)).toBeUndefined();
  });

  it('of browsers are extended: one that is used every week is valid after a year', () => {
    let now = Date.UTC(2026, 0, 1);
    const access = Access.open(undefined, silent, () => now);
    let { text, session } = access.sessions.issue('browser', 'viewer', 60 * DAY);
    const first = session;
    for (let week = 0; week < 52; week++) {
      now += 7 * DAY;
      const found = access.verify('browser', text);
      expect(found?.id).toBe(first.id);
      ({ text, session } = access.renew(found!)!);
    }
    // An open WebSocket keeps the session as it was when it connected.
    expect(access.isValid(first)).toBe(true);
    expect(access.renew(session)).toBeUndefined();
  });

  it('that were derived from a token end with it', () => {
    let now = Date.UTC(2026, 0, 1);
    const access = Access.open(undefined, silent, () => now);
    const token = access.createToken('viewer', 10 * DAY);
    const { text } = access.derive(token.session);
    now += 5 * DAY;
    expect(access.renew(access.verify('browser', text)!)).toBeUndefined();
    now += 6 * DAY;
    expect(access.verify('browser', text)).toBeUndefined();
  });

  it('that were logged out remain invalid over a restart, and a new key ends all', () => {
    const path = fresh();
    const access = Access.open(path, silent);
    const one = access.sessions.issue('browser', 'viewer', DAY);
    const other = access.sessions.issue('browser', 'viewer', DAY);
    access.end(one.session);
    expect(access.isValid(one.session)).toBe(false);
    expect(Access.open(path, silent).verify('browser', one.text)).toBeUndefined();
    expect(Access.open(path, silent).verify('browser', other.text)).toBeDefined();
    expect(statSync(`${path}.revoked`).mode & 0o777).toBe(0o600);
    access.endAll();
    expect(access.isValid(other.session)).toBe(false);
    expect(Access.open(path, silent).verify('browser', other.text)).toBeUndefined();
  });

  it('are invalid with any byte changed, and no text makes the check throw', () => {
    const access = Access.open(undefined, silent);
    const { text } = access.createToken('viewer');
    for (let i = 0; i < text.length; i++) {
      for (const letter of ['A', 'B', '.', '-']) {
        const changed = text.slice(0, i) + letter + text.slice(i + 1);
        const found = access.verify('token', changed);
        // The last letter of base64url has unused bits.
        if (changed !== text && i < text.length - 1) expect(found, `byte ${i}`).toBeUndefined();
      }
    }
    fc.assert(fc.property(fc.string({ maxLength: 700 }), (any) => access.verify('token', any) === undefined));
  });

  it('of another key are not valid', () => {
    const { text } = Access.open(fresh(), silent).createToken('operator');
    expect(Access.open(fresh(), silent).verify('token', text)).toBeUndefined();
  });

  it('that ended are remembered up to a limit', () => {
    const revoked = new RevokedSessions(undefined, silent);
    const key = { current: () => ({ bytes: Buffer.alloc(32), id: 'k' }), renew: () => {} };
    const sessions = new Sessions(key, revoked);
    for (let i = 0; i < 5000; i++) sessions.revoke(sessions.issue('token', 'viewer', DAY).session);
    const last = sessions.issue('token', 'viewer', 2 * DAY);
    sessions.revoke(last.session);
    expect(sessions.isValid(last.session)).toBe(false);
  });
});

describe('a login code', () => {
  it('gives one session within a minute, of the role it was created for', () => {
    const access = Access.open(undefined, silent);
    const code = access.codes.create('viewer');
    expect(Buffer.from(code, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(access.exchange(code).session.role).toBe('viewer');
    expect(() => access.exchange(code)).toThrow(expect.objectContaining({ code: 'E_CODE' }));
    expect(() => access.exchange('')).toThrow(expect.objectContaining({ code: 'E_CODE' }));
  });
});
