// Sessions that ended before their expiry. A session is valid by its signature and stored nowhere, so a logged-out one
// must be remembered until it would have expired.
import type { Log } from '../base/log.ts';
import { readPrivate, replacePrivate } from './private-file.ts';

export const REVOKED_MAX = 4096;
const FILE_MAX = REVOKED_MAX * 48;

export class RevokedSessions {
  /** Expiry in Unix ms by id. */
  readonly #ids = new Map<string, number>();
  readonly #path: string | undefined;
  readonly #log: Log;

  /** Throws a PrivateFileError when the file is not safe. */
  constructor(path: string | undefined, log: Log) {
    this.#path = path;
    this.#log = log;
    const text = path === undefined ? undefined : readPrivate(path, FILE_MAX)?.text;
    for (const [, id, expires] of (text ?? '').matchAll(/^([\w-]{22}) (\d{1,15})$/gm)) {
      if (this.#ids.size < REVOKED_MAX) this.#ids.set(id!, Number(expires));
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds a session. Only its owner can end it, so clients without a session cannot fill the list. */
  add(id: string, expiresAt: number, now: number): void {
    for (const [other, expires] of this.#ids) if (expires <= now) this.#ids.delete(other);
    if (this.#ids.size >= REVOKED_MAX) {
      // Drops the one that would expire first.
      const [first] = [...this.#ids].sort((a, b) => a[1] - b[1])[0]!;
      this.#ids.delete(first);
    }
    this.#ids.set(id, expiresAt);
    this.#store();
  }

  /** Clears the list after the key was renewed: no older session is valid. */
  clear(): void {
    this.#ids.clear();
    this.#store();
  }

  #store(): void {
    if (this.#path === undefined) return;
    try {
      replacePrivate(this.#path, [...this.#ids].map(([id, expires]) => `${id} ${expires}\n`).join(''));
    } catch (error) {
      const what = 'ended sessions cannot be stored; they stay refused until this bridge stops';
      this.#log.error({ file: this.#path, error: String(error) }, what);
    }
  }
}
