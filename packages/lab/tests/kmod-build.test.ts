import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describe('probes of a kernel', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprobe-probes-'));
    for (const name of ['baseline.c', 'present.c', 'absent.c', 'exports']) writeFileSync(join(dir, name), '');
    writeFileSync(join(dir, 'Module.symvers'), '');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** Runs the probes with a compiler that fails on absent.c with the text. */
  const probe = (text: string) => {
    const compiler = join(dir, 'compiler');
    const says = `case $* in *absent.c*) echo '${text}' >&2; exit 1 ;; esac`;
    writeFileSync(compiler, `#!/bin/sh\n${says}\n`);
    chmodSync(compiler, 0o755);
    const header = join(dir, 'probes.h');
    const words = [join(COMPAT, 'probe.sh'), dir, join(dir, 'Module.symvers'), header, compiler];
    const { status, stderr } = spawnSync('/bin/sh', words, { encoding: 'utf8' });
    return { status, stderr, header: status === 0 ? readFileSync(header, 'utf8') : '' };
  };

  it('are absent if they have an error', () => {
    for (const text of [
      'absent.c:3:5: error: no member',
      'absent.c:1:10: fatal error: linux/x.h: No such file',
    ]) {
      const { status, header } = probe(text);
      expect(status).toBe(0);
      expect(header).toContain('#define RTPROBE_HAVE_PRESENT 1\n');
      expect(header).not.toContain('ABSENT');
    }
  });

  it('end the build if the compiler failed otherwise, which says nothing about the kernel', () => {
    for (const text of [
      'gcc: fatal error: Killed signal terminated program cc1',
      'cc1: error: unrecognized option',
      '',
    ])
      expect(probe(text)).toMatchObject({ status: 1, stderr: expect.stringContaining('probes/absent.c') });
  });
});
