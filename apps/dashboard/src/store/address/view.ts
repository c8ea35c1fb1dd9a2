// What a person chose to look at. All of it lives in the URL, so that a link shows the same page, and comes back
// with the browser's own buttons.
import type { Measure, UnixMicros } from '@rtprobe/protocol';
import type { Language } from '../../i18n/language.ts';
import type { Route } from './route.ts';

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

export const TABS = ['caused', 'suffered', 'worst', 'total', 'count', 'stolen'] as const;
export type Tab = (typeof TABS)[number];

/** A stretch of time that was chosen: nothing new moves it. */
export interface Range {
  from: UnixMicros;
  to: UnixMicros;
}

/** The shortest stretch to be looked at: below it columns are wider than what is between them. */
export const RANGE_MIN_US = 2e6;

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

/** The view of another page: what belongs to all pages is kept, what was chosen on this one is not. */
export function turnTo(view: View, route: Route, change: Partial<View> = {}): View {
  const { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate } = view;
  const kept = { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate };
  return { ...defaultView, ...kept, ...change, route };
}
