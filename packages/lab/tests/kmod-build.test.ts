import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const COMPAT = join(import.meta.dirname, '../../../kmod/compat');

it('refuses a 32-bit kernel with a sentence', () => {
  const preprocess = (...flags: string[]) =>
    spawnSync('gcc', [...flags, '-E', '-x', 'c', join(COMPAT, 'bits.h')], { encoding: 'utf8' });
  expect(preprocess('-m64').status).toBe(0);
  const refused = preprocess('-m32');
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('rtprobe needs a 64-bit kernel');
});

describe('the compiler of a kernel', () => {
  let tree: string;

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'rtprobe-llvm-'));
    mkdirSync(join(tree, 'include/config'), { recursive: true });
    mkdirSync(join(tree, 'bin'));
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  const install = (...programs: string[]): void => {
    for (const name of programs) {
      writeFileSync(join(tree, 'bin', name), '#!/bin/sh\n');
      chmodSync(join(tree, 'bin', name), 0o755);
    }
  };
  /** What make is given for a kernel with a configuration, on a machine with only the programs installed above. */
  const word = (config: string): string => {
    writeFileSync(join(tree, 'include/config/auto.conf'), config);
    execFileSync('ln', ['-s', '/usr/bin/grep', '/usr/bin/sed', join(tree, 'bin')]);
    return execFileSync('/bin/sh', [join(COMPAT, 'llvm.sh'), tree], {
      encoding: 'utf8',
      env: { PATH: join(tree, 'bin') },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  };
  const CLANG_16 = 'CONFIG_CC_IS_CLANG=y\nCONFIG_CLANG_VERSION=160006\n';

  it('is gcc, of which make is told nothing', () => {
    expect(word('CONFIG_CC_IS_GCC=y\nCONFIG_GCC_VERSION=120200\nCONFIG_CLANG_VERSION=0\n')).toBe('');
  });

  it('is clang', () => {
    install('clang', 'ld.lld');
    expect(word(CLANG_16)).toBe('LLVM=1');
  });

  it('is the clang of its version, where there are several', () => {
    install('clang', 'ld.lld', 'clang-16', 'ld.lld-16');
    expect(word(CLANG_16)).toBe('LLVM=-16');
  });
});
