// What a person selected to see. All of it is in the URL, so that a link shows the same page, and the browser's back
// button works.
import type { Measure, UnixMicros } from '@rtprobe/protocol';
import type { Language } from '../../i18n/language.ts';
import type { Pin } from './pin.ts';
import type { Route } from './route.ts';

export const WINDOWS = [10, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400, 604_800] as const;
export type WindowSeconds = (typeof WINDOWS)[number];

/** Columns by which tables can be sorted; each table supports some of them. */
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

/** contrast: text with 7 to 1 on black. */
export const THEMES = ['dark', 'light', 'contrast'] as const;
export type ThemeName = (typeof THEMES)[number];

export const TABS = ['caused', 'suffered', 'worst', 'total', 'count', 'stolen'] as const;
export type Tab = (typeof TABS)[number];

/** A selected time range; new data do not move it. */
export interface Range {
  from: UnixMicros;
  to: UnixMicros;
}

/** Shortest time range: in a shorter one, columns would be wider than the time between values. */
export const RANGE_MIN_US = 2e6;

export interface View {
  route: Route;
  /** '' until the bridge has sent its hosts. */
  host: string;
  /** undefined: timer_latency if the host measures it. */
  measure: Measure | undefined;
  /** On the page of an interrupt: the action of a shared line. */
  name: string | undefined;
  /** -1: all CPUs merged. */
  cpu: number;
  /** On the page of isolated CPUs: further CPUs to list, such as "1,4-5". */
  cpus: string;
  /** undefined: grows with the run, from one minute to ten. */
  window: WindowSeconds | undefined;
  /** undefined: the window ends at the newest data, or at the time of freezing. */
  range: Range | undefined;
  theme: ThemeName | undefined;
  /** undefined: the stored language, else the browser's preferred one. */
  lang: Language | undefined;
  /** ns; undefined: the host's threshold. */
  budget: number | undefined;
  /** Id of the selected spike. */
  spike: string | undefined;
  logLog: boolean;
  /** Charts as tables. */
  tables: boolean;
  /** The selected tab of a page. */
  tab: Tab | undefined;
  /** Ids of two runs to compare. */
  run: number | undefined;
  against: number | undefined;
  /** Filters the table of a page; on a timeline: what is searched. */
  filter: string;
  sort: Sort;
  descending: boolean;
  quiet: boolean;
  /** On a timeline: tracks at its top. */
  pins: readonly Pin[];
  /** Kiosk mode: large type, no controls, protection against burn-in. */
  kiosk: boolean;
  /** Seconds until a kiosk shows the next page; undefined: it does not rotate. */
  rotate: number | undefined;
}

export const defaultView: View = {
  route: { page: 'overview' },
  host: '',
  measure: undefined,
  name: undefined,
  cpu: -1,
  cpus: '',
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
  pins: [],
  kiosk: false,
  rotate: undefined,
};

/** Returns the view of another page: common selections are kept, those of the old page are dropped. */
export function turnTo(view: View, route: Route, change: Partial<View> = {}): View {
  const { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate } = view;
  const kept = { host, window, range, theme, lang, budget, logLog, tables, kiosk, rotate };
  return { ...defaultView, ...kept, ...change, route };
}
