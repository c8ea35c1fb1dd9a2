// The current page: the path of the address. The query contains everything else that a person selected (view.ts).
import { COMPARED_RUNS_MAX, RUN_WORD, type RunWord } from '@rtprobe/protocol';

export type InterruptKind = 'irq' | 'vector' | 'softirq';

export type Route =
  | { page: 'overview' }
  | { page: 'interrupts' }
  /** An irq by its number; a vector or softirq by its short name in the kernel. */
  | { page: 'interrupt'; kind: InterruptKind; word: string }
  | { page: 'tasks' }
  /** `start` distinguishes tasks of the same pid: CLOCK_MONOTONIC ns, decimal; missing: any task of that pid. */
  | { page: 'task'; pid: number; start: string | undefined }
  | { page: 'cpus' }
  | { page: 'cpu'; cpu: number }
  | { page: 'isolation' }
  | { page: 'matrix' }
  | { page: 'causes' }
  /** The report of one spike; its id comes from the bridge and is unique across reloads of the module. */
  | { page: 'spike'; id: string }
  /** One incident; the id of any of its spikes finds it. */
  | { page: 'incident'; id: string }
  | { page: 'runs' }
  /** One test run, by the number that the bridge gave it. */
  | { page: 'test-run'; id: number }
  /** Runs that are compared with the first of them. */
  | { page: 'compare'; runs: RunWord[] }
  /** What would have remained without a cause, of a time range of the host. */
  | { page: 'what-if' }
  | { page: 'rules' }
  /** Settings of the host's machine. */
  | { page: 'doctor' }
  | { page: 'hosts' };

export type PageName = Route['page'];

/** Pages without a subject, in the order of the navigation. */
export const MAIN_PAGES = [
  'overview',
  'interrupts',
  'tasks',
  'cpus',
  'isolation',
  'matrix',
  'causes',
  'runs',
  'rules',
  'hosts',
] as const satisfies readonly PageName[];
export type MainPage = (typeof MAIN_PAGES)[number];

/** Returns the entry of the navigation for a page. */
export function mainPageOf(route: Route): MainPage {
  if (route.page === 'interrupt') return 'interrupts';
  if (route.page === 'task') return 'tasks';
  if (route.page === 'spike' || route.page === 'incident' || route.page === 'what-if') return 'causes';
  if (route.page === 'doctor') return 'hosts';
  if (route.page === 'test-run' || route.page === 'compare') return 'runs';
  return route.page === 'cpu' ? 'cpus' : route.page;
}

const isMainPage = (word: string): word is MainPage => (MAIN_PAGES as readonly string[]).includes(word);
const NUMBER = /^\d{1,10}$/;
const WORD = /^[A-Za-z0-9_-]{1,32}$/;
const SPIKE = /^[A-Za-z0-9_-]{1,64}$/;
const START = /^\d{1,20}$/;

/** Returns the page of a path; undefined if there is none. */
export function parsePath(path: string): Route | undefined {
  const words = path.split('/').filter((word) => word !== '');
  const [first = 'overview', second, third] = words;
  if (words.length === 0) return { page: 'overview' };
  if (words.length === 1 && (first === 'what-if' || first === 'doctor')) return { page: first };
  if (words.length === 1) return isMainPage(first) ? { page: first } : undefined;
  if (first === 'task') return parseTask(words.length, second!, third);
  if (first === 'compare') return parseCompare(words.slice(1));
  if (words.length !== 2) return undefined;
  if (first === 'spike' || first === 'incident')
    return SPIKE.test(second!) ? { page: first, id: second! } : undefined;
  if (first === 'test-run')
    return NUMBER.test(second!) ? { page: 'test-run', id: Number(second) } : undefined;
  if (first === 'cpu') return NUMBER.test(second!) ? { page: 'cpu', cpu: Number(second) } : undefined;
  if (first === 'irq' && !NUMBER.test(second!)) return undefined;
  if (first !== 'irq' && first !== 'vector' && first !== 'softirq') return undefined;
  return WORD.test(second!) ? { page: 'interrupt', kind: first, word: second! } : undefined;
}

function parseCompare(runs: RunWord[]): Route | undefined {
  const isDistinct = new Set(runs).size === runs.length;
  if (runs.length < 2 || runs.length > COMPARED_RUNS_MAX || !isDistinct) return undefined;
  return runs.every((word) => RUN_WORD.test(word)) ? { page: 'compare', runs } : undefined;
}

function parseTask(words: number, pid: string, start: string | undefined): Route | undefined {
  if (words > 3 || !NUMBER.test(pid) || (start !== undefined && !START.test(start))) return undefined;
  return { page: 'task', pid: Number(pid), start };
}

export function formatPath(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '/';
    case 'interrupt':
      return `/${route.kind}/${route.word}`;
    case 'task':
      return route.start === undefined ? `/task/${route.pid}` : `/task/${route.pid}/${route.start}`;
    case 'compare':
      return `/compare/${route.runs.join('/')}`;
    case 'cpu':
      return `/cpu/${route.cpu}`;
    case 'spike':
    case 'incident':
    case 'test-run':
      return `/${route.page}/${route.id}`;
    default:
      return `/${route.page}`;
  }
}

export function sameRoute(a: Route, b: Route): boolean {
  return formatPath(a) === formatPath(b);
}
