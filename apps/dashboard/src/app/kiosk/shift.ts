// Moves the picture of a kiosk against burn-in: one pixel per step, over every position of a small square.

/** Largest distance from the middle in CSS pixels, wider than the strokes of the largest digits. */
export const REACH = 9;
/** Coprime to the vertical period, so that all pairs of offsets occur. */
const PERIOD_X = 4 * REACH;
const PERIOD_Y = 4 * REACH + 1;

/** Returns an offset that goes from 0 to +reach, down to −reach and back. */
function swing(step: number, period: number): number {
  const phase = (step % period) / period;
  const height = phase < 0.25 ? phase : phase < 0.75 ? 0.5 - phase : phase - 1;
  return Math.round(height * 4 * REACH);
}

export function shiftAt(step: number): { x: number; y: number } {
  return { x: swing(step, PERIOD_X), y: swing(step, PERIOD_Y) };
}
