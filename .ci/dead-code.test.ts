import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { deadCode } from './dead-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'rtprobe-dead-code-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe('the check for dead code', () => {
  it('names an unused export and an unused file, and nothing that is used', () => {
    write({
      'package.json': '{ "name": "root", "workspaces": ["packages/*"] }',
      'packages/one/package.json': '{ "name": "one", "type": "module", "main": "./src/index.ts" }',
      'packages/one/src/index.ts': "import { used } from './part.ts';\nconsole.log(used);\n",
      'packages/one/src/part.ts': 'export const used = 1;\nexport const unused = 2;\n',
      'packages/one/src/forgotten.ts': 'export const alone = 3;\n',
    });
    expect(deadCode(folder, ['--no-config-hints']).sort()).toEqual([
      'packages/one/src/part.ts: unused export unused',
      'unused file: packages/one/src/forgotten.ts',
    ]);
  });
});
