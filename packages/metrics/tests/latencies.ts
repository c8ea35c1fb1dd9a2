// Made-up latencies of a loaded machine, for tests of comparisons: second by second, each second like the ones before it.
import { bucketOf } from '../src/buckets.ts';
import type { Slice } from '../src/slices.ts';

export interface Load {
  /** Correlation times of the load in seconds: of the usual load, and of a slow drift. */
  seconds: readonly [usual: number, drift: number];
  /** Spread of the logarithm of the latency that each of them makes. */
  spread: readonly [usual: number, drift: number];
  /** Mean time in seconds between two bursts, and their mean length. */
  bursts: readonly [every: number, length: number];
  /** Values of a second. */
  perSecond: number;
  /** Factor of all latencies. */
  factor: number;
  /** Factor within bursts. */
  burstFactor: number;
}

export const LOAD: Load = {
  ...{ seconds: [4, 15], spread: [0.25, 0.1], bursts: [45, 4] },
  ...{ perSecond: 250, factor: 1, burstFactor: 3 },
};

/** Returns one slice for each second. */
export function latencies(seconds: number, random: () => number, load: Partial<Load> = {}): Slice[] {
  const { seconds: times, spread, bursts, perSecond, factor, burstFactor } = { ...LOAD, ...load };
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const keeps = times.map((time) => Math.exp(-1 / time));
  const states = spread.map((own) => own * gauss());
  let burst = random() < bursts[1] / bursts[0] ? bursts[1] : 0;
  return Array.from({ length: seconds }, () => {
    for (let i = 0; i < states.length; i++)
      states[i] = keeps[i]! * states[i]! + spread[i]! * Math.sqrt(1 - keeps[i]! ** 2) * gauss();
    burst = burst > 0 ? burst - 1 : random() < 1 / bursts[0] ? -bursts[1] * Math.log(1 - random()) : 0;
    const scale = 8000 * factor * Math.exp(states[0]! + states[1]!) * (burst > 0 ? burstFactor : 1);
    const counts = new Map<number, number>();
    let max = 0;
    for (let i = 0; i < perSecond; i++) {
      const value = Math.round(scale * Math.exp(0.25 * gauss()) * (random() < 1e-4 ? 6 : 1));
      max = Math.max(max, value);
      counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
    }
    const buckets = [...counts].sort(([a], [b]) => a - b);
    return {
      ...{ count: perSecond, max, buckets: buckets.length },
      bucketIndex: buckets.map(([bucket]) => bucket),
      bucketCount: buckets.map(([, count]) => count),
    };
  });
}
