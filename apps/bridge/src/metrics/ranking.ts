// Which sources of a measure have series of their own: the worst. All others are one series, whose counters never
// decrease when a source gains or loses its own: a reader would take that for a restart.
import { Sum } from './sum.ts';

export interface Ranked {
  /** Labels of the source. */
  readonly labels: string;
  readonly sum: Sum;
}

export class Ranking {
  readonly #top: number;
  readonly #labelsOf: (key: string) => string;
  readonly #others: string;
  /** Labels of the worst, by key. */
  #named: ReadonlyMap<string, string> = new Map();
  #known: ReadonlySet<string> = new Set();
  /** Added to the others: what named sources counted before they were named, less what sources had counted while named. */
  readonly #carry = new Sum();

  /** `labelsOf` returns the labels of a source; `others` are those of the sum of the others. */
  constructor(top: number, labelsOf: (key: string) => string, others: string) {
    this.#top = top;
    this.#labelsOf = labelsOf;
    this.#others = others;
  }

  /** Returns the sums of the worst, and that of the others if there are any; `again` ranks them by their maxima first. */
  split(sums: ReadonlyMap<string, Sum>, again: boolean): Ranked[] {
    if (again || !this.#isKnown(sums)) this.#rank(sums);
    const ranked: Ranked[] = [];
    const rest = new Sum();
    rest.addCounts(this.#carry, 1);
    for (const [key, sum] of sums) {
      const labels = this.#named.get(key);
      if (labels === undefined) rest.add(sum);
      else ranked.push({ labels, sum });
    }
    if (rest.count > 0) ranked.push({ labels: this.#others, sum: rest });
    return ranked;
  }

  /** A source that has another name is a new one, and the one with the name before is gone. */
  #isKnown(sums: ReadonlyMap<string, Sum>): boolean {
    if (sums.size !== this.#known.size) return false;
    for (const key of sums.keys()) if (!this.#known.has(key)) return false;
    return true;
  }

  #rank(sums: ReadonlyMap<string, Sum>): void {
    const worst = [...sums].sort(([, a], [, b]) => b.maxNs - a.maxNs).slice(0, this.#top);
    const named = new Map(worst.map(([key]) => [key, this.#named.get(key) ?? this.#labelsOf(key)]));
    for (const [key, sum] of sums) {
      if (!this.#known.has(key)) continue;
      if (named.has(key) && !this.#named.has(key)) this.#carry.addCounts(sum, 1);
      if (!named.has(key) && this.#named.has(key)) this.#carry.addCounts(sum, -1);
    }
    this.#named = named;
    this.#known = new Set(sums.keys());
  }
}
