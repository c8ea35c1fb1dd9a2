// Joins the columns of this tab with those that the bridge stores.
import type { Nanoseconds } from '@rtprobe/protocol';
import type { Columns } from './columns.ts';

export class JoinedColumns implements Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  readonly #live: Columns;
  readonly #stored: Columns;

  constructor(live: Columns, stored: Columns) {
    this.widthUs = live.widthUs;
    this.#live = live;
    this.#stored = stored;
    this.first = live.last < live.first ? stored.first : Math.min(live.first, stored.first);
    this.last = Math.max(live.last, stored.last);
  }

  /** The first column of this tab may be incomplete: the larger count is the more complete column. */
  #of(column: number): Columns {
    if (!this.#live.covered(column)) return this.#stored;
    return this.#stored.count(column) > this.#live.count(column) ? this.#stored : this.#live;
  }

  covered(column: number): boolean {
    return this.#live.covered(column) || this.#stored.covered(column);
  }

  awaited(column: number): boolean {
    return !this.#live.covered(column) && this.#stored.awaited?.(column) === true;
  }

  count(column: number): number {
    return this.#of(column).count(column);
  }

  max(column: number): Nanoseconds {
    return Math.max(this.#live.max(column), this.#stored.max(column));
  }

  chunk(column: number): Uint8Array | undefined {
    return this.#of(column).chunk(column);
  }

  offset(column: number): number {
    return this.#of(column).offset(column);
  }
}
