// One-use codes that a browser exchanges for a session. They may appear in an address, because they expire after a
// minute or the first use.
import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '@rtprobe/protocol';

export const CODE_MS = 60_000;
const CODE_BYTES = 20;
/** Maximum number of codes; the oldest is dropped. Only a local operator can request codes. */
const CODES_MAX = 64;

const digest = (code: string): string => createHash('sha256').update(code).digest('base64');

export class LoginCodes {
  /** Stored by digest, so that the time of a look-up reveals nothing about the code. */
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

  /** Removes a code and returns its role. Returns undefined if it is wrong, expired or was used before. */
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
