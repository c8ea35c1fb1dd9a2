// Columns of time as charts read them, independent of where they are stored.
import type { Nanoseconds } from '@rtprobe/protocol';

/** Columns are numbered by time / width. */
export interface Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  covered(column: number): boolean;
  /** Whether the column is being requested, so that it is not clear yet if it has data. */
  awaited?(column: number): boolean;
  count(column: number): number;
  max(column: number): Nanoseconds;
  /** Levels of the column: `ROWS` bytes from `offset`. */
  chunk(column: number): Uint8Array | undefined;
  offset(column: number): number;
}
