// Selects and sorts the interrupts of the table.
import type { Measure, SourceKind } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';
import type { InterruptKind, Route } from '../address/route.ts';
import type { Sort } from '../address/view.ts';
import { filterWords, hasAllWords } from '../base/filter-words.ts';
import type { SourceReading } from '../reading/reading.ts';
import { actionName } from './interrupt-names.ts';

const KINDS: Readonly<Partial<Record<SourceKind, InterruptKind>>> = {
  irq: 'irq',
  'irq-task': 'irq',
  vector: 'vector',
  softirq: 'softirq',
};

const kindOf = (measure: Measure): InterruptKind | undefined => KINDS[descriptorOf(measure).source];

/** Returns whether a measure represents its interrupt in a list. */
const isListed = (measure: Measure): boolean => descriptorOf(measure).tables.includes('interrupts');

type InterruptRoute = Extract<Route, { page: 'interrupt' }>;

/** Returns the page of the interrupt of a source or spike; undefined if it is not of an interrupt. */
export function interruptRoute(of: {
  measure: Measure;
  number: number;
  label: string;
}): InterruptRoute | undefined {
  const kind = kindOf(of.measure);
  if (kind === undefined) return undefined;
  if (kind === 'irq') return { page: 'interrupt', kind, word: String(of.number) };
  return /^[A-Za-z0-9_-]{1,32}$/.test(of.label) ? { page: 'interrupt', kind, word: of.label } : undefined;
}

/** Returns all sources of one interrupt, those of its own time first. */
export function sourcesOfInterrupt(
  route: InterruptRoute,
  sources: readonly SourceReading[],
): readonly SourceReading[] {
  const own = sources.filter(({ info }) => {
    const found = interruptRoute(info);
    return found?.kind === route.kind && found.word === route.word;
  });
  return own.sort(
    (a, b) => Number(isListed(b.info.measure)) - Number(isListed(a.info.measure)) || b.max - a.max,
  );
}

/** Returns the longest run of the threaded handler, by irq and action. */
export function threadMaxima(sources: readonly SourceReading[]): ReadonlyMap<string, number> {
  const found = sources.filter((s) => descriptorOf(s.info.measure).part === 'irq_thread' && s.count > 0);
  return new Map(found.map((s) => [`${s.info.number} ${s.info.name}`, s.max]));
}

/** Returns whether a line is quiet: it had no values for a while or was freed, and it never was near the budget. */
export function isQuiet(source: SourceReading, budgetNs: number): boolean {
  const harmless = budgetNs === 0 || source.max < budgetNs / 10;
  return (source.count === 0 || source.rate === 0 || source.info.retired) && harmless;
}

function matches(source: SourceReading, words: readonly string[]): boolean {
  const { label, name, chip = '', affinity = '' } = source.info;
  return hasAllWords(`${label} ${name} ${actionName(source.info)} ${chip} cpu${affinity}`, words);
}

type Comparison = (a: SourceReading, b: SourceReading) => number;

const byText = (of: (s: SourceReading) => string): Comparison => {
  return (a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0);
};

const byMax: Comparison = (a, b) => a.max - b.max;

const comparisons: Readonly<Partial<Record<Sort, Comparison>>> = {
  // Lines before vectors before softirqs before functions, each by number.
  irq: (a, b) => kindOrder(a) - kindOrder(b) || a.info.number - b.info.number,
  action: byText((s) => s.info.name),
  max: byMax,
  p999: (a, b) => (a.p999 ?? 0) - (b.p999 ?? 0),
  rate: (a, b) => a.rate - b.rate,
  count: (a, b) => a.count - b.count,
  share: (a, b) => a.share - b.share,
};

function kindOrder(source: SourceReading): number {
  const kind = kindOf(source.info.measure);
  return kind === 'irq' ? 0 : kind === 'vector' ? 1 : kind === 'softirq' ? 2 : 3;
}

export interface Interrupts {
  shown: SourceReading[];
  /** Number of quiet lines that are not listed. */
  quiet: number;
}

export function listInterrupts(
  sources: readonly SourceReading[],
  options: { filter: string; sort: Sort; descending: boolean; quiet: boolean; budgetNs: number },
): Interrupts {
  const words = filterWords(options.filter);
  const found = sources.filter((s) => isListed(s.info.measure) && matches(s, words));
  const shown = options.quiet ? found : found.filter((s) => !isQuiet(s, options.budgetNs));
  const compare = comparisons[options.sort] ?? byMax;
  const sign = options.descending ? -1 : 1;
  shown.sort((a, b) => sign * compare(a, b) || a.info.id - b.info.id);
  return { shown, quiet: found.length - found.filter((s) => !isQuiet(s, options.budgetNs)).length };
}
