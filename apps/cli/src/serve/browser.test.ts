import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeLeadingPage } from './browser.ts';

it('the browser opens a file that only its owner can read, so that no argument contains the code', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rtprobe-open-'));
  const file = writeLeadingPage('http://127.0.0.1:9154/#code=abc-_1', dir);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(file).not.toContain('abc');
  expect(readFileSync(file, 'utf8')).toContain('url=http://127.0.0.1:9154/#code=abc-_1"');
  rmSync(dir, { recursive: true });
});
