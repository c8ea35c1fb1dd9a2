import { EXIT_FAILED } from './exit.ts';
import { exitOnFaults } from './faults.ts';
import { describeError } from './report.ts';
import { exitOnSignals } from './signals.ts';

export interface ActOptions {
  /** Exit code of a failure. */
  readonly failure?: number;
  /** Ends things politely when a signal comes; it has about two seconds. */
  readonly onSignal?: () => Promise<void>;
}

/**
 * Runs what a command does and ends the process with its exit code; a failure is described on
 * standard error. Output still on its way to a pipe is waited for.
 */
export async function act(work: () => Promise<number>, options: ActOptions = {}): Promise<never> {
  const signals = exitOnSignals(options.onSignal);
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
