// Rows of a heatmap: two of the kernel's buckets each, 8 an octave, at most 12.5 % high.
import { BUCKET_COUNT, lowerEdge } from './buckets.ts';

export const ROWS = BUCKET_COUNT / 2;

/** Least value in ns of the row; `ROWS` itself gives where the last row ends. */
export function rowEdge(row: number): number {
  return lowerEdge(row * 2);
}
