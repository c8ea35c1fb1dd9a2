// Test runs of the synthetic host: one that ended, one that runs, one made of a file.
import type { MatchedSamples, TestRun, TestRunInfo, ToolRow } from '@rtprobe/protocol';
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
