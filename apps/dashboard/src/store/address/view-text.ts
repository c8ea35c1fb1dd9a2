// Formats the view as an address, and parses it.
import { parseDuration } from '@rtprobe/metrics';
import { isLanguage } from '../../i18n/language.ts';
import { isMeasure } from '../../i18n/measures.ts';
import { formatPins, parsePins } from './pin.ts';
import { formatPath, parsePath } from './route.ts';
import {
  defaultView,
  RANGE_MIN_US,
  SORTS,
  type Sort,
  TABS,
  type Tab,
  THEMES,
  type ThemeName,
  type View,
  WINDOWS,
  type WindowSeconds,
} from './view.ts';

/** Limits in seconds of the time that a kiosk shows a page. */
const ROTATE_MIN = 5;
const ROTATE_MAX = 3600;
const RANGE_MAX_US = 400 * 86_400e6;

/** Parses "250us" to ns; returns undefined for any other text. */
export function parseBudget(text: string): number | undefined {
  const ns = parseDuration(text);
  return ns !== undefined && ns >= 1 && ns <= 60e9 ? Math.round(ns) : undefined;
}

function budgetText(ns: number): string {
  return ns % 1e3 === 0 ? `${ns / 1e3}us` : `${ns}ns`;
}

/** Parses path and query. Invalid words are listed in `refused` and change nothing. */
export function parseView(address: string): { view: View; refused: string[] } {
  const [path = '', search = ''] = address.split('?', 2);
  const route = parsePath(path);
  let view: View = { ...defaultView, route: route ?? defaultView.route };
  const refused: string[] = route === undefined ? [path.slice(0, 64)] : [];
  for (const [key, value] of new URLSearchParams(search)) {
    const change = Object.hasOwn(readers, key) ? readers[key]!(value) : undefined;
    if (change === undefined) refused.push(`${key}=${value}`.slice(0, 64));
    else view = { ...view, ...change };
  }
  return { view, refused };
}

const isWindow = (n: number): n is WindowSeconds => (WINDOWS as readonly number[]).includes(n);
const isSort = (s: string | undefined): s is Sort => (SORTS as readonly (string | undefined)[]).includes(s);
const isTheme = (s: string): s is ThemeName => (THEMES as readonly string[]).includes(s);
const isTab = (s: string): s is Tab => (TABS as readonly string[]).includes(s);
const shortText = (value: string) => value.length <= 64;

/** Whether a text is a list of CPUs such as "1,4-5". */
export const isCpuList = (text: string): boolean =>
  shortText(text) && /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(text);

function readSort(value: string): Partial<View> | undefined {
  const [sort, order] = value.split('.');
  if (!isSort(sort) || (order !== 'asc' && order !== 'desc')) return undefined;
  return { sort, descending: order === 'desc' };
}

function readWindow(value: string): Partial<View> | undefined {
  const seconds = Number(value);
  return isWindow(seconds) ? { window: seconds } : undefined;
}

function readRotate(value: string): Partial<View> | undefined {
  const seconds = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  return seconds >= ROTATE_MIN && seconds <= ROTATE_MAX ? { rotate: seconds } : undefined;
}

/** Parses a range "FROM-TO" in ms since 1970. */
function readRange(value: string): Partial<View> | undefined {
  const match = /^(\d{1,14})-(\d{1,14})$/.exec(value);
  if (match === null) return undefined;
  const range = { from: Number(match[1]) * 1e3, to: Number(match[2]) * 1e3 };
  const us = range.to - range.from;
  return us >= RANGE_MIN_US && us <= RANGE_MAX_US ? { range } : undefined;
}

function readBudget(value: string): Partial<View> | undefined {
  const budget = parseBudget(value);
  return budget === undefined ? undefined : { budget };
}

function readPins(value: string): Partial<View> | undefined {
  const pins = parsePins(value);
  return pins === undefined ? undefined : { pins };
}

/** The words of a query string: each returns its change, or undefined if its value is not valid. */
const readers: Readonly<Record<string, (value: string) => Partial<View> | undefined>> = {
  host: (value) => (shortText(value) ? { host: value } : undefined),
  measure: (value) => (isMeasure(value) ? { measure: value } : undefined),
  name: (value) => (shortText(value) ? { name: value } : undefined),
  cpu: (value) => (/^\d{1,5}$/.test(value) ? { cpu: Number(value) } : undefined),
  cpus: (value) => (isCpuList(value) ? { cpus: value } : undefined),
  window: readWindow,
  range: readRange,
  theme: (value) => (isTheme(value) ? { theme: value } : undefined),
  lang: (value) => (isLanguage(value) ? { lang: value } : undefined),
  budget: readBudget,
  spike: (value) => (shortText(value) ? { spike: value } : undefined),
  scale: (value) => (value === 'log' ? { logLog: true } : undefined),
  tables: (value) => (value === '1' ? { tables: true } : undefined),
  tab: (value) => (isTab(value) ? { tab: value } : undefined),
  run: (value) => (/^\d{1,15}$/.test(value) ? { run: Number(value) } : undefined),
  against: (value) => (/^\d{1,15}$/.test(value) ? { against: Number(value) } : undefined),
  q: (value) => (shortText(value) ? { filter: value } : undefined),
  sort: readSort,
  pin: readPins,
  quiet: (value) => (value === '1' ? { quiet: true } : undefined),
  kiosk: (value) => (value === '1' ? { kiosk: true } : undefined),
  rotate: readRotate,
};

/**
 * Formats path and query. Only differences from the default are written, so that a default page has a short address.
 */
export function formatView(view: View): string {
  const words = new URLSearchParams();
  if (view.host !== '') words.set('host', view.host);
  if (view.measure !== undefined) words.set('measure', view.measure);
  if (view.name !== undefined) words.set('name', view.name);
  if (view.cpu >= 0) words.set('cpu', String(view.cpu));
  if (view.cpus !== '') words.set('cpus', view.cpus);
  if (view.window !== undefined) words.set('window', String(view.window));
  if (view.range !== undefined)
    words.set('range', `${Math.floor(view.range.from / 1e3)}-${Math.ceil(view.range.to / 1e3)}`);
  if (view.theme !== undefined) words.set('theme', view.theme);
  if (view.lang !== undefined) words.set('lang', view.lang);
  if (view.budget !== undefined) words.set('budget', budgetText(view.budget));
  if (view.spike !== undefined) words.set('spike', view.spike);
  if (view.logLog) words.set('scale', 'log');
  if (view.tables) words.set('tables', '1');
  if (view.tab !== undefined) words.set('tab', view.tab);
  if (view.run !== undefined) words.set('run', String(view.run));
  if (view.against !== undefined) words.set('against', String(view.against));
  if (view.filter !== '') words.set('q', view.filter);
  if (view.sort !== defaultView.sort || !view.descending) {
    words.set('sort', `${view.sort}.${view.descending ? 'desc' : 'asc'}`);
  }
  if (view.pins.length > 0) words.set('pin', formatPins(view.pins));
  if (view.quiet) words.set('quiet', '1');
  if (view.kiosk) words.set('kiosk', '1');
  if (view.rotate !== undefined) words.set('rotate', String(view.rotate));
  const path = formatPath(view.route);
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}
