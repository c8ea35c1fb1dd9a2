// One resolution of a heatmap's history: a ring of columns, each with one byte per latency row, the exact count and the
// exact largest value. Columns start at multiples of the width, so those of all hosts and tiers line up.
import { levelOf, ROWS } from '@rtprobe/metrics';
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';

/** Columns are allocated in chunks, so that a page open for a minute does not allocate a week. */
const CHUNK = 128;

/** What one frame adds to one series; scratch memory, valid during the call. */
export interface Increment {
  /** End of the span. */
  time: UnixMicros;
  spanUs: number;
  count: number;
  /** Exact largest value in the span, 0 without any. */
  max: Nanoseconds;
  /** Count by row, and which rows are not zero. */
  cells: Float64Array;
  touched: Uint16Array;
  touchedCount: number;
}

export class Tier {
  readonly widthUs: number;
  readonly capacity: number;
  /** Numbers of the oldest and newest column: time / width, rounded down. first > last: empty. */
  first = 0;
  last = -1;
  readonly #levels: Uint8Array[] = [];
  readonly #count: Float64Array;
  readonly #max: Float64Array;
  readonly #covered: Uint8Array;
  readonly #open = new Float64Array(ROWS);

  constructor(widthUs: number, capacity: number) {
    if (capacity % CHUNK !== 0) throw new RangeError(`capacity ${capacity} is not a multiple of ${CHUNK}`);
    this.widthUs = widthUs;
    this.capacity = capacity;
    this.#count = new Float64Array(capacity);
    this.#max = new Float64Array(capacity);
    this.#covered = new Uint8Array(capacity);
  }

  get empty(): boolean {
    return this.last < this.first;
  }

  clear(): void {
    this.first = 0;
    this.last = -1;
  }

  /**
   * Adds an increment. A step back in time by less than a column changes nothing; the caller clears on a larger one.
   */
  add(add: Increment): void {
    const end = Math.floor((add.time - 1) / this.widthUs);
    const start = Math.floor((add.time - add.spanUs) / this.widthUs);
    if (this.empty) this.#begin(start);
    // A span wider than a column does not say where in it a value was, so every column gets its share.
    const spread = Math.max(1, Math.round(add.spanUs / this.widthUs));
    const from = Math.max(end - spread + 1, this.last, this.first);
    const share = Math.max(1, end - from + 1);
    for (let column = Math.max(start, this.first); column <= end; column++) {
      if (column > this.last) this.#advance(column);
      this.#covered[column % this.capacity] = 1;
      if (column >= from) this.#fill(column, add, share);
    }
  }

  covered(column: number): boolean {
    return this.#holds(column) && this.#covered[column % this.capacity] === 1;
  }

  count(column: number): number {
    return this.#holds(column) ? this.#count[column % this.capacity]! : 0;
  }

  max(column: number): Nanoseconds {
    return this.#holds(column) ? this.#max[column % this.capacity]! : 0;
  }

  /** Returns the chunk with the column's levels: `ROWS` bytes from `offset`. */
  chunk(column: number): Uint8Array | undefined {
    return this.#holds(column) ? this.#levels[Math.floor((column % this.capacity) / CHUNK)] : undefined;
  }

  offset(column: number): number {
    return ((column % this.capacity) % CHUNK) * ROWS;
  }

  #holds(column: number): boolean {
    return column >= this.first && column <= this.last;
  }

  #begin(column: number): void {
    this.first = column;
    this.last = column - 1;
    this.#advance(column);
  }

  #advance(column: number): void {
    const from = Math.max(this.last + 1, column - this.capacity + 1);
    for (let c = from; c <= column; c++) this.#reset(c);
    this.last = column;
    this.first = Math.max(this.first, column - this.capacity + 1);
    this.#open.fill(0);
  }

  #reset(column: number): void {
    const slot = column % this.capacity;
    this.#count[slot] = 0;
    this.#max[slot] = 0;
    this.#covered[slot] = 0;
    const chunk = Math.floor(slot / CHUNK);
    // Chunks are created in order of use; a jump in time may skip some, so all up to the needed one are created.
    if (this.#levels[chunk] === undefined) this.#levels[chunk] = new Uint8Array(CHUNK * ROWS);
    const offset = this.offset(column);
    this.#levels[chunk].fill(0, offset, offset + ROWS);
  }

  #fill(column: number, add: Increment, share: number): void {
    const slot = column % this.capacity;
    this.#count[slot]! += add.count / share;
    if (add.max > this.#max[slot]!) this.#max[slot] = add.max;
    const levels = this.#levels[Math.floor(slot / CHUNK)]!;
    const offset = this.offset(column);
    for (let i = 0; i < add.touchedCount; i++) {
      const row = add.touched[i]!;
      const count = this.#open[row]! + add.cells[row]! / share;
      this.#open[row] = count;
      levels[offset + row] = levelOf(count);
    }
  }
}

/**
 * A copy of a tier at one moment. Older columns do not change, so only the newest one is copied; it continues to fill
 * in the tier.
 */
export class FrozenTier {
  readonly widthUs: number;
  readonly last: number;
  readonly #tier: Tier;
  readonly #levels: Uint8Array;
  readonly #count: number;
  readonly #max: Nanoseconds;
  readonly #covered: boolean;

  constructor(tier: Tier) {
    const { last } = tier;
    const offset = tier.offset(Math.max(0, last));
    this.#tier = tier;
    this.widthUs = tier.widthUs;
    this.last = last;
    this.#levels = tier.chunk(last)?.slice(offset, offset + ROWS) ?? new Uint8Array(ROWS);
    this.#count = tier.count(last);
    this.#max = tier.max(last);
    this.#covered = tier.covered(last);
  }

  get first(): number {
    return this.#tier.first;
  }

  covered(column: number): boolean {
    return column === this.last ? this.#covered : column < this.last && this.#tier.covered(column);
  }

  count(column: number): number {
    if (column === this.last) return this.#count;
    return column < this.last ? this.#tier.count(column) : 0;
  }

  max(column: number): Nanoseconds {
    if (column === this.last) return this.#max;
    return column < this.last ? this.#tier.max(column) : 0;
  }

  chunk(column: number): Uint8Array | undefined {
    if (column === this.last) return this.#levels;
    return column < this.last ? this.#tier.chunk(column) : undefined;
  }

  offset(column: number): number {
    return column === this.last ? 0 : this.#tier.offset(column);
  }
}
