// Positions of the ticks of an axis.

/** Returns the smallest 1, 2 or 5 times a power of ten that is not below a value, except for rounding. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999)!;
}

/** Returns at most six round multiples from 0 to the end. */
export function linearTicks(top: number): number[] {
  const step = roundStep(top / 5);
  return Array.from({ length: Math.floor(top / step + 0.001) + 1 }, (_, i) => i * step);
}

/** Returns the powers of ten between the ends. */
export function decadeTicks(bottom: number, top: number): number[] {
  const ticks: number[] = [];
  for (let p = Math.ceil(Math.log10(bottom) - 1e-9); 10 ** p <= top * 1.001; p++) ticks.push(10 ** p);
  return ticks;
}
