import { describe, expect, it } from 'vitest';
// The set-up is plain JavaScript, because it runs before anything else is installed.
import { runChild, sideBySide } from '../setup/children.mjs';
import { nodePackagesStale } from '../setup/node.mjs';

const entry = (version: string, extra: object = {}) => ({ version, ...extra });
const lock = {
  packages: {
    '': { name: 'root' },
    'apps/cli': { version: '0.1.0' },
    'node_modules/a': entry('1.0.0'),
    'node_modules/other-platform': entry('2.0.0', { optional: true }),
    'node_modules/@rtprobe/cli': { resolved: 'apps/cli', link: true },
  },
};
const installed = (extra: object = {}) => ({
  packages: {
    'node_modules/a': entry('1.0.0'),
    'node_modules/@rtprobe/cli': { resolved: 'apps/cli', link: true },
    ...extra,
  },
});

describe('nodePackagesStale', () => {
  it('needs nothing when every package is installed in its version', () => {
    expect(nodePackagesStale(lock, installed())).toBe(false);
  });

  it('needs an installation when there is none, or a package is missing or of another version', () => {
    expect(nodePackagesStale(lock, undefined)).toBe(true);
    expect(nodePackagesStale(lock, { packages: {} })).toBe(true);
    expect(nodePackagesStale(lock, installed({ 'node_modules/a': entry('0.9.0') }))).toBe(true);
  });
});

describe('steps in parallel', () => {
  it('all end before the first failure is thrown', async () => {
    const ended: string[] = [];
    const step = async (name: string, ms: number, fails: boolean) => {
      await new Promise((done) => setTimeout(done, ms));
      ended.push(name);
      if (fails) throw new Error(name);
    };
    const all = sideBySide([
      step('apt', 30, true),
      step('npm', 1, true),
      step('guest', 60, false),
      undefined,
    ]);
    await expect(all).rejects.toThrow('apt');
    expect(ended).toEqual(['npm', 'apt', 'guest']);
  });

  it('keep the output of a program and report whether it succeeded', async () => {
    expect(await runChild(['sh', '-c', 'echo out; echo err >&2'])).toEqual({
      ok: true,
      output: 'out\nerr\n',
    });
    expect((await runChild(['sh', '-c', 'exit 3'])).ok).toBe(false);
    expect((await runChild(['/no/such/program'])).ok).toBe(false);
  });
});
