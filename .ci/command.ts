import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Counts {
  passed: number;
  failed: number;
}

/** Runs a command of node_modules/.bin or the machine in the project's root, output shown; returns its code. */
export function runCommand(command: string[], env: Record<string, string> = {}, cwd = root): number {
  const [program, ...args] = command;
  const result = spawnSync(program!, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, ...env },
  });
  if (result.error) {
    console.error(`${program}: ${result.error.message}`);
    return 127;
  }
  return result.status ?? 128;
}
