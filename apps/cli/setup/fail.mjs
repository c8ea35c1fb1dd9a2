import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** A step that cannot be done; says what to do. Codes: E_NOT_DEBIAN, E_NO_ROOT, E_APT, E_NPM, E_NODE, E_DASHBOARD. */
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

/** Says what is being done, on standard error: standard output belongs to the real thing. */
export function say(text) {
  console.error(`rtprobe set-up: ${text}`);
}
