// Where the time axis has its marks, and what stands there.
import { span } from '@rtprobe/metrics';

const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Seconds between two marks so that about `wanted` fit. */
export function timeStep(seconds: number, wanted: number): number {
  return STEPS.find((step) => seconds / step <= wanted) ?? STEPS.at(-1)!;
}

/** "−10 min": how long before the right edge. */
export function agoLabel(seconds: number): string {
  return seconds === 0 ? 'now' : `−${span(seconds)}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });

/** Time of day, 09:39:37. */
export function clockTime(us: number): string {
  return clock.format(us / 1000);
}

/** Time of day to the millisecond, 09:39:37.318. */
export function clockTimeMs(us: number): string {
  return `${clock.format(us / 1000)}.${String(Math.floor(us / 1000) % 1000).padStart(3, '0')}`;
}

/** 22 Nov. */
export function dayOf(us: number): string {
  return day.format(us / 1000);
}
