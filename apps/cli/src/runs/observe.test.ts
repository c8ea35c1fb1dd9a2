// Tests `rtprobe observe` with a bridge whose host has this machine's boot id, and its arithmetic.
import { join } from 'node:path';
import type { HostInfo, TestRun } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Harness } from '../../../bridge/tests/harness.ts';
import { RESULTS, type WatchedMachine, watchThisMachine } from '../../tests/watched-machine.ts';
import { compareFigures, figuresOf, type Observation, observationLines } from './observe.ts';

let machine: WatchedMachine;
let harness: Harness;

beforeAll(async () => {
  machine = await watchThisMachine();
  ({ harness } = machine);
});
afterAll(() => machine.close());

const observe = (words: readonly string[], ...command: string[]) =>
  machine.rtprobe(['observe', ...words], ['--', ...command]);

async function testRun(id: number): Promise<TestRun> {
  return (await harness.get(`/api/v1/test-runs/${id}`)).body as unknown as TestRun;
}

async function host(): Promise<HostInfo> {
  const { hosts } = (await harness.get('/api/v1/status')).body as unknown as { hosts: HostInfo[] };
  return hosts[0]!;
}

describe('rtprobe observe', () => {
  it('runs a command with the probe on and off, and switches on again what was on', async () => {
    const before = (await host()).config!;
    expect(before.measures.length).toBeGreaterThan(0);
    const { ended, text } = observe(['--pairs', '8', '--json'], 'cat', join(RESULTS, 'cyclictest-q.txt'));
    expect(await ended, text.stderr).toBe(0);
    const found = JSON.parse(text.stdout) as Observation;
    expect(found).toMatchObject({ host: 'simulated', probe: { measures: before.measures } });
    expect(found.pairs).toHaveLength(8);
    for (const { on, off, first } of found.pairs) {
      const [runOn, runOff] = [await testRun(on), await testRun(off)];
      expect(runOn.settings.measures).toBe(before.measures.join(', '));
      expect(runOff.settings.measures).not.toBe(runOn.settings.measures);
      expect(on < off).toBe(first === 'on');
    }
    // The same output each time.
    expect(found.figures.map(({ name, differs }) => [name, differs])).toEqual([
      ['mean', false],
      ['max', false],
    ]);
    expect((await host()).config).toEqual(before);
  });

  it('switches the probe on again after a failed command and after a signal', async () => {
    const before = (await host()).config!.measures;
    const failing = observe(['--pairs', '8'], 'sh', '-c', 'exit 3');
    expect(await failing.ended).toBe(125);
    expect(failing.text.stderr).toMatch(/E_COMMAND: sh ended with 3 in test run \d+/);
    expect((await host()).config!.measures).toEqual(before);

    const count = async () =>
      ((await harness.get('/api/v1/test-runs')).body as unknown as { runs: TestRun[] }).runs;
    const runs = (await count()).length;
    const { child, ended, text } = observe(['--pairs', '8'], 'sleep', '30');
    await expect.poll(async () => (await count()).length).toBeGreaterThan(runs);
    child.kill('SIGTERM');
    expect(await ended, text.stderr).toBe(143);
    expect((await host()).config!.measures).toEqual(before);
  });

  it('refuses a host that is not there before it runs anything', async () => {
    const { ended, text } = observe(['--host', 'other'], 'true');
    expect(await ended).toBe(125);
    expect(text.stderr).toMatch(
      /E_NO_HOST: the bridge has no host "other"\n {2}→ name one with --host: simulated/,
    );
  });
});

describe('the figures of observe', () => {
  const run = (result: object): TestRun => ({ startedAt: 5, endedAt: 8, result }) as unknown as TestRun;

  it('are of all threads together, as far as the tool reported them', () => {
    const rows = [
      {
        number: 0,
        count: 600,
        avgNs: 2000,
        maxNs: 9000,
        buckets: [
          [2000, 594],
          [9000, 6],
        ],
      },
      { number: 1, count: 400, avgNs: 4000, maxNs: 70_000, buckets: [[4000, 399]], over: 1 },
    ];
    expect(figuresOf(run({ rows }))).toEqual({ mean: 2800, p50: 2000, p99: 4000, max: 70_000 });
  });

  it('of a command without a result are how long it took', () => {
    expect(figuresOf({ startedAt: 5, endedAt: 8 } as TestRun)).toEqual({ duration: 3000 });
  });

  it('differ if the interval of the differences of pairs excludes 0', () => {
    const pairs = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => ({
      off: { mean: i * 1000, max: 50_000 },
      on: { mean: i * 1000 + 100 + i, max: i % 2 ? 40_000 : 60_000, p50: 7 },
    }));
    const figures = compareFigures(pairs);
    expect(figures).toEqual([
      {
        name: 'mean',
        offNs: 4500,
        onNs: 4604.5,
        differenceNs: 104.5,
        lowNs: 101,
        highNs: 108,
        differs: true,
      },
      {
        name: 'max',
        offNs: 50_000,
        onNs: 50_000,
        differenceNs: 0,
        lowNs: -10_000,
        highNs: 10_000,
        differs: false,
      },
    ]);
    const observation: Observation = {
      ...{ host: 'box', command: ['cyclictest', '-q'], confidence: 0.99, figures },
      probe: { measures: ['hardirq_duration'], recorder: true },
      pairs: pairs.map((_, i) => ({ on: 2 * i, off: 2 * i + 1, first: 'on' })),
    };
    const lines = observationLines(observation);
    expect(lines.join('\n')).toContain('on: hardirq_duration, flight recorder');
    expect(lines.find((line) => line.includes('mean'))).toMatch(
      /mean\s+4\.50 µs\s+4\.60 µs\s+\+105 ns\s+\[\+101 ns, \+108 ns\]\s+the probe changes it$/,
    );
    expect(lines.find((line) => line.includes('max'))).toMatch(/\[−10 µs, \+10 µs\]\s+no difference/);
  });
});
