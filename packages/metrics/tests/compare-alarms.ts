// Counts false alarms of comparisons: verdicts about pairs of runs that do not differ; and how often a real shift is found.
import { parseArgs } from 'node:util';
import { compareSlices, FALSE_ALARMS } from '../src/compare.ts';
import { random } from '../src/random.ts';
import type { Slice } from '../src/slices.ts';
import { LOAD, type Load, latencies } from './latencies.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log('usage: node packages/metrics/tests/compare-alarms.ts [--pairs N] [--seconds N] [--seed N]');
  process.exit();
}
const [pairs, seconds, seed] = [Number(values.pairs), Number(values.seconds), Number(values.seed)];

type Pair = (next: () => number) => [Slice[], Slice[]];

function count(pair: Pair, times: number): Record<string, number> {
  const found: Record<string, number> = { worse: 0, better: 0, none: 0, unknown: 0 };
  for (let i = 0; i < times; i++) {
    const next = random(seed * 1_000_003 + i);
    const [a, b] = pair(next);
    const { verdict, blocks } = compareSlices(a, b, { random: next });
    found[verdict]!++;
    found.blocks = (found.blocks ?? 0) + blocks[0];
  }
  found.blocks = Math.round(found.blocks! / times);
  return found;
}

const of =
  (a: Partial<Load>, b: Partial<Load> = a): Pair =>
  (next) => [latencies(seconds, next, a), latencies(seconds, next, b)];

/** Runs that do not differ, with more and more dependence in time. */
const same: [string, Partial<Load>][] = [
  ['usual load', {}],
  ['load that lasts 20 s and drifts for 60 s', { seconds: [20, 60] }],
  ['bursts, two in a run', { bursts: [seconds / 2, 8], burstFactor: 20 }],
];
let failed = false;
for (const [name, load] of same) {
  const found = count(of(load), pairs);
  const alarms = found.worse! + found.better!;
  failed ||= alarms > FALSE_ALARMS * pairs;
  console.log(`${name}: ${alarms} false alarms of ${pairs}, ${JSON.stringify(found)}`);
}
const shifted: [string, Partial<Load>][] = [
  ['all latencies 10 % higher', { factor: 1.1 }],
  ['all latencies 30 % higher', { factor: 1.3 }],
  ['all latencies 30 % lower', { factor: 0.7 }],
  ['twice as long in bursts', { burstFactor: 2 * LOAD.burstFactor }],
];
for (const [name, load] of shifted) {
  console.log(`${name}: ${JSON.stringify(count(of({}, load), Math.ceil(pairs / 10)))}`);
}
process.exitCode = failed ? 1 : 0;
