import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** As timeout(1) reports it. */
export const EXIT_TOO_LONG = 124;

export interface Counts {
  passed: number;
  failed: number;
  /** What failed, by name, each with the beginning of its message; shorter than `failed` if a runner gave no name. */
  failures: string[];
  /** What passed at its second attempt only, with the message of the first. */
  flaky: string[];
}

/**
 * Runs a command of node_modules/.bin or the machine in the project's root, with its output shown; returns its exit
 * code. Ends it by SIGTERM after `minutes`.
 */
export function runCommand(
  command: string[],
  env: Record<string, string> = {},
  { cwd = root, minutes }: { cwd?: string; minutes?: number } = {},
): number {
  const [program, ...args] = command;
  const result = spawnSync(program!, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, ...env },
    ...(minutes !== undefined && { timeout: minutes * 60_000 }),
  });
  if (result.error) {
    const tooLong = (result.error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
    console.error(
      `${command.join(' ')}: ${tooLong ? `ended after ${minutes} minutes` : result.error.message}`,
    );
    return tooLong ? EXIT_TOO_LONG : 127;
  }
  return result.status ?? 128;
}

/** Runs tests one after the other; each passes or prints what is wrong. */
export function runNamed(tests: [name: string, run: () => boolean][]): Counts {
  const counts: Counts = { passed: 0, failed: 0, failures: [], flaky: [] };
  for (const [name, run] of tests) {
    const passed = run();
    console.log(`${passed ? 'ok' : 'NOT OK'} ${name}`);
    counts[passed ? 'passed' : 'failed']++;
    if (!passed) counts.failures.push(name);
  }
  return counts;
}
