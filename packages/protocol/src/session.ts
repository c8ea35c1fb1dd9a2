// Roles, and the session of a browser.

/** A viewer reads. An operator also changes settings, rules, notes and the position of a replay. */
export const ROLES = ['viewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Header that a change by a browser's session carries: pages of other origins cannot set it. */
export const REQUEST_HEADER = 'x-rtprobe-request';

/** Close code of a WebSocket whose session ended. */
export const SESSION_ENDED = 4401;

/** Answer of `/api/v1/session`. */
export interface SessionInfo {
  role: Role;
  /** Unix microseconds; missing for a request over the unix socket. */
  expiresAt?: number;
}
