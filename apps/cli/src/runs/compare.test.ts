import type { Comparison } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { EXIT_UNDECIDED, EXIT_WORSE } from '../exit.ts';
import { comparisonLines, exitCodeOfVerdicts } from './compare.ts';

const values = { count: 60_000, maxNs: 400_000, buckets: [] };
const figures = { count: 12, worstNs: 410_000, worst: '1-1', cpus: [1] };
const at = 1_796_000_000_000_000;
const comparison: Comparison = {
  runs: [
    { word: '3', host: 'box', name: 'a\u202e', from: at, to: at + 600e6, tool: 'cyclictest', maxNs: 61_500 },
    { word: 'run:5', host: 'box', from: at, to: at + 60e6 },
  ],
  pairs: [
    {
      ...{ a: '3', b: 'run:5', verdict: 'worse' },
      measures: [
        {
          ...{ measure: 'wakeup_latency', verdict: 'worse', blocks: [60, 16], blockUs: 3_000_000 },
          ...{ a: values, b: { ...values, maxNs: 300_000 } },
          quantiles: [
            { quantile: 0.5, aNs: 4200, bNs: 4300, lowNs: -100, highNs: 300, p: 0.4, differs: false },
            {
              quantile: 0.999,
              aNs: 40_000,
              bNs: 92_500,
              lowNs: 31_000,
              highNs: 70_000,
              p: 0.0001,
              differs: true,
            },
          ],
        },
        {
          ...{
            measure: 'timer_latency',
            verdict: 'unknown',
            why: 'short',
            blocks: [60, 6],
            blockUs: 3_000_000,
          },
          ...{ a: values, b: values, quantiles: [] },
        },
      ],
      causes: [
        { culprit: 'irq 24 edu', change: 'appeared', proven: true, b: figures },
        { culprit: 'NET_RX', change: 'moved', proven: false, a: figures, b: { ...figures, cpus: [2, 3] } },
        { culprit: 'dd', change: 'same', proven: false, a: figures, b: figures },
      ],
      settings: [
        { name: 'thresholds', a: '200 µs', b: '100 µs' },
        { name: 'boost', b: '1' },
      ],
    },
  ],
};

describe('the text of a comparison', () => {
  it('has verdict, intervals, causes and settings', () => {
    expect(comparisonLines(comparison)).toEqual([
      'Compared with test run 3 "a\\u{202e}" on box, 2026-11-30 00:53 UTC, 10 min, cyclictest max 61.5 µs',
      '',
      'run 5 on box, 2026-11-30 00:53 UTC, 1 min: worse',
      '  wakeup_latency: worse at p99.9 (60\u202f000 and 60\u202f000 values; 60 and 16 blocks of 3 s)',
      '    p50      4.20 µs   4.30 µs    +100 ns  [−100 ns, +300 ns]',
      '    p99.9      40 µs   92.5 µs   +52.5 µs  [+31 µs, +70 µs] differs',
      '    max       400 µs    300 µs    −100 µs',
      '  timer_latency: no verdict: a run is too short: at least 10 blocks are needed (60\u202f000 and 60\u202f000 values)',
      '    max       400 µs    400 µs       0 ns',
      '  Causes: 2 of 3 changed',
      '    appeared: irq 24 edu: none → 12×, worst 410 µs, CPU 1',
      '    moved (can be chance): NET_RX: 12×, worst 410 µs, CPU 1 → 12×, worst 410 µs, CPU 2,3',
      '    The causes cannot be compared, because the settings that decide what is a spike differ: thresholds',
      '  Settings that differ:',
      '    thresholds: 200 µs → 100 µs',
      '    boost: – → 1',
    ]);
  });

  it('says that settings are not stored, or do not differ', () => {
    const last = (settings?: []) => {
      const [{ settings: _, ...pair }] = comparison.pairs as [Comparison['pairs'][number]];
      return comparisonLines({ ...comparison, pairs: [{ ...pair, ...(settings && { settings }) }] }).at(-1);
    };
    expect([last(), last([])]).toEqual(['  Settings: not stored for both runs', '  Settings: no difference']);
  });
});

it('the exit code of a comparison says whether a run is worse, or not known to be no worse', () => {
  expect(exitCodeOfVerdicts(['better', 'none'])).toBe(0);
  expect(exitCodeOfVerdicts(['unknown', 'mixed'])).toBe(EXIT_WORSE);
  expect(exitCodeOfVerdicts(['none', 'unknown'])).toBe(EXIT_UNDECIDED);
});
