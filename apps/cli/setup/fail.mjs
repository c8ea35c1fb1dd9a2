import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** A step that cannot be done; says what to do. Codes: E_NOT_DEBIAN, E_NO_ROOT, E_APT, E_NPM, E_NODE, E_DASHBOARD, E_GUEST. */
export class SetupError extends Error {
  constructor(code, message, remedy) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

export function fail(exitCode, code, message, remedy) {
  console.error(`rtprobe set-up: ${code}: ${message}${remedy ? `\n  → ${remedy}` : ''}`);
  process.exit(exitCode);
}

/** Prints what is being done on standard error: standard output belongs to the command that follows. */
export function say(text) {
  // A step that runs beside this one may have an unfinished line on the terminal.
  console.error(`${process.stderr.isTTY ? '\r\x1b[K' : ''}rtprobe set-up: ${text}`);
}

/** Prints that something starts. The result prints that it is done, and how long it took. */
export function saySpan(start, end) {
  const began = Date.now();
  say(start);
  return () => say(`${end} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
}
