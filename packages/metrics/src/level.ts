// Counts of heatmap cells in one byte: 0 is empty, then 12 steps per octave. Long histories fit in memory, and the
// error is under 3 % of a colour; counts up to 16 are exact.
const STEPS = 12;

export const LEVEL_MAX = 255;

/**
 * Returns the level of a count. Every count above zero, also a fraction, has a level above zero, so that it stays
 * visible.
 */
export function levelOf(count: number): number {
  if (count <= 0) return 0;
  return Math.min(LEVEL_MAX, 1 + Math.max(0, Math.round(Math.log2(count) * STEPS)));
}

/** Returns the count of a level; above 16 within 3 %. */
export function countOfLevel(level: number): number {
  return level === 0 ? 0 : Math.round(2 ** ((level - 1) / STEPS));
}
