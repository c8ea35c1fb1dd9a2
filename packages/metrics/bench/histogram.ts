// Measures the cost of histogram operations: node bench/histogram.ts. The same run measures the straightforward way for
// comparison: all values in a sorted array.
import { bucketOf, Histogram, percentile } from '../src/index.ts';
import { random } from '../src/random.ts';

const VALUES = 100_000;
const next = random(1);
const values = Float64Array.from({ length: VALUES }, () => Math.floor(2 ** (8 + next() * 18)));

function histogram(): Histogram {
  const all = new Histogram();
  for (const ns of values) {
    all.buckets[bucketOf(ns)]! += 1;
    all.count++;
    all.max = Math.max(all.max, ns);
  }
  return all;
}

/** Returns the microseconds of one run, the best of five rounds. */
function time(rounds: number, run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    for (let r = 0; r < rounds; r++) run();
    best = Math.min(best, ((performance.now() - start) * 1000) / rounds);
  }
  return best;
}

const one = histogram();
const other = histogram();
const figures: Record<string, number> = {
  'merge of two histograms': time(20_000, () => one.merge(other)),
  'p99.9 of a histogram': time(20_000, () => percentile(one.buckets, one.count, one.max, 0.999)),
  [`p99.9 by sorting ${VALUES} values`]: time(3, () => values.toSorted()[Math.floor(VALUES * 0.999)]),
  'bucket of a value': time(20, histogram) / VALUES,
};
for (const [name, us] of Object.entries(figures)) {
  console.log(`${name.padEnd(32)} ${us >= 1 ? `${us.toFixed(2)} µs` : `${(us * 1000).toFixed(1)} ns`}`);
}
