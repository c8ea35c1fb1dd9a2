// Whether two runs differ, from histograms of equal time slices. Latencies depend on each other in time, so single values
// are never resampled: only blocks of slices are, which are long enough not to depend on their neighbours.
//
// - Length of a block: neighbours are merged until they no longer depend on each other (blocking method: Flyvbjerg and
//   Petersen, Journal of Chemical Physics 91, 1989). What remains makes the evidence weaker, as of fewer blocks (Bayley and
//   Hammersley, Supplement to the Journal of the Royal Statistical Society 8, 1946).
// - Whether a quantile differs: the share of values above it, in each run. The blocks of both runs are dealt anew,
//   thousands of times. If the runs do not differ, the difference that was seen is one of these (permutation test: Pitman,
//   Supplement to the Journal of the Royal Statistical Society 4, 1937; of blocks: Kirch, Journal of Statistical Planning
//   and Inference 137, 2007).
// - How much: intervals from runs that are drawn from the blocks with replacement (bootstrap of blocks: Carlstein, Annals of
//   Statistics 14, 1986; Künsch, Annals of Statistics 17, 1989).
import { BUCKET_COUNT, BUCKET_ERROR, lowerEdge } from './buckets.ts';
import { samplesNeeded } from './percentile.ts';
import { addSlice, blocksOf, CORRELATION_MAX, correlationOf, inflation, type Slice } from './slices.ts';

/** A quantile of two runs, in ns. */
export interface QuantileDifference {
  quantile: number;
  a: number;
  b: number;
  /** Interval of b − a that contains the true difference with INTERVAL_CONFIDENCE. */
  low: number;
  high: number;
  /** How often blocks that are dealt anew differ at least as much. */
  p: number;
  /** The runs differ: p is small enough, the interval excludes 0, and the difference is at least the width of a bucket. */
  differs: boolean;
}

/** better: b has lower latencies than a. */
export type Verdict = 'better' | 'worse' | 'none' | 'unknown';

/**
 * Why there is no verdict. few_values: too few for any quantile. short: too few blocks. dependent: the longest blocks
 * still depend on their neighbours.
 */
export type Undecided = 'few_values' | 'short' | 'dependent';

export interface SliceComparison {
  verdict: Verdict;
  why?: Undecided;
  /** Number of blocks of each run. */
  blocks: [a: number, b: number];
  /** Slices of a block. */
  slicesPerBlock: number;
  /** Ascending; only those that have enough values in both runs. */
  quantiles: QuantileDifference[];
}

export interface CompareOptions {
  /** Uniform in [0, 1). */
  random: () => number;
  /** Comparisons that share FALSE_ALARMS, such as measures. */
  tests?: number;
}

export const COMPARED_QUANTILES = [0.5, 0.9, 0.99, 0.999, 0.9999] as const;
/** Highest probability of a verdict "better" or "worse" about runs that do not differ. */
export const FALSE_ALARMS = 0.01;
/** The same of the tests of all quantiles together: blocks always depend on each other a little, which adds false alarms. */
const TESTS_LEVEL = 0.003;
export const INTERVAL_CONFIDENCE = 0.99;
/** Fewer blocks of a run are no evidence. */
export const BLOCKS_MIN = 10;
/** Blocks of the shorter run before any are merged. */
const BLOCKS_START = 64;
/** Correlation of merged neighbours above which they are no evidence. */
const CORRELATION_LIMIT = 0.5;
/** At least; more if many tests share FALSE_ALARMS, so that p can be small enough. */
const PERMUTATIONS_MIN = 9999;
const RESAMPLES = 1999;

function totalOf(counts: Float64Array): number {
  let total = 0;
  for (let i = 0; i < BUCKET_COUNT; i++) total += counts[i]!;
  return total;
}

/** Adds slices up again and again in the buckets that they use, which are few. */
class Sum {
  readonly #first: number;
  readonly counts: Float64Array;
  total = 0;

