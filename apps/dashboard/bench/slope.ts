// Computes whether samples rise: the slope of the least-squares line, with a confidence interval that allows for
// correlated neighbours.

export interface Slope {
  /** Per step of x. */
  slope: number;
  /** Bounds of the 95 % confidence interval. */
  low: number;
  high: number;
}

/** 97.5 % point of Student's t from 40 degrees of freedom on; a little more than that of the normal distribution. */
const T = 2.02;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * Needs equally spaced x, 40 or more. The error of the slope is that of independent residuals, widened by
 * √((1 + r) / (1 − r)), r their correlation from one sample to the next: as many independent samples say as much
 * (Bayley and Hammersley, "The effective number of independent observations in an autocorrelated time series", 1946).
 */
export function slopeOf(x: readonly number[], y: readonly number[]): Slope {
  const n = x.length;
  const [mx, my] = [sum(x) / n, sum(y) / n];
  const spread = sum(x.map((value) => (value - mx) ** 2));
  const slope = sum(x.map((value, i) => (value - mx) * (y[i]! - my))) / spread;
  const residuals = y.map((value, i) => value - my - slope * (x[i]! - mx));
  const squares = sum(residuals.map((r) => r ** 2));
  const lagged = sum(residuals.slice(1).map((r, i) => r * residuals[i]!));
  // A straight line fitted to wandering samples hides some of their correlation: (1 + 4 r) / n of it.
  const raw = squares === 0 ? 0 : lagged / squares;
  const r = Math.min(0.95, Math.max(0, raw + (1 + 4 * raw) / n));
  const error = Math.sqrt((squares / (n - 2) / spread) * ((1 + r) / (1 - r)));
  return { slope, low: slope - T * error, high: slope + T * error };
}
