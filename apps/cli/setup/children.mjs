// Programs that the set-up runs side by side. Those that can be interrupted end with the set-up.
import { spawn } from 'node:child_process';
import { root } from './fail.mjs';

/** Of a program's output only this much of the end is kept, in UTF-16 units. */
const OUTPUT_TAIL = 64 * 1024;
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

const running = new Set();
/** While programs run: what ends them, by signal. */
let handlers = [];

/**
 * Ends what runs before this process ends. A Ctrl-C at the terminal has reached the programs already; another signal
 * has not.
 */
function forwardSignals() {
  if (handlers.length > 0) return;
  handlers = Object.entries(CODES).map(([signal, code]) => {
    const end = () => {
      for (const child of running) if (child.interruptible) child.process.kill('SIGTERM');
      const exit = () => process.exit(code);
      // apt-get finishes what dpkg has begun: a package that is half configured needs repair by hand.
      const waiting = [...running].map((child) => new Promise((ended) => child.process.once('close', ended)));
      Promise.all(waiting).then(exit);
    };
    process.once(signal, end);
    return [signal, end];
  });
}

/** Signals are the business of whoever runs next: the real thing ends by them in its own time. */
function leaveSignals() {
  for (const [signal, end] of handlers) process.off(signal, end);
  handlers = [];
}

/**
 * Runs a program to its end in the root of the checkout. Its output is kept unless `shown`; then it goes to standard
 * error, because standard output belongs to the command.
 *
 * @param options.interruptible false: a signal waits for the program's own end
 * @param options.started called with the child process
 * @returns {Promise<{ok: boolean, output: string}>} ok: it ran and ended with 0
 */
export function runChild(
  argv,
  { env = {}, shown = false, stdin = 'ignore', interruptible = true, started } = {},
) {
  forwardSignals();
  return new Promise((resolve) => {
    const [program, ...args] = argv;
    const stdio = shown ? [stdin, 2, 2] : [stdin, 'pipe', 'pipe'];
    const child = {
      process: spawn(program, args, { cwd: root, stdio, env: { ...process.env, ...env } }),
      interruptible,
    };
    running.add(child);
    let output = '';
    const end = (ok, last = '') => {
      running.delete(child);
      // After a signal this process ends when everything has.
      setImmediate(() => running.size === 0 && leaveSignals());
      resolve({ ok, output: output + last });
    };
    for (const stream of [child.process.stdout, child.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-OUTPUT_TAIL);
      });
    }
    child.process.on('error', (error) => end(false, error.message));
    child.process.on('close', (code) => end(code === 0));
    started?.(child.process);
  });
}

/**
 * Waits for all steps, so that a failure of one does not cut off another, then throws the first failure.
 */
export async function sideBySide(steps) {
  const results = await Promise.allSettled(steps);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}
