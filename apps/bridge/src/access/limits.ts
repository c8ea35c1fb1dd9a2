// Limits the rate of requests. Each session has its own limits: a script that sends without pause blocks only itself,
// and a client without a session blocks no session.
import { BridgeError } from '../base/errors.ts';
import type { Session } from './sessions.ts';
import { TokenBucket } from './token-bucket.ts';

export const SESSION_LIMITS = {
  request: { perSecond: 20, burst: 1200 },
  change: { perSecond: 2, burst: 120 },
  upgrade: { perSecond: 2, burst: 100 },
} as const;
export type Limited = keyof typeof SESSION_LIMITS;

/** Limit for all requests without a session together. Above it they are refused without further checks. */
export const STRANGER_LIMIT = { perSecond: 50, burst: 300 } as const;
/** Maximum sessions that are counted; above it the least recently used one starts with a full bucket. */
const SESSIONS_MAX = 1024;

export class RateLimits {
  readonly #sessions = new Map<string, Record<Limited, TokenBucket>>();
  readonly #strangers = new TokenBucket(STRANGER_LIMIT.perSecond, STRANGER_LIMIT.burst);

  /** Throws E_RATE_LIMIT. */
  take(session: Session, what: Limited): void {
    if (session.kind === 'local' || this.#bucketsOf(session.id)[what].take()) return;
    const { perSecond } = SESSION_LIMITS[what];
    throw new BridgeError(
      'E_RATE_LIMIT',
      `this session sent too many requests (${what})`,
      `wait, then send at most ${perSecond} a second`,
    );
  }

  /** Counts a request without a session. Throws E_RATE_LIMIT. */
  takeStranger(): void {
    if (this.#strangers.take()) return;
    throw new BridgeError(
      'E_RATE_LIMIT',
      'too many requests without a session',
      'log in, or wait a few seconds',
    );
  }

  #bucketsOf(id: string): Record<Limited, TokenBucket> {
    const found = this.#sessions.get(id);
    this.#sessions.delete(id);
    const buckets = found ?? {
      request: new TokenBucket(SESSION_LIMITS.request.perSecond, SESSION_LIMITS.request.burst),
      change: new TokenBucket(SESSION_LIMITS.change.perSecond, SESSION_LIMITS.change.burst),
      upgrade: new TokenBucket(SESSION_LIMITS.upgrade.perSecond, SESSION_LIMITS.upgrade.burst),
    };
    if (this.#sessions.size >= SESSIONS_MAX) this.#sessions.delete(this.#sessions.keys().next().value!);
    this.#sessions.set(id, buckets);
    return buckets;
  }
}
