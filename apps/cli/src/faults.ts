import { EXIT_FAILED } from './exit.ts';
import { describeError } from './report.ts';

/** Maximum time for closing what is open. */
const GRACE_MS = 2500;

/**
 * Exits with a failure on an uncaught error, after which the state is undefined. `close` first writes out what is in
 * memory, so that stored data stay complete.
 */
export function exitOnFaults(close: () => Promise<void> = async () => {}, graceMs = GRACE_MS): void {
  let ending = false;
  const end = (kind: string) => (error: unknown) => {
    console.error(`rtprobe: E_FAULT: ${kind}: ${describeError(error)}`);
    console.error('  → this is a bug: please report the lines above');
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(EXIT_FAILED), graceMs).unref();
    close()
      .catch((closing: unknown) => console.error(`rtprobe: while closing: ${describeError(closing)}`))
      .finally(() => process.exit(EXIT_FAILED));
  };
  process.on('uncaughtException', end('an error was not handled'));
  process.on('unhandledRejection', end('a failed operation was not handled'));
}
