// Test runs of the synthetic host: one that ended, one that runs, one made of a file.
import { bucketOf } from '@rtprobe/metrics';
import type {
  ComparedMeasure,
  Comparison,
  MatchedSamples,
  TestRun,
  TestRunInfo,
  ToolRow,
  WhatIf,
} from '@rtprobe/protocol';
import type { SyntheticHost } from './synthetic.ts';

const COMMAND = 'cyclictest -m -p 90 -S -i 1000 -D 10m -q -h 400 --spike=200';

const row = (number: number, maxNs: number, over: number): ToolRow => ({
  ...{ number, cpu: number, tid: 4711 + number, intervalNs: 1_000_000, count: 600_000 },
  ...{ minNs: 3000, avgNs: 9000, maxNs, over },
  buckets: [
    [4000, 250_000],
    [9000, 349_000],
    [120_000, 1000 - over],
  ],
});

export function testRuns(host: SyntheticHost): TestRun[] {
  const common = { host: 'synthetic', reportedAt: host.time, output: '', outputLeftOut: 0, changes: [] };
  const [startedAt, endedAt] = [host.time - 900e6, host.time - 300e6];
  const settings = {
    ...{
      kernel: '6.12.0-synthetic x86_64 PREEMPT_RT',
      cmdline: 'quiet isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3',
    },
    ...{ cpu_model: 'Synthetic CPU', governor: '0-2: performance; 3: powersave', clocksource: 'tsc' },
    ...{ microcode: '0x1f', rt_runtime: '950000', 'affinity/36': '0-3', isolcpus: '2-3' },
  };
  const samples = [{ valueNs: 412_000, monoNs: '9000000' }];
  const rows = [row(0, 61_000, 0), { ...row(1, 412_000, 2), samples }, row(2, 188_000, 0), row(3, 96_000, 0)];
  return [
    {
      ...{ ...common, id: 4, name: 'control loop', state: 'running', command: ['./servo', '--axis', '3'] },
      ...{ startedAt: host.time - 60e6, endedAt: host.time, settings },
    },
    {
      ...{
        ...common,
        id: 3,
        name: 'governor fixed',
        state: 'ended',
        command: COMMAND.split(' '),
        exitCode: 0,
      },
      ...{ startedAt, endedAt, tool: 'cyclictest', count: 2_400_000, maxNs: 412_000, settings },
      result: {
        ...{ tool: 'cyclictest', version: '2.40', limitNs: 400_000, rows, notes: ['unit'], ignoredLines: 0 },
      },
      changes: [
        { time: startedAt + 120e6, name: 'governor', before: 'performance', after: settings.governor },
        { time: startedAt + 300e6, name: 'affinity/36', before: '0', after: '0-3' },
      ],
      output: `# /dev/cpu_dma_latency set to 0us\n# Histogram\n${'000004 250000\t250000\n'.repeat(20)}`,
      outputLeftOut: 8120,
    },
    {
      ...{ ...common, id: 2, state: 'imported', file: 'oslat-6.1.json', tool: 'oslat', maxNs: 48_000 },
      ...{ count: 23_000_000, settings: {}, startedAt: startedAt - 86_400e6, endedAt: endedAt - 86_400e6 },
    },
  ];
}

export const testRunList = (host: SyntheticHost): TestRunInfo[] =>
  testRuns(host).map(({ result, output, outputLeftOut, settings, changes, ...info }) => ({
    ...info,
    changes: changes.length,
  }));

export function testRunSamples(host: SyntheticHost): MatchedSamples {
  const spikes = host.spikes.slice(-3).map(({ id, measure, valueNs, cpu, culprit }) => ({
    ...{ id, measure, valueNs, cpu, culprit },
  }));
  const [spike, second, other] = spikes;
  return {
    samples: [
      { row: 1, valueNs: 412_000, monoNs: '9000000', ...(spike && { spike }) },
      { row: 1, valueNs: 402_000, monoNs: '8000000', ...(second && { spike: second }) },
      { row: 2, valueNs: 188_000, monoNs: '7000000', why: 'none', ...(other && { meanwhile: other }) },
      { row: 3, cycle: 41_288, why: 'no_time' },
    ],
    ...{ listed: 4, matched: 2, otherSpikes: 5 },
  };
}

