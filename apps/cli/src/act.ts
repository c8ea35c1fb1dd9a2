import { EXIT_FAILED } from './exit.ts';
import { exitOnFaults } from './faults.ts';
import { describeError } from './report.ts';
import { exitOnSignals } from './signals.ts';

export interface ActOptions {
  /** Exit code of a failure. */
  readonly failure?: number;
  /** Cleans up after a signal; it has about two seconds. */
  readonly onSignal?: () => Promise<void>;
  /** Answers SIGHUP, which ends the command otherwise. */
  readonly onHangup?: () => Promise<void>;
  /** Signals are the matter of `work`, which passes them to a command. */
  readonly passesSignals?: boolean;
}

/**
 * Runs the work of a command and ends the process with its exit code. A failure is described on standard error.
 * Waits until buffered output is written to its pipe.
 */
export async function act(work: () => Promise<number>, options: ActOptions = {}): Promise<never> {
  const signals = options.passesSignals
    ? { ending: false }
    : exitOnSignals(options.onSignal, options.onHangup);
  exitOnFaults(options.onSignal);
  let code: number;
  try {
    code = await work();
  } catch (error) {
    if (signals.ending) return new Promise(() => {});
    console.error(describeError(error));
    code = options.failure ?? EXIT_FAILED;
  }
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((flushed) => stream.write('', flushed));
  }
  process.exit(code);
}
