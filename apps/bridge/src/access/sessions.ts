// Signed sessions: the bearer may read, or also change, until they expire.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '@rtprobe/protocol';
import { z } from 'zod';
import type { AccessKey, SigningKey } from './key.ts';
import type { RevokedSessions } from './revoked.ts';

const DAY_MS = 86_400_000;
/** A browser's session lasts this long after its last renewal. */
export const BROWSER_SESSION_MS = 60 * DAY_MS;
/** Age after which a browser's session is renewed when it is used. */
const RENEW_AFTER_MS = DAY_MS / 4;
export const TOKEN_MIN_MS = 60_000;
export const TOKEN_MAX_MS = 366 * DAY_MS;
export const TOKEN_DEFAULT_MS = 30 * DAY_MS;
const TEXT_MAX = 512;
/** Maximum number of renewed sessions that are remembered for their open WebSockets. */
const RENEWED_MAX = 1024;

/** `browser` is in a cookie, `token` in an Authorization header; `local` is a connection of the unix socket. */
export type SessionKind = 'browser' | 'token' | 'local';

export interface Session {
  readonly id: string;
  readonly role: Role;
  readonly kind: SessionKind;
  /** Unix ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Latest expiry of a browser's session that was derived from a token. */
  readonly notAfter?: number;
  /** Id of the key that signed it. */
  readonly key: string;
}

export const LOCAL_SESSION: Session = {
  ...{
    id: 'local',
    role: 'operator',
    kind: 'local',
    issuedAt: 0,
    expiresAt: Number.POSITIVE_INFINITY,
    key: '',
  },
};

const payloadSchema = z.strictObject({
  i: z.string().regex(/^[\w-]{22}$/),
  r: z.enum(['viewer', 'operator']),
  t: z.number().int(),
  e: z.number().int(),
  n: z.number().int().optional(),
});

const macOf = (key: SigningKey, kind: SessionKind, payload: string): Buffer =>
  createHmac('sha256', key.bytes).update(`${kind}.${payload}`).digest();

export interface Issued {
  readonly text: string;
  readonly session: Session;
}

export class Sessions {
  readonly #key: AccessKey;
  readonly #revoked: RevokedSessions;
  readonly #now: () => number;
  /** Newest expiry by id. */
  readonly #renewed = new Map<string, number>();

  constructor(key: AccessKey, revoked: RevokedSessions, now = () => Date.now()) {
    this.#key = key;
    this.#revoked = revoked;
    this.#now = now;
  }

  issue(kind: 'browser' | 'token', role: Role, lifetimeMs: number, notAfter?: number): Issued {
    const issuedAt = this.#now();
    const expiresAt = Math.min(issuedAt + lifetimeMs, notAfter ?? Number.POSITIVE_INFINITY);
    const id = randomBytes(16).toString('base64url');
    return this.#sign({ id, role, kind, issuedAt, expiresAt, ...(notAfter !== undefined && { notAfter }) });
  }

  #sign(session: Omit<Session, 'key'>): Issued {
    const key = this.#key.current();
    const { id, role, kind, issuedAt, expiresAt, notAfter } = session;
    const fields = {
      i: id,
      r: role,
      t: issuedAt,
      e: expiresAt,
      ...(notAfter !== undefined && { n: notAfter }),
    };
    const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
    const mac = macOf(key, kind, payload).toString('base64url');
    return { text: `${payload}.${mac}`, session: { ...session, key: key.id } };
  }

  /** Returns undefined if the text is not a valid session of that kind. */
  verify(kind: 'browser' | 'token', text: string): Session | undefined {
    if (text.length > TEXT_MAX) return undefined;
    const [, payload, mac] = /^([\w-]+)\.([\w-]{43})$/.exec(text) ?? [];
    if (payload === undefined || mac === undefined) return undefined;
    const key = this.#key.current();
    // Checks the signature first: nothing of an unsigned text is parsed.
    if (!timingSafeEqual(macOf(key, kind, payload), Buffer.from(mac, 'base64url'))) return undefined;
    const fields = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    if (!fields.success) return undefined;
    const { i: id, r: role, t: issuedAt, e: expiresAt, n: notAfter } = fields.data;
    if (expiresAt <= this.#now() || this.#revoked.has(id)) return undefined;
    return {
      ...{ id, role, kind, issuedAt, expiresAt, key: key.id },
      ...(notAfter !== undefined && { notAfter }),
    };
  }

  /** Returns a browser's session with a later expiry if it is due for renewal; else undefined. */
  renew(session: Session): Issued | undefined {
    const now = this.#now();
    if (session.kind !== 'browser' || now - session.issuedAt < RENEW_AFTER_MS) return undefined;
    const expiresAt = Math.min(now + BROWSER_SESSION_MS, session.notAfter ?? Number.POSITIVE_INFINITY);
    if (expiresAt <= session.expiresAt) return undefined;
    this.#renewed.delete(session.id);
    if (this.#renewed.size >= RENEWED_MAX) this.#renewed.delete(this.#renewed.keys().next().value!);
    this.#renewed.set(session.id, expiresAt);
    const { key, ...fields } = session;
    return this.#sign({ ...fields, issuedAt: now, expiresAt });
  }

  /** Returns true if a session that was valid before still is, including its renewals. */
  isValid(session: Session): boolean {
    if (session.kind === 'local') return true;
    const expiresAt = Math.max(session.expiresAt, this.#renewed.get(session.id) ?? 0);
    if (expiresAt <= this.#now() || this.#revoked.has(session.id)) return false;
    return session.key === this.#key.current().id;
  }

  revoke(session: Session): void {
    if (session.kind === 'local') return;
    const lasts = session.kind === 'browser' ? BROWSER_SESSION_MS : 0;
    this.#revoked.add(session.id, Math.max(session.expiresAt, this.#now() + lasts), this.#now());
  }

  revokeAll(): void {
    this.#key.renew();
    this.#revoked.clear();
    this.#renewed.clear();
  }
}
