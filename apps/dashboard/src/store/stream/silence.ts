// Time since the last frame of a host, and whether its data are stale.
import type { Host } from './host.ts';

/** Data are stale without a frame for this long, or for five spans if that is longer. */
const STALE_MS = 2000;
const STALE_SPANS = 5;

/** Returns the milliseconds since the newest frame; undefined before the first. `now` is performance.now(). */
export function silence(host: Host, now: number): number | undefined {
  return host.receivedAt === undefined ? undefined : now - host.receivedAt;
}

export function isStale(host: Host, now: number): boolean {
  const ms = silence(host, now);
  if (host.info.replay?.paused === true) return false;
  return ms !== undefined && ms > Math.max(STALE_MS, (host.spanUs / 1000) * STALE_SPANS);
}
