// Checks of the source. Each is one test, which passes or names what is wrong.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { boundaryViolations } from './boundaries.ts';
import { type Counts, root, runCommand, runNamed } from './command.ts';
import { deadCode } from './dead-code.ts';
import { docsFaults } from './docs.ts';
import { roomViolations } from './rooms.ts';

/** Returns the lines that `git grep` finds for an extended expression; exit code 1 means none. */
function grep(expression: string, ...paths: string[]): string[] {
  const result = spawnSync('git', ['grep', '-nIE', expression, '--', ...paths], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status === 1) return [];
  if (result.status !== 0) throw new Error(`git grep: ${result.stderr}`);
  return result.stdout.trim().split('\n');
}

/**
 * Returns what is wrong in the shell scripts: text that no shell can parse, and variables that nothing sets. A script of
 * the guest tests that uses one would end before its checks.
 */
function shellFaults(): string[] {
  const scripts = spawnSync('git', ['grep', '-lE', '^#!/bin/(ba)?sh'], { cwd: root, encoding: 'utf8' });
  const words = [
    '-x',
    '-P',
    'SCRIPTDIR',
    '-f',
    'gcc',
    '-S',
    'warning',
    '--include=SC1072,SC1073,SC2154,SC2166',
  ];
  const { error, status, stdout, stderr } = spawnSync(
    'shellcheck',
    [...words, ...scripts.stdout.trim().split('\n')],
    { cwd: root, encoding: 'utf8' },
  );
  if (error) return [`shellcheck could not be run (${error.message}); npm test installs it`];
  return status === 0 ? [] : (stdout + stderr).trim().split('\n');
}

function report(lines: string[]): boolean {
  for (const line of lines) console.error(`  ${line}`);
  return lines.length === 0;
}

const checks: Record<string, () => boolean> = {
  'the formatter and the linter find nothing': () =>
    runCommand(['biome', 'ci', '--error-on-warnings', '--colors=off']) === 0,
  'every package type-checks': () =>
    runCommand(['turbo', 'run', 'typecheck', '--output-logs=errors-only', '--log-order=grouped']) === 0,
  'the repository scripts type-check': () => runCommand(['tsc', '-p', '.ci']) === 0,
  'generated files match the YAML': () =>
    runCommand(['node', 'packages/abi/gen/generate.ts', '--check']) === 0,
  'shell scripts can be parsed and set the variables they use': () => report(shellFaults()),
  'no file, export or dependency is unused': () => report(deadCode()),
  'imports stay within their layers': () => report(boundaryViolations()),
  'the kernel module includes downward only and names its functions once': () => report(roomViolations()),
  'kernel versions are named in kmod/compat only': () =>
    report(grep('LINUX_VERSION_CODE|KERNEL_VERSION\\(', 'kmod', ':!kmod/compat')),
  'the first screen loads no more than its budget': () =>
    runCommand(['node', 'apps/dashboard/build/size.ts']) === 0,
  'links and file names in the documentation resolve': () => report(docsFaults()),
  'no test is skipped or narrowed': () =>
    report(grep('\\b(it|test|describe)\\.(skip|only|todo|fixme)\\b', '*.ts', '*.tsx', ':!.ci')),
  'no work is left as a comment': () =>
    report(grep('\\b(TODO|FIXME|XXX)\\b', ':!.ci/checks.ts', ':!LICENSE')),
  'no merge conflict is left': () => report(grep('^(<{7}|>{7}) ')),
};

export function runChecks(): Counts {
  return runNamed(Object.entries(checks));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runChecks().failed > 0 ? 1 : 0;
