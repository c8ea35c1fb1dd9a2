// Counts of heatmap cells as one byte: 0 is empty, then 12 steps an octave. Long histories fit in memory and
// what is lost is under 3 % of a colour; counts up to 16 come back exact.
const STEPS = 12;

export const LEVEL_MAX = 255;

/** Level of a count; any count above zero, fractions too, has a level of its own so that it stays visible. */
export function levelOf(count: number): number {
  if (count <= 0) return 0;
  return Math.min(LEVEL_MAX, 1 + Math.max(0, Math.round(Math.log2(count) * STEPS)));
}

/** The count a level stands for; beyond 16 within 3 %. */
export function countOfLevel(level: number): number {
  return level === 0 ? 0 : Math.round(2 ** ((level - 1) / STEPS));
}
