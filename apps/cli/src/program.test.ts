import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from './exit.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const rtprobe = (...words: string[]) => spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' });

describe('a wrong command line', () => {
  it.each([
    [['lab', 'run', '--kernel', '5.4', '--', 'true'], '5.4'],
    [['lab', 'run', '--cpus', 'many', '--', 'true'], 'many'],
    [['lab', 'run'], 'command'],
    [['serve', '--source', 'ftp:x'], 'ftp:x'],
    [['serve', '--listen', 'nowhere'], 'nowhere'],
    [['demo', '--speed', '-1'], '-1'],
    [['screenshot'], '--out'],
    [['bogus'], 'bogus'],
    [['lab', 'run', '--bogus', '--', 'true'], '--bogus'],
  ])('%j exits with 2 and names the word', (words, word) => {
    const { status, stderr } = rtprobe(...words);
    expect(stderr).toContain(word);
    expect(status).toBe(2);
  });
});

describe('help', () => {
  it('prints every exit code and exits with 0', () => {
    const { status, stdout } = rtprobe('--help');
    expect(status).toBe(0);
    for (const [code, meaning] of Object.entries(EXIT_CODES)) expect(stdout).toContain(`${code}  ${meaning}`);
  });

  it.each([['demo'], ['serve'], ['lab', 'run'], ['history', 'prune']])(
    'of %s %s shows a default as it is written on the command line',
    (...words) => {
      const { stdout } = rtprobe(...words, '--help');
      expect(stdout).toContain('default: ');
      expect(stdout).not.toMatch(/default:\s+(\[\]|\d{5,})/);
    },
  );

  it('prints the version', () => {
    expect(rtprobe('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('an option of an earlier release', () => {
  it('is rejected with advice: a token as an argument, and one in the environment', () => {
    for (const words of [
      ['export', 'worst'],
      ['screenshot', '-o', '/nowhere/x.png', '--chromium', '/bin/true'],
    ]) {
      expect(rtprobe(...words, '--token', 'secret')).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/E_OPTION_GONE: --token was removed[\s\S]*--session-file FILE/),
      });
    }
    const env = { ...process.env, RTPROBE_TOKEN: 'secret' };
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'export', 'worst'], {
      encoding: 'utf8',
      env,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/E_OPTION_GONE: RTPROBE_TOKEN is no longer read/);
    expect(rtprobe('export', '--help').stdout).not.toContain('--token ');
  });

  it('an address beyond this machine needs TLS, a proxy or an explicit option, and the error says so', () => {
    expect(
      rtprobe('serve', '--source', 'unix:/absent', '--listen', '0.0.0.0:0', '--no-history'),
    ).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_INSECURE:.*--tls-cert FILE.*--behind-proxy.*--insecure-http/),
    });
    expect(rtprobe('serve', '--source', 'unix:/absent', '--tls-cert', '/x')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_NO_CERTIFICATE: --tls-key is missing/),
    });
  });
});

describe('a missing source, recording or lab', () => {
  it('is reported with a code', () => {
    expect(rtprobe('serve')).toMatchObject({ status: 1, stderr: expect.stringContaining('E_NO_SOURCE') });
    expect(rtprobe('demo', '--replay', '/absent.rec')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_NO_FILE.*\/absent\.rec/),
    });
    expect(rtprobe('serve', '--source', 'unix:/absent', '--export-above', '1ms')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/E_NO_FOLDER.*--export-above/),
    });
    expect(rtprobe('lab', 'down', '--name', 'absent')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('E_NO_LAB'),
    });
  });
});
