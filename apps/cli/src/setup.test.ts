import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
// The set-up is plain JavaScript, because it runs before anything else is installed.
import { runChild, sideBySide } from '../setup/children.mjs';
import { nodePackagesStale } from '../setup/node.mjs';
import { crossPackages } from '../setup/packages.mjs';

const entry = (version: string, extra: object = {}) => ({ version, ...extra });
const lock = {
  packages: {
    '': { name: 'root' },
    'apps/cli': { version: '0.1.0' },
    'node_modules/a': entry('1.0.0'),
    'node_modules/optional': entry('2.0.0', { optional: true }),
    'node_modules/other-cpu': entry('2.0.0', { optional: true, os: 'linux', cpu: ['riscv64'] }),
    'node_modules/other-libc': entry('2.0.0', { optional: true, os: ['linux'], libc: ['musl'] }),
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

describe('crossPackages', () => {
  it('are needed only by a kernel of another architecture', () => {
    expect(crossPackages(['--kernel', '6.12-rt'], 'x64')).toEqual([]);
    expect(crossPackages(['--only', '6.1-rt-arm64'], 'x64')).toEqual([]);
    expect(crossPackages(['--kernel', '6.1-rt-arm64'], 'x64')).toContain('qemu-system-arm');
    expect(crossPackages(['--kernel=6.1-rt-arm64'], 'x64')).toContain('gcc-aarch64-linux-gnu');
    expect(crossPackages(['--kernel', '6.1-rt-arm64'], 'arm64')).toEqual([]);
  });
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

it('nodePackagesStale needs the binaries of this machine, which are optional for npm', () => {
  const binary = entry('1.0.0', { optional: true, os: 'linux', cpu: process.arch });
  const packages = { ...lock.packages, 'node_modules/binary': binary };
  expect(nodePackagesStale({ packages }, installed())).toBe(true);
  expect(nodePackagesStale({ packages }, installed({ 'node_modules/binary': binary }))).toBe(false);
});

describe('nodePackagesStale for some workspaces', () => {
  const packages = {
    'apps/cli': { dependencies: { '@rtprobe/lab': '*', a: '1' }, devDependencies: { tool: '1' } },
    'packages/lab': { dependencies: { deep: '1' }, devDependencies: { other: '1' } },
    'node_modules/@rtprobe/lab': { resolved: 'packages/lab', link: true },
    'node_modules/a': entry('1.0.0', { dependencies: { deep: '2' } }),
    'node_modules/a/node_modules/deep': entry('2.0.0'),
    'node_modules/deep': entry('1.0.0'),
    'node_modules/tool': entry('1.0.0', { dev: true }),
    'node_modules/other': entry('1.0.0', { dev: true }),
  };
  const without = (...names: string[]) => ({
    packages: Object.fromEntries(Object.entries(packages).filter(([path]) => !names.includes(path))),
  });
  const stale = (...names: string[]) => nodePackagesStale({ packages }, without(...names), ['apps/cli']);

  it('needs the packages of a workspace, those of its packages, and its tools', () => {
    expect(stale()).toBe(false);
    for (const name of Object.keys(packages).filter((path) => /^node_modules/.test(path)))
      expect(stale(name), name).toBe(name !== 'node_modules/other');
  });

  it('needs no tool of another workspace', () => {
    expect(nodePackagesStale({ packages }, without('node_modules/other'))).toBe(true);
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

  it('leave signals to whoever runs after them', async () => {
    const script = `
      import { runChild } from ${JSON.stringify(import.meta.resolve('../setup/children.mjs'))};
      await runChild(['true']);
      process.on('SIGTERM', () => setTimeout(() => process.exit(7), 100));
      setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);
      setTimeout(() => {}, 10_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    expect((await once(child, 'exit'))[0]).toBe(7);
  });
});
