// Rows of a heatmap: each is two of the kernel's buckets, 8 per octave, at most 12.5 % high.
import { BUCKET_COUNT, lowerEdge } from './buckets.ts';

export const ROWS = BUCKET_COUNT / 2;

/** Returns the least value of the row in ns; `ROWS` gives the end of the last row. */
export function rowEdge(row: number): number {
  return lowerEdge(row * 2);
}
