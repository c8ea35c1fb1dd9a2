// Applies the recipe "Adding a measure" of CONTRIBUTING.md to a copy of the repository: it must be complete, and the
// new measure must count in a guest.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheRoot } from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const YAML = 'kmod/uapi/rtprobe.yaml';
const ENUM_AFTER_MEASURE = '    render-max: true\n\n  - type: enum\n    name: softirq\n';

let copy: string;

function run(command: string, ...args: string[]) {
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  // Uses the lab's cache of the repository, so that kernels and guests are not made again.
  const env = { ...process.env, PATH: path, RTPROBE_CACHE: dirname(cacheRoot()) };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Copies the files that git tracks; the copy's packages find each other, and other packages through links. */
function copyRepository(): void {
  for (const file of run('git', '-C', root, 'ls-files', '-z', '--cached').output.split('\0').filter(Boolean))
    cpSync(join(root, file), join(copy, file), { recursive: true });
  mkdirSync(join(copy, 'node_modules/@rtprobe'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@rtprobe') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  for (const group of ['apps', 'packages'])
    for (const name of readdirSync(join(copy, group)))
      symlinkSync(join(copy, group, name), join(copy, 'node_modules/@rtprobe', name));
}

/** Returns the blocks of the recipe: the purpose of each, and its text without the list's indentation. */
function recipe(): Map<string, string> {
  const text = readFileSync(join(copy, 'CONTRIBUTING.md'), 'utf8');
  const blocks = text.matchAll(/^ {3}```\w+ (\S+)\n(.*?)^ {3}```$/gms);
  return new Map(Array.from(blocks, ([, place, body]) => [place!, body!.replace(/^ {3}/gm, '')]));
}

/** Applies the recipe; returns the files that a person writes or edits. */
function applyRecipe(): string[] {
  const files: string[] = [];
  for (const [place, body] of recipe()) {
    const file = place === 'measure' ? YAML : place;
    const yaml = readFileSync(join(copy, YAML), 'utf8');
    const entry = body.replace(/^/gm, '   ').trimEnd();
    const written =
      place === 'measure' ? yaml.replace(ENUM_AFTER_MEASURE, `${entry}\n${ENUM_AFTER_MEASURE}`) : body;
    writeFileSync(join(copy, file), written);
    files.push(file);
  }
  return files;
}

describe('a measure added as CONTRIBUTING.md says', () => {
  let written: string[];

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'rtprobe-measure-'));
    copyRepository();
    run('git', 'init', '--quiet');
    run('git', 'add', '--all');
    written = applyRecipe();
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('takes three files', () => {
    expect(written).toEqual([YAML, 'kmod/src/hooks/exec_gap.c', 'kmod/tests/exec-gap.sh']);
  });

  it('has everything else generated', () => {
    const { status, output } = run('node', 'packages/abi/gen/generate.ts');
    expect(status, output).toBe(0);
    const changed = run('git', 'ls-files', '--modified', '--others', '--exclude-standard')
      .output.trim()
      .split('\n');
    console.log(
      `a new measure: ${written.length} files by hand, ${changed.length - written.length} generated`,
    );
    expect(changed).toEqual(expect.arrayContaining(written));
    expect(readFileSync(join(copy, 'packages/protocol/src/generated.ts'), 'utf8')).toContain(
      "name: 'exec_gap'",
    );
  });

  it('keeps types and unit tests of its readers intact', () => {
    for (const folder of ['packages/protocol', 'packages/trace', 'apps/bridge', 'apps/dashboard']) {
      const { status, output } = run('tsc', '-p', folder);
      expect(status, output).toBe(0);
    }
    const readers = [
      'packages/abi',
      'packages/protocol',
      'packages/trace',
      'apps/bridge/src/explain',
      'apps/dashboard/src',
    ];
    const { status, output } = run('vitest', 'run', '--project', 'unit', ...readers);
    expect(status, output).toBe(0);
  });

  it('keeps the rooms of the module', () => {
    const { status, output } = run('node', '.ci/rooms.ts', '--check');
    expect(status, output).toBe(0);
  });

  it('counts in a guest', () => {
    const only = ['--kernel', '6.12-rt', '--only', 'exec-gap.sh'];
    const { status, output } = run('node', 'packages/lab/tests/matrix.ts', ...only);
    expect(output).toContain('exec-gap.sh: 5 passed, 0 failed');
    expect(status, output).toBe(0);
  });
});
