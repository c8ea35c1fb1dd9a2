// Which interrupts the table lists and in what order.
import { actionName } from './names.ts';
import type { SourceReading } from './readings.ts';
import type { Sort } from './view.ts';

/** A line is quiet when nothing came for a while, or it is gone, and it never came near the budget. */
export function isQuiet(source: SourceReading, budgetNs: number): boolean {
  const harmless = budgetNs === 0 || source.max < budgetNs / 10;
  return (source.count === 0 || source.rate === 0 || source.info.retired) && harmless;
}

function matches(source: SourceReading, filter: string): boolean {
  const { label, name, chip = '', affinity = '' } = source.info;
  const text = `${label} ${name} ${actionName(source.info)} ${chip} cpu${affinity}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

type Comparison = (a: SourceReading, b: SourceReading) => number;

const byText = (of: (s: SourceReading) => string): Comparison => {
  return (a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0);
};

const comparisons: Readonly<Record<Sort, Comparison>> = {
  // Lines before vectors, each by number.
  irq: (a, b) => kindOrder(a) - kindOrder(b) || a.info.number - b.info.number,
  action: byText((s) => s.info.name),
  max: (a, b) => a.max - b.max,
  p999: (a, b) => (a.p999 ?? 0) - (b.p999 ?? 0),
  rate: (a, b) => a.rate - b.rate,
  count: (a, b) => a.count - b.count,
};

function kindOrder(source: SourceReading): number {
  return source.info.measure === 'hardirq_duration' ? 0 : 1;
}

export interface Interrupts {
  shown: SourceReading[];
  /** How many quiet ones are left out. */
  quiet: number;
}

export function listInterrupts(
  sources: readonly SourceReading[],
  options: { filter: string; sort: Sort; descending: boolean; quiet: boolean; budgetNs: number },
): Interrupts {
  const found = sources.filter(
    (s) => s.info.measure !== 'timer_latency' && matches(s, options.filter.trim()),
  );
  const shown = options.quiet ? found : found.filter((s) => !isQuiet(s, options.budgetNs));
  const compare = comparisons[options.sort];
  const sign = options.descending ? -1 : 1;
  shown.sort((a, b) => sign * compare(a, b) || a.info.id - b.info.id);
  return { shown, quiet: found.length - found.filter((s) => !isQuiet(s, options.budgetNs)).length };
}
