// Where the picture of a kiosk stands at each step, so that no edge of it burns into the screen: it wanders over a
// small square, a pixel at a time, and comes to every place of it.

/** Furthest from the middle, in CSS pixels: more than the strokes of the largest figure are wide. */
export const REACH = 9;
/** Prime to the period upwards, so that all pairs occur. */
const PERIOD_X = 4 * REACH;
const PERIOD_Y = 4 * REACH + 1;

/** From 0 up to +reach, down to −reach and back. */
function swing(step: number, period: number): number {
  const phase = (step % period) / period;
  const height = phase < 0.25 ? phase : phase < 0.75 ? 0.5 - phase : phase - 1;
  return Math.round(height * 4 * REACH);
}

export function shiftAt(step: number): { x: number; y: number } {
  return { x: swing(step, PERIOD_X), y: swing(step, PERIOD_Y) };
}
