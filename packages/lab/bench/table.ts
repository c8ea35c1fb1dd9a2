// Formats the counts as tables.
import { type Contender, SERIES, type Series } from './contenders.ts';
import type { Figures } from './counted-guest.ts';

export type Counts = ReadonlyMap<Series, Figures>;

export interface Result {
  readonly contender: Contender;
  /** Undefined if the kernel lacks what the contender needs. */
  readonly figures: Counts | undefined;
}

const TITLES: Readonly<Record<Contender['group'], string>> = {
  rtprobe: 'rtprobe adds',
  peers: 'others add',
  mechanisms: 'mechanisms with an empty handler add',
};

/** Returns the instructions that the median batch of a series adds; @without is the same with nothing on. */
export function added({ figures }: Result, series: Series, without: Counts): number | undefined {
  const median = figures?.get(series)?.median;
  return median === undefined ? undefined : median - without.get(series)!.median;
}

function row(result: Result, columns: readonly Series[], without: Counts): string {
  const name = `  ${result.contender.name.padEnd(54)}`;
  if (!result.figures) return `${name} this kernel has none`;
  const cells = columns.map((series) => added(result, series, without)?.toFixed(1) ?? '–');
  return `${name}${cells.map((cell) => cell.padStart(10)).join('')}`;
}

/** Returns one line per goal of the results. */
function goals(results: readonly Result[], without: Counts): string[] {
  const lines: string[] = [];
  for (const result of results) {
    for (const [series, goal] of Object.entries(result.contender.goals ?? {}) as [Series, number][]) {
      const more = added(result, series, without);
      if (more === undefined) continue;
      const verdict = more < goal ? 'met' : 'missed';
      lines.push(`  ${result.contender.name}, ${series}: ${more.toFixed(1)}, goal < ${goal}: ${verdict}`);
    }
  }
  return lines;
}

/** Returns one table per group, with a column per series, and the goals. */
export function table(results: readonly Result[], without: Counts): string {
  const lines: string[] = [];
  for (const [group, title] of Object.entries(TITLES)) {
    const own = results.filter(({ contender }) => contender.group === group);
    if (!own.length) continue;
    const columns = SERIES.filter((series) => own.some(({ contender }) => contender.series.includes(series)));
    lines.push('', `${title.padEnd(56)}${columns.map((series) => series.padStart(10)).join('')}`);
    lines.push(...own.map((result) => row(result, columns, without)));
  }
  return [...lines, '', 'goals', ...goals(results, without)].join('\n').trimStart();
}
