import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, namedFiles, sourceFiles } from './hash.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rtprobe-hash-'));
  mkdirSync(join(dir, 'src'));
  writeFileSync(join(dir, 'src/a.c'), 'int a;');
  writeFileSync(join(dir, 'Kbuild'), 'obj-m := a.o');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('sourceFiles', () => {
  it('lists sources without build products', () => {
    for (const product of ['a.ko', 'a.o', 'a.mod.c', '.a.o.cmd', 'Module.symvers']) {
      writeFileSync(join(dir, 'src', product), '');
    }
    mkdirSync(join(dir, 'build'));
    writeFileSync(join(dir, 'build/a.c'), '');
    expect(sourceFiles(dir)).toEqual(['Kbuild', 'src/a.c']);
  });
});

describe('contentHash', () => {
  it('is unchanged without changes, and changes with a word, a name or a byte', () => {
    const before = contentHash(['6.12'], namedFiles(dir));
    expect(contentHash(['6.12'], namedFiles(dir))).toBe(before);
    expect(contentHash(['6.1'], namedFiles(dir))).not.toBe(before);
    writeFileSync(join(dir, 'src/a.c'), 'int b;');
    const changed = contentHash(['6.12'], namedFiles(dir));
    expect(changed).not.toBe(before);
    writeFileSync(join(dir, 'src/b.c'), '');
    expect(contentHash(['6.12'], namedFiles(dir))).not.toBe(changed);
  });

  it('distinguishes words that would be equal when joined', () => {
    expect(contentHash(['ab', 'c'])).not.toBe(contentHash(['a', 'bc']));
  });
});
