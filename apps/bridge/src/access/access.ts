// Decides who has a session.
import type { Role } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { LoginCodes } from './codes.ts';
import { KeyFile, MemoryKey } from './key.ts';
import { RateLimits } from './limits.ts';
import { PrivateFileError } from './private-file.ts';
import { RevokedSessions } from './revoked.ts';
import { BROWSER_SESSION_MS, type Issued, type Session, Sessions, TOKEN_DEFAULT_MS } from './sessions.ts';

export class Access {
  readonly sessions: Sessions;
  readonly codes = new LoginCodes();
  readonly limits = new RateLimits();
  readonly #log: Log;
  readonly #ended = new Set<() => void>();
  #keyFault: string | undefined;

  private constructor(sessions: Sessions, log: Log) {
    this.sessions = sessions;
    this.#log = log;
  }

  /** Opens the access control. Without a file, sessions end with the process. Throws E_KEY_FILE. */
  static open(keyFile: string | undefined, log: Log, now?: () => number): Access {
    const key = keyFile === undefined ? new MemoryKey() : new KeyFile(keyFile);
    const revokedFile = keyFile && `${keyFile}.revoked`;
    try {
      return new Access(new Sessions(key, new RevokedSessions(revokedFile, log), now), log);
    } catch (error) {
      if (!(error instanceof PrivateFileError)) throw error;
      throw new BridgeError('E_KEY_FILE', error.what, error.todo, revokedFile);
    }
  }

  /** Returns undefined if the text is not a valid session, and for every text while the key cannot be read. */
  verify(kind: 'browser' | 'token', text: string): Session | undefined {
    return this.#withKey(() => this.sessions.verify(kind, text), undefined);
  }

  isValid(session: Session): boolean {
    return this.#withKey(() => this.sessions.isValid(session), false);
  }

  renew(session: Session): Issued | undefined {
    return this.#withKey(() => this.sessions.renew(session), undefined);
  }

  #withKey<T>(work: () => T, otherwise: T): T {
    try {
      const result = work();
      this.#keyFault = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code !== 'E_KEY_FILE') throw error;
      if (error.message !== this.#keyFault) {
        this.#log.error({ code: error.code, why: error.message }, 'no session is valid without the key');
      }
      this.#keyFault = error.message;
      return otherwise;
    }
  }

  /** Exchanges a code for a browser's session. Throws E_CODE, or E_RATE_LIMIT after many wrong codes. */
  exchange(code: string): Issued {
    // A correct code is accepted even if others send wrong ones.
    const role = this.codes.take(code);
    if (role !== undefined) return this.sessions.issue('browser', role, BROWSER_SESSION_MS);
    this.limits.takeStranger();
    const why = 'the code is wrong, was used before, or is older than a minute';
    throw new BridgeError('E_CODE', why, 'print a new one');
  }

  /** Returns a browser's session with the role of a token. It expires no later than the token. */
  derive(token: Session): Issued {
    return this.sessions.issue('browser', token.role, BROWSER_SESSION_MS, token.expiresAt);
  }

  createToken(role: Role, lifetimeMs = TOKEN_DEFAULT_MS): Issued {
    return this.sessions.issue('token', role, lifetimeMs);
  }

  end(session: Session): void {
    this.sessions.revoke(session);
    for (const heard of this.#ended) heard();
  }

  /** Renews the key: all sessions, tokens and codes become invalid. */
  endAll(): void {
    this.sessions.revokeAll();
    this.codes.clear();
    this.#log.warn({}, 'the key was renewed: all sessions ended');
    for (const heard of this.#ended) heard();
  }

  /** Registers a callback for sessions that ended before their expiry. Returns the function that removes it. */
  onEnded(heard: () => void): () => void {
    this.#ended.add(heard);
    return () => void this.#ended.delete(heard);
  }
}
