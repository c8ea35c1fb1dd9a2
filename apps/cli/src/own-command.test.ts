import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { ownCommand, ownProgram } from './own-command.ts';

function folderWith(program: string, name = 'bin'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'rtprobe-path-')), name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, program), '');
  return folder;
}

it('names the command that works where it was started', () => {
  const npx = folderWith('npx');
  expect(ownCommand([npx, folderWith('rtprobe')].join(delimiter))).toBe('rtprobe');
  expect(ownCommand([folderWith('rtprobe', 'node_modules/.bin'), npx].join(delimiter))).toBe('npx rtprobe');
  expect(ownCommand('')).toMatch(/^\/.*node.* \/.*\/src\/main\.ts$/);
});

it('starts in a service by absolute paths', () => {
  const folder = folderWith('rtprobe');
  expect(ownProgram(['relative', folder].join(delimiter))).toEqual([join(folder, 'rtprobe')]);
  const [node, script] = ownProgram(folderWith('rtprobe', 'node_modules/.bin'));
  expect(node).toBe(process.execPath);
  expect(script).toMatch(/^\/.*\/src\/main\.ts$/);
});