function values(factor: number, maxNs: number): ComparedMeasure['a'] {
  const buckets = [4, 5, 6, 8, 12, 40, 90].map((us, i): [number, number] => [
    bucketOf(us * 1000 * factor),
    Math.round(400_000 / 6 ** i),
  ]);
  return { count: buckets.reduce((sum, [, n]) => sum + n, 0), maxNs, buckets };
}

/** Returns a comparison with every kind of row. */
export function comparison(host: SyntheticHost): Comparison {
  const [, b, a] = testRuns(host);
  const run = ({
    id,
    name,
    startedAt,
    endedAt,
    tool,
    count,
    maxNs,
  }: TestRun): Comparison['runs'][number] => ({
    ...{ word: String(id), host: 'synthetic', from: startedAt!, to: endedAt! + 1 },
    ...(name !== undefined && { name }),
    ...(tool && { tool }),
    ...(count && { count }),
    ...(maxNs && { maxNs }),
  });
  const level = (quantile: number, aNs: number, bNs: number, differs: boolean) => ({
    ...{ quantile, aNs, bNs, lowNs: (bNs - aNs) / 2, highNs: (bNs - aNs) * 1.5 },
    ...{ p: differs ? 0.0001 : 0.4, differs },
  });
  const figures = { count: 12, worstNs: 410_000, worst: host.spikes.at(-1)?.id ?? '0-0', cpus: [1] };
  return {
    runs: [run(a!), run(b!)],
    pairs: [
      {
        ...{ a: String(a!.id), b: String(b!.id), verdict: 'worse' },
        measures: [
          {
            ...{ measure: 'wakeup_latency', verdict: 'worse', blocks: [60, 62], blockUs: 10_000_000 },
            ...{ a: values(1, 180_000), b: values(1.4, 412_000) },
            quantiles: [level(0.5, 4200, 4300, false), level(0.99, 9000, 21_000, true)],
          },
          {
            ...{ measure: 'timer_latency', verdict: 'unknown', why: 'dependent', blocks: [16, 16] },
            ...{ blockUs: 40_000_000, a: values(0.5, 70_000), b: values(0.6, 90_000) },
            quantiles: [level(0.5, 2100, 2500, false)],
          },
        ],
        causes: [
          { culprit: 'irq 36 virtio1-req.0', change: 'appeared', proven: true, b: figures },
          { culprit: 'NET_RX', change: 'moved', proven: false, a: figures, b: { ...figures, cpus: [2, 3] } },
          { culprit: 'interrupts disabled in fio', change: 'same', proven: false, a: figures, b: figures },
        ],
        settings: [
          { name: 'thresholds', a: 'wakeup_latency 200 µs', b: 'wakeup_latency 100 µs' },
          { name: 'affinity/36', a: '2-3', b: '0-3' },
        ],
      },
    ],
  };
}

export function whatIf(query: URLSearchParams): WhatIf {
  const part = { spikes: 4, largest: '0-0' };
  const cause = {
    ...part,
    kind: 'irq',
    key: 'irq:36',
    label: 'irq 36 virtio1-req.0',
    largestNs: 310_000,
  } as const;
  const shown = values(1.4, 412_000);
  const measured = { maxNs: 412_000, over: 9, count: shown.count, buckets: shown.buckets };
  const keys = query.get('without')?.split(',').map(decodeURIComponent);
  return {
    ...{
      host: 'synthetic',
      measure: 'wakeup_latency',
      from: Number(query.get('from')),
      to: Number(query.get('to')),
    },
    ...{ values: measured, decomposed: 7, unknown: 2, thresholdNs: 100_000, more: 3 },
    causes: [
      { ...cause, maxNs: 188_000, over: 3 },
      { ...cause, kind: 'task', key: 'task:fio', label: 'fio', maxNs: 412_000, over: 8 },
    ],
    ...(keys && { without: { ...measured, keys, spikes: 4, maxNs: 188_000, over: 3 } }),
    composed: {
      ...{ cpu: 1, sumNs: 520_000, observedNs: 412_000, more: 1 },
      parts: [{ label: 'irq 36 virtio1-req.0', durationNs: 310_000, spike: '0-0' }],
    },
  };
}
