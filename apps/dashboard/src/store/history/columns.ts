// Columns of time as charts read them, wherever they are stored.
import type { Nanoseconds } from '@rtprobe/protocol';

/** Columns are numbered by time / width. */
export interface Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  covered(column: number): boolean;
  /** On its way from the bridge: whether there are data is not known yet. */
  awaited?(column: number): boolean;
  count(column: number): number;
  max(column: number): Nanoseconds;
  /** Levels of the column: `ROWS` bytes from `offset`. */
  chunk(column: number): Uint8Array | undefined;
  offset(column: number): number;
}
