// Times at which messages wait.
import type { AlertKind } from './alert.ts';
import { dayNames, type QuietHours } from './config.ts';

const DAY_MINUTES = 1440;

/** Returns whether a message of this kind waits at a time, by the clock of the bridge. */
export function isQuiet(all: readonly QuietHours[], kind: AlertKind, at: Date): boolean {
  return all.some((hours) => !hours.except.some((one) => one === kind) && contains(hours, at));
}

/** Hours that end before they begin end on the next day; the days are those on which they begin. */
function contains({ days, from, to }: QuietHours, at: Date): boolean {
  const minute = at.getHours() * 60 + at.getMinutes();
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const since = (minute - from + DAY_MINUTES) % DAY_MINUTES;
  const beganYesterday = minute < from;
  const day = dayNames[(at.getDay() + (beganYesterday ? 6 : 0)) % 7]!;
  return since < length && days.includes(day);
}
