// How often something that was seen k times in n trials can happen, exactly: the interval of Clopper and Pearson, "The use
// of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934).

/** Lanczos approximation with g = 7 and nine terms; relative error below 1e-14 for positive arguments. */
const LANCZOS = [
  ...[0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059],
  ...[12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7],
];

function logGamma(x: number): number {
  const t = x + 6.5;
  const sum = LANCZOS.slice(1).reduce((total, c, i) => total + c / (x + i), LANCZOS[0]!);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const TINY = 1e-300;
const notZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** Continued fraction of the incomplete beta function, by the method of Lentz; converges for x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return h;
}

/** Regularised incomplete beta function I_x(a, b). */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const factor = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (factor * betaFraction(a, b, x)) / a
    : 1 - (factor * betaFraction(b, a, 1 - x)) / b;
}

/**
 * Returns the share that the true one is below with this confidence, after k of n independent trials: the upper limit of
 * Clopper and Pearson, one-sided. It is the p at which k or fewer would be seen with probability 1 - confidence.
 */
export function upperShare(k: number, n: number, confidence = 0.95): number {
  if (n <= 0 || k >= n) return 1;
  // Exactly 1 - (1 - confidence)^(1/n), without losing digits.
  if (k === 0) return -Math.expm1(Math.log(1 - confidence) / n);
  let [low, high] = [k / n, 1];
  for (let i = 0; i < 200 && high - low > high * 1e-12; i++) {
    const middle = (low + high) / 2;
    if (betaShare(middle, k + 1, n - k) < confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** Returns the probability of k or more successes in n trials of probability p. */
export function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betaShare(p, k, n - k + 1);
}
