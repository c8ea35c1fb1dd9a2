import { EXIT_FAILED } from './exit.ts';
import { describeError } from './report.ts';
import { exitOnSignals } from './signals.ts';

/**
 * Runs what a command does and ends the process with its exit code; a failure is described on
 * standard error. Output still on its way to a pipe is waited for.
 */
export async function act(work: () => Promise<number>, { failure = EXIT_FAILED } = {}): Promise<never> {
  exitOnSignals();
  let code: number;
  try {
    code = await work();
  } catch (error) {
    console.error(describeError(error));
    code = failure;
  }
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((flushed) => stream.write('', flushed));
  }
  process.exit(code);
}
