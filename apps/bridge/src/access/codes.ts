// One-use codes that a browser exchanges for a session: they can appear in an address, because they are worth nothing
// after a minute or after their first use.
import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '@rtprobe/protocol';

export const CODE_MS = 60_000;
const CODE_BYTES = 20;
/** Only a local operator can ask for codes; the oldest goes when there are more. */
const CODES_MAX = 64;

const digest = (code: string): string => createHash('sha256').update(code).digest('base64');

export class LoginCodes {
  /** By digest, so that the time a look-up takes says nothing about the code. */
  readonly #codes = new Map<string, { role: Role; expiresAt: number }>();
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  create(role: Role): string {
    const code = randomBytes(CODE_BYTES).toString('base64url');
    if (this.#codes.size >= CODES_MAX) this.#codes.delete(this.#codes.keys().next().value!);
    this.#codes.set(digest(code), { role, expiresAt: this.#now() + CODE_MS });
    return code;
  }

  /** Uses a code up. Returns undefined if it is wrong, expired or was used before. */
  take(code: string): Role | undefined {
    const key = digest(code);
    const found = this.#codes.get(key);
    this.#codes.delete(key);
    return found && found.expiresAt > this.#now() ? found.role : undefined;
  }

  clear(): void {
    this.#codes.clear();
  }
}
