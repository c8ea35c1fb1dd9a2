// Delay before the next attempt to connect: doubled each time, limited, and random, so that many screens do not
// reconnect in the same millisecond. Attempts never end.

export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_MAX_MS = 8000;

/** Returns the delay. Attempt 0 is the first after a disconnect; `random` is from 0 to below 1. */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return ceiling / 2 + (ceiling / 2) * random;
}