  constructor(all: Float64Array) {
    this.#first = Math.max(
      0,
      all.findIndex((count) => count > 0),
    );
    this.counts = new Float64Array(
      Math.max(
        0,
        all.findLastIndex((count) => count > 0),
      ) +
        1 -
        this.#first,
    );
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }

  add({ count, buckets, bucketIndex, bucketCount }: Slice): void {
    for (let i = 0; i < buckets; i++) this.counts[bucketIndex[i]! - this.#first]! += bucketCount[i]!;
    this.total += count;
  }

  addAll(slices: readonly Slice[]): this {
    for (const slice of slices) this.add(slice);
    return this;
  }

  /**
   * Writes the logarithm of each quantile to `out`. Inside a bucket, values are taken to be spread evenly, so that equal
   * distributions have equal quantiles, and a shift within a bucket is no jump.
   */
  logQuantiles(levels: readonly number[], out: Float64Array): void {
    let seen = 0;
    let level = 0;
    for (let i = 0; i < this.counts.length && level < levels.length; i++) {
      const own = this.counts[i]!;
      if (own === 0) continue;
      while (level < levels.length && seen + own >= levels[level]! * this.total) {
        const share = Math.max(0, levels[level]! * this.total - seen) / own;
        const [low, high] = [lowerEdge(this.#first + i), lowerEdge(this.#first + i + 1)];
        out[level++] = Math.log(Math.max(1, low + (high - low) * share));
      }
      seen += own;
    }
  }
}

/** Values of a block: all, and those above the bucket of each quantile of both runs together. */
interface Above {
  count: number;
  above: Float64Array;
}

function aboveOf({ count, buckets, bucketIndex, bucketCount }: Slice, limits: Float64Array): Above {
  const above = limits.map((limit) => {
    const value = Math.exp(limit);
    let sum = 0;
    for (let i = 0; i < buckets; i++) if (lowerEdge(bucketIndex[i]!) >= value) sum += bucketCount[i]!;
    return sum;
  });
  return { count, above };
}

const shareOf = ({ count, above }: Above, level: number): number => (count === 0 ? 0 : above[level]! / count);

interface Blocks {
  a: Slice[];
  b: Slice[];
  size: number;
  aboveA: Above[];
  aboveB: Above[];
}

/** Merges neighbours until they are independent, as long as enough remain. */
function mergedBlocks(
  a: readonly Slice[],
  b: readonly Slice[],
  /** Logarithms of the quantiles of both runs together. */
  limits: Float64Array,
): Blocks & { correlations: number[] } {
  const shortest = Math.min(a.length, b.length);
  let size = Math.max(1, Math.floor(shortest / BLOCKS_START));
  for (;;) {
    const [blocksA, blocksB] = [blocksOf(a, size), blocksOf(b, size)];
    const [aboveA, aboveB] = [blocksA, blocksB].map((own) => own.map((block) => aboveOf(block, limits))) as [
      Above[],
      Above[],
    ];
    const blocks = { a: blocksA, b: blocksB, size, aboveA, aboveB };
    const correlations = Array.from(limits, (_, level) =>
      correlationOf([aboveA, aboveB].map((own) => own.map((block) => shareOf(block, level)))),
    );
    const isIndependent = correlations.every((correlation) => correlation <= CORRELATION_MAX);
    if (isIndependent || Math.floor(shortest / (2 * size)) < BLOCKS_MIN) return { ...blocks, correlations };
    size *= 2;
  }
}

/**
 * Deals all blocks anew; returns how often the shares above each quantile of both runs together differ at least as much as
 * they did, or as much less as `inflations` says.
 */
function permuted(
  { aboveA, aboveB }: Blocks,
  inflations: readonly number[],
  { random, limit }: { random: () => number; limit: number },
): number[] {
  const permutations = Math.max(PERMUTATIONS_MIN, Math.ceil(2 / limit));
  const blocks = aboveA.length <= aboveB.length ? [...aboveA, ...aboveB] : [...aboveB, ...aboveA];
  const dealt = Math.min(aboveA.length, aboveB.length);
  const total = blocks.reduce((sum, { count }) => sum + count, 0);
  const totals = inflations.map((_, level) => blocks.reduce((sum, { above }) => sum + above[level]!, 0));
  const above = new Float64Array(inflations.length);
  /** Difference of the shares of the first `dealt` blocks and of the others. */
  const differences = (): number[] => {
    above.fill(0);
    let count = 0;
    for (let i = 0; i < dealt; i++) {
      const block = blocks[i]!;
      count += block.count;
      for (let level = 0; level < above.length; level++) above[level]! += block.above[level]!;
    }
    return totals.map((all, level) =>
      Math.abs(above[level]! / count - (all - above[level]!) / (total - count)),
    );
  };
  const seen = differences().map((difference, level) => difference / inflations[level]!);
  const atLeast = inflations.map(() => 1);
  for (let n = 0; n < permutations; n++) {
    for (let i = 0; i < dealt; i++) {
      const j = i + Math.floor(random() * (blocks.length - i));
      const block = blocks[j]!;
      blocks[j] = blocks[i]!;
      blocks[i] = block;
    }
    for (const [level, difference] of differences().entries()) {
      // Sums in another order can differ in the last digit.
      if (difference >= seen[level]! * (1 - 1e-9)) atLeast[level]!++;
    }
  }
  return atLeast.map((count) => count / (permutations + 1));
}

/** Returns the interval of b − a of each quantile. */
function intervals(
  { a, b }: Blocks,
  levels: readonly number[],
  all: Float64Array,
  random: () => number,
): { low: number; high: number }[] {
  const sum = new Sum(all);
  const [ofA, ofB] = [new Float64Array(levels.length), new Float64Array(levels.length)];
  const draw = (blocks: readonly Slice[], out: Float64Array) => {
    sum.clear();
    for (let i = 0; i < blocks.length; i++) sum.add(blocks[Math.floor(random() * blocks.length)]!);
    sum.logQuantiles(levels, out);
  };
  const drawn = levels.map(() => new Float64Array(RESAMPLES));
  for (let n = 0; n < RESAMPLES; n++) {
    draw(a, ofA);
    draw(b, ofB);
    for (let i = 0; i < levels.length; i++) drawn[i]![n] = Math.exp(ofB[i]!) - Math.exp(ofA[i]!);
  }
  const edge = Math.floor(((RESAMPLES + 1) * (1 - INTERVAL_CONFIDENCE)) / 2) - 1;
  return drawn.map((values) => {
    values.sort();
    return { low: values[edge]!, high: values[RESAMPLES - 1 - edge]! };
  });
}

const countsOf = (slices: readonly Slice[]): Float64Array => {
  const counts = new Float64Array(BUCKET_COUNT);
  for (const slice of slices) addSlice(counts, slice);
  return counts;
};

/** Compares two runs by slices of equal length, each in order of time. */
export function compareSlices(
  a: readonly Slice[],
  b: readonly Slice[],
  { random, tests = 1 }: CompareOptions,
): SliceComparison {
  const [countsA, countsB] = [countsOf(a), countsOf(b)];
  const least = Math.min(totalOf(countsA), totalOf(countsB));
  const levels = COMPARED_QUANTILES.filter((quantile) => least >= samplesNeeded(quantile));
  const empty = { verdict: 'unknown', quantiles: [] } as const;
  if (levels.length === 0) {
    // Of a run that is far longer than the other, slices are longer than the other.
    const why = Math.min(a.length, b.length) < BLOCKS_MIN ? 'short' : 'few_values';
    return { ...empty, quantiles: [], why, blocks: [a.length, b.length], slicesPerBlock: 1 };
  }
  const all = countsA.map((count, i) => count + countsB[i]!);
  const logsOf = (slices: readonly Slice[]) => {
    const out = new Float64Array(levels.length);
    new Sum(all).addAll(slices).logQuantiles(levels, out);
    return out;
  };
  const { correlations, ...blocks } = mergedBlocks(a, b, logsOf([...a, ...b]));
  const [logA, logB] = [logsOf(blocks.a), logsOf(blocks.b)];
  const seen = levels.map((_, i) => Math.abs(logB[i]! - logA[i]!));
  const limit = TESTS_LEVEL / (levels.length * tests);
  const inflations = correlations.map(inflation);
  const p = permuted(blocks, inflations, { random, limit });
  const bounds = intervals(blocks, levels, all, random);
  const isEnough = blocks.a.length >= BLOCKS_MIN && blocks.b.length >= BLOCKS_MIN;
  const quantiles = levels.map((quantile, i): QuantileDifference => {
    const [ofA, ofB] = [Math.exp(logA[i]!), Math.exp(logB[i]!)];
    const widened = (bound: number) => ofB - ofA + (bound - (ofB - ofA)) * inflations[i]!;
    const [low, high] = [widened(bounds[i]!.low), widened(bounds[i]!.high)];
    const isSure =
      isEnough && correlations[i]! <= CORRELATION_LIMIT && p[i]! <= limit && (low > 0 || high < 0);
    return {
      ...{ quantile, a: ofA, b: ofB, low, high, p: p[i]! },
      differs: isSure && seen[i]! >= Math.log1p(BUCKET_ERROR),
    };
  });
  // The highest one decides: a lower median does not make up for a higher tail.
  const decisive = quantiles.findLast(({ differs }) => differs);
  const found = {
    blocks: [blocks.a.length, blocks.b.length] as [number, number],
    slicesPerBlock: blocks.size,
    quantiles,
  };
  if (!isEnough) return { ...found, verdict: 'unknown', why: 'short' };
  if (decisive !== undefined) return { ...found, verdict: decisive.b > decisive.a ? 'worse' : 'better' };
  const isDependent = correlations.some((correlation) => correlation > CORRELATION_LIMIT);
  return isDependent ? { ...found, verdict: 'unknown', why: 'dependent' } : { ...found, verdict: 'none' };
}
