// Formats the counts as a table.
import type { Contender } from './contenders.ts';
import type { Figures } from './counted-guest.ts';

export interface Result {
  readonly contender: Contender;
  /** Undefined if the kernel lacks what the contender needs. */
  readonly figures: Figures | undefined;
  /** The same series with no contender on. */
  readonly without: Figures;
}

const TITLES: Readonly<Record<Contender['group'], string>> = {
  rtprobe: 'rtprobe, added to an interrupt',
  peers: 'others, added to an interrupt',
  mechanisms: 'mechanisms with an empty handler, added to what they watch',
};

/** Returns the instructions that the median batch adds. */
export const added = ({ figures, without }: Result): number | undefined =>
  figures && figures.median - without.median;

function row(result: Result): string {
  const { contender, figures, without } = result;
  const more = added(result);
  if (more === undefined || !figures) return `  ${contender.name.padEnd(52)} this kernel has none`;
  const { goal } = contender;
  const verdict = goal === undefined ? '' : `  goal < ${goal}: ${more < goal ? 'met' : 'missed'}`;
  const mean = (figures.mean - without.mean).toFixed(1);
  return `  ${contender.name.padEnd(52)} ${more.toFixed(1).padStart(8)} ${mean.padStart(8)}${verdict}`;
}

/** Returns the table, with one block per group. */
export function table(results: readonly Result[]): string {
  const lines: string[] = [];
  for (const [group, title] of Object.entries(TITLES)) {
    const own = results.filter(({ contender }) => contender.group === group);
    if (!own.length) continue;
    lines.push('', `${title.padEnd(54)} ${'median'.padStart(8)} ${'mean'.padStart(8)}`, ...own.map(row));
  }
  return lines.join('\n').trimStart();
}
