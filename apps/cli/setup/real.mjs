import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

/**
 * Runs the real thing in this one's place: its standard streams, its exit code. A Ctrl-C reaches it from the
 * terminal by itself; other signals are passed on. This process only waits.
 */
export function runReal(node, command) {
  const child = spawn(node, command, {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
