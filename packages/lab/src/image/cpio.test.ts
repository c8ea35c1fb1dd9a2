import { expect, it } from 'vitest';
import { cpio } from './cpio.ts';

/** Reads an archive: name, mode, content. */
function list(archive: Buffer): { name: string; mode: number; text: string }[] {
  const entries = [];
  for (let at = 0; ; ) {
    expect(archive.subarray(at, at + 6).toString()).toBe('070701');
    const field = (index: number): number =>
      Number.parseInt(archive.subarray(at + 6 + index * 8, at + 14 + index * 8).toString(), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const name = archive.subarray(at + 110, at + 110 + nameSize - 1).toString();
    const data = (at + 110 + nameSize + 3) & ~3;
    if (name === 'TRAILER!!!') return entries;
    entries.push({ name, mode, text: archive.subarray(data, data + size).toString() });
    at = (data + size + 3) & ~3;
  }
}

it('contains folders and files with their modes and content, each record aligned', () => {
  const archive = cpio([
    { path: 'bin', mode: 0o755 },
    { path: 'bin/x', mode: 0o755, data: Buffer.from('12345') },
    { path: 'init', mode: 0o700, data: Buffer.from('#!/bin/sh\n') },
  ]);
  expect(list(archive)).toEqual([
    { name: 'bin', mode: 0o040755, text: '' },
    { name: 'bin/x', mode: 0o100755, text: '12345' },
    { name: 'init', mode: 0o100700, text: '#!/bin/sh\n' },
  ]);
  expect(archive.length % 4).toBe(0);
});
