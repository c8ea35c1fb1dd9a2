// Tests the state of a host while the wall clock of the bridge is set.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LivenessTracker } from './liveness.ts';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 100;

let tracker: LivenessTracker;
const gaps: string[] = [];
beforeEach(() => {
  // Sets Date and performance.now: the wall clock can be set, the steady clock only advances.
  vi.useFakeTimers({ now: 1_764_000_000_000, toFake: ['Date', 'performance'] });
  gaps.length = 0;
  tracker = new LivenessTracker(false, {
    changed: () => {},
    gap: (_from, _to, reason) => gaps.push(reason),
    lastDataAt: () => 5,
  });
});
afterEach(() => vi.useRealTimers());

const setClock = (ms: number) => vi.setSystemTime(Date.now() + ms);
const ageMs = () => Date.now() - tracker.since / 1000;

it.each([
  ['forward', DAY_MS],
  ['back', -DAY_MS],
])('lasts as long as before when the clock is set %s by a day', (_where, ms) => {
  vi.advanceTimersByTime(30_000);
  expect(ageMs()).toBe(30_000);
  setClock(ms);
  expect(ageMs()).toBe(30_000);
  vi.advanceTimersByTime(10_000);
  expect(ageMs()).toBe(40_000);
  // The begin of the next state is of the new clock.
  tracker.dataArrived();
  expect(tracker.since).toBe(Date.now() * 1000);
});

it('keeps its begin exactly when the clock is only adjusted', () => {
  const { since } = tracker;
  setClock(1500);
  expect(tracker.since).toBe(since);
});

it.each([
  ['forward', DAY_MS],
  ['back', -DAY_MS],
])('is stale after time without data, not because the clock is set %s', (_where, ms) => {
  tracker.dataArrived();
  setClock(ms);
  tracker.check(INTERVAL_MS);
  expect(tracker.state).toBe('live');
  expect(gaps).toEqual([]);
  vi.advanceTimersByTime(2 * INTERVAL_MS + 1001);
  tracker.check(INTERVAL_MS);
  expect(tracker.state).toBe('stale');
});
