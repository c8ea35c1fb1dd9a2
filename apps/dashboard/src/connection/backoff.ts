// How long to wait before the next attempt to connect: doubling, capped, and drawn at random so that the screens
// of a whole control room do not come back in the same millisecond. There is no last attempt.

export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_MAX_MS = 8000;

/** Attempt 0 is the first after a loss; `random` from 0 up to 1. */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return ceiling / 2 + (ceiling / 2) * random;
}
