import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { root } from './fail.mjs';

/** The environment of programs that run on the pinned Node. Node keeps compiled scripts in .cache/node. */
export function nodeEnvironment(node) {
  return {
    NODE_COMPILE_CACHE: join(root, '.cache/node'),
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH}`,
  };
}

/**
 * Runs the real thing in this one's place: its standard streams, its exit code. A Ctrl-C reaches it from the
 * terminal by itself; other signals are passed on. This process only waits.
 */
export function runReal(node, command) {
  const child = spawn(node, command, {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
    env: nodeEnvironment(node),
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
