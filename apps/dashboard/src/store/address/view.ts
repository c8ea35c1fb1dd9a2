// What a person chose to look at. All of it lives in the URL, so that a link shows the same page, and comes back
// with the browser's own buttons.
import { parseDuration } from '@rtprobe/metrics';
import { MEASURES, type Measure, type UnixMicros } from '@rtprobe/protocol';
import { isLanguage, type Language } from '../../i18n/language.ts';
import { formatPath, parsePath, type Route } from './route.ts';

export const WINDOWS = [10, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400, 604_800] as const;
export type WindowSeconds = (typeof WINDOWS)[number];

/** Columns that tables are sorted by; each table knows some of them. */
export const SORTS = [
  'irq',
  'action',
  'max',
  'p999',
  'rate',
  'count',
  'share',
  'cpu',
  'name',
  'last',
] as const;
export type Sort = (typeof SORTS)[number];

/** contrast: words at 7 to 1 on black. */
export const THEMES = ['dark', 'light', 'contrast'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Seconds a page of a rotation stays, at least and at most. */
const ROTATE_MIN = 5;
const ROTATE_MAX = 3600;
export const TABS = ['caused', 'suffered', 'worst', 'total', 'count', 'stolen'] as const;
export type Tab = (typeof TABS)[number];

/** A stretch of time that was chosen: nothing new moves it. */
export interface Range {
  from: UnixMicros;
  to: UnixMicros;
}

/** The shortest stretch to be looked at: below it columns are wider than what is between them. */
export const RANGE_MIN_US = 2e6;
const RANGE_MAX_US = 400 * 86_400e6;

export interface View {
  route: Route;
  /** '' until the bridge named its hosts. */
  host: string;
  /** undefined: timer_latency where the host measures it. */
  measure: Measure | undefined;
  /** On the page of an interrupt: which of the actions that share it. */
  name: string | undefined;
  /** -1: all merged. */
  cpu: number;
  /** undefined: grows with the run, from one minute to ten. */
  window: WindowSeconds | undefined;
  /** undefined: the window ends at the newest data, or where the screen was frozen. */
  range: Range | undefined;
  theme: ThemeName | undefined;
  /** undefined: what this browser chose before, else what it prefers. */
  lang: Language | undefined;
  /** ns; undefined: the host's threshold. */
  budget: number | undefined;
  /** Id of the spike that is open. */
  spike: string | undefined;
  logLog: boolean;
  /** Charts as tables. */
  tables: boolean;
  /** Which of a page's ways to look at it. */
  tab: Tab | undefined;
  /** Ids of two runs to be compared. */
  run: number | undefined;
  against: number | undefined;
  filter: string;
  sort: Sort;
  descending: boolean;
  quiet: boolean;
  /** For a wall: large type, no controls, nothing that burns in. */
  kiosk: boolean;
  /** Seconds until a kiosk turns to the next page; undefined: it stays. */
  rotate: number | undefined;
}

export const defaultView: View = {
  route: { page: 'overview' },
  host: '',
  measure: undefined,
  name: undefined,
  cpu: -1,
  window: undefined,
  range: undefined,
  theme: undefined,
  lang: undefined,
  budget: undefined,
  spike: undefined,
  logLog: false,
  tables: false,
  tab: undefined,
  run: undefined,
  against: undefined,
  filter: '',
  sort: 'max',
  descending: true,
  quiet: false,
  kiosk: false,
  rotate: undefined,
};

/** "250us" to ns; undefined for anything else. */
export function parseBudget(text: string): number | undefined {
  const ns = parseDuration(text);
  return ns !== undefined && ns >= 1 && ns <= 60e9 ? Math.round(ns) : undefined;
}

function budgetText(ns: number): string {
  return ns % 1e3 === 0 ? `${ns / 1e3}us` : `${ns}ns`;
}

/** Reads path and query; words that make no sense are named in `refused` and change nothing. */
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
const isMeasure = (s: string): s is Measure => (MEASURES as readonly string[]).includes(s);
const isSort = (s: string | undefined): s is Sort => (SORTS as readonly (string | undefined)[]).includes(s);
const isTheme = (s: string): s is ThemeName => (THEMES as readonly string[]).includes(s);
const isTab = (s: string): s is Tab => (TABS as readonly string[]).includes(s);
const shortText = (value: string) => value.length <= 64;

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

/** Milliseconds since 1970, from-to. */
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

/** The words of a query string: what each changes, undefined where its value makes no sense. */
const readers: Readonly<Record<string, (value: string) => Partial<View> | undefined>> = {
  host: (value) => (shortText(value) ? { host: value } : undefined),
  measure: (value) => (isMeasure(value) ? { measure: value } : undefined),
  name: (value) => (shortText(value) ? { name: value } : undefined),
  cpu: (value) => (/^\d{1,5}$/.test(value) ? { cpu: Number(value) } : undefined),
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
  quiet: (value) => (value === '1' ? { quiet: true } : undefined),
  kiosk: (value) => (value === '1' ? { kiosk: true } : undefined),
  rotate: readRotate,
};

/** Path and query; only what differs from the default, so that a plain page has a plain address. */
export function formatView(view: View): string {
  const words = new URLSearchParams();
  if (view.host !== '') words.set('host', view.host);
  if (view.measure !== undefined) words.set('measure', view.measure);
  if (view.name !== undefined) words.set('name', view.name);
  if (view.cpu >= 0) words.set('cpu', String(view.cpu));
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
  if (view.quiet) words.set('quiet', '1');
  if (view.kiosk) words.set('kiosk', '1');
  if (view.rotate !== undefined) words.set('rotate', String(view.rotate));
  const path = formatPath(view.route);
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The view of another page: what belongs to all pages is kept, what was chosen on this one is not. */
export function turnTo(view: View, route: Route, change: Partial<View> = {}): View {
  const { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate } = view;
  const kept = { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate };
  return { ...defaultView, ...kept, ...change, route };
}
