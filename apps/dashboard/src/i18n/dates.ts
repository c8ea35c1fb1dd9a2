// Formats times of day and dates, given in µs since 1970, in the page's language.
import { locale } from './language.ts';

const FORMATS = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { day: '2-digit', month: 'short' },
  full: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(kind: keyof typeof FORMATS, us: number): string {
  const key = `${locale()} ${kind}`;
  let known = formats.get(key);
  if (known === undefined) {
    known = new Intl.DateTimeFormat(locale(), FORMATS[kind]);
    formats.set(key, known);
  }
  return known.format(us / 1000);
}

/** Formats a time of day, 09:39:37. */
export function clockTime(us: number): string {
  return format('clock', us);
}

/** Formats a time of day to the millisecond, 09:39:37.318. */
export function clockTimeMs(us: number): string {
  return `${format('clock', us)}.${String(Math.floor(us / 1000) % 1000).padStart(3, '0')}`;
}

/** Formats a day, 22 Nov or 11月22日. */
export function dayOf(us: number): string {
  return format('day', us);
}

/** Formats date and time of day. */
export function dateTime(us: number): string {
  return format('full', us);
}
