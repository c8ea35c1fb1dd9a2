// The values of some rows together, as a histogram and maxima.
import type { Nanoseconds } from '@rtprobe/protocol';
import type { Row } from '../state/row-table.ts';
import { EDGE_OF, EDGES } from './edges.ts';
import type { FixedWindow } from './fixed-window.ts';

export class Sum {
  count = 0;
  sumNs: Nanoseconds = 0;
  /** Counts of the exported buckets, each without those before it. */
  readonly buckets: number[] = EDGES.map(() => 0);
  /** Largest value of the run. */
  maxNs: Nanoseconds = 0;
  /** By window; undefined: no values. */
  readonly windowMaxNs: (Nanoseconds | undefined)[] = [];

  addRow(row: Row, windows: readonly FixedWindow[]): void {
    const { index, count } = row.buckets;
    for (let i = 0; i < index.length; i++) this.buckets[EDGE_OF[index[i]!]!]! += count[i]!;
    this.count += row.count;
    this.sumNs += row.sum;
    if (row.max > this.maxNs) this.maxNs = row.max;
    for (let i = 0; i < windows.length; i++) this.#widen(i, windows[i]!.maxOf(row.row));
  }

  /** Adds another sum. */
  add(other: Sum): void {
    this.addCounts(other, 1);
    if (other.maxNs > this.maxNs) this.maxNs = other.maxNs;
    for (const [i, max] of other.windowMaxNs.entries()) this.#widen(i, max);
  }

  /** Adds what another sum counted, but no maxima; `sign` -1 subtracts it. */
  addCounts({ count, sumNs, buckets }: Sum, sign: 1 | -1): void {
    this.count += sign * count;
    this.sumNs += sign * sumNs;
    for (let i = 0; i < buckets.length; i++) this.buckets[i]! += sign * buckets[i]!;
  }

  #widen(window: number, maxNs: Nanoseconds | undefined): void {
    if (maxNs !== undefined) this.windowMaxNs[window] = Math.max(maxNs, this.windowMaxNs[window] ?? 0);
  }
}
