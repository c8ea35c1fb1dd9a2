// Runs the command of a test run: passes its output through, and stores the end of it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { RESULT_TEXT_MAX } from '@rtprobe/protocol';

/** The end of an output that can be longer than what is stored. */
export class Tail {
  /** Bytes before those that are stored. */
  leftOut = 0;
  readonly #max: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(max = RESULT_TEXT_MAX) {
    this.#max = max;
  }

  add(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    while (this.#bytes - this.#parts[0]!.length >= this.#max) {
      const { length } = this.#parts.shift()!;
      this.#bytes -= length;
      this.leftOut += length;
    }
  }

  /** Returns whole lines, unless one is longer than the limit. */
  get text(): string {
    const all = Buffer.concat(this.#parts);
    const whole = all.subarray(Math.max(0, all.length - this.#max));
    const isCut = this.leftOut > 0 || whole.length < all.length;
    const text = whole.toString();
    const from = isCut ? text.indexOf('\n') + 1 : 0;
    this.leftOut += all.length - whole.length;
    return text.slice(from, from + this.#max);
  }
}

export interface Ended {
  exitCode?: number;
  signal?: NodeJS.Signals;
}

/** Returns the exit code of a shell for this end. */
export const exitCodeOf = ({ exitCode, signal }: Ended): number =>
  exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);

/**
 * Runs the command with this process's input and environment. Rejects if it cannot be started. A terminal sends its
 * signals to the command as well, so only others are passed on. `quiet`: its output goes to `tail` only.
 */
export async function runChild(command: readonly string[], tail: Tail, quiet = false): Promise<Ended> {
  const [program, ...words] = command;
  const child = spawn(program!, words, { stdio: ['inherit', 'pipe', 'pipe'] });
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  try {
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on('data', (part: Buffer) => {
        tail.add(part);
        // A reader that is slow slows the command down, as without this process.
        if (!quiet && !to.write(part)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    }
    return await new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal === null ? { exitCode: code ?? 0 } : { signal }));
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
