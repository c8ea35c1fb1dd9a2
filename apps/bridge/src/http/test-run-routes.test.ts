import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Measure } from '@rtprobe/abi';
import type { Comparison, RunInfo, TestRun } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder, until, waitForState } from '../../tests/harness.ts';
import { factsText, irqLines } from '../devices/testing.ts';
import { fixture } from '../results/testing.ts';

const BOOT = '01234567-89ab-cdef-0123-456789abcdef';
const dir = join(temporaryFolder(), 'data');
let harness: Harness;

const facts = (affinity: string, governor: string): string[] => [
  factsText([
    ...irqLines(24, 'IO-APIC', 'rtprobe-edu', affinity),
    ['/proc', '', 'cmdline=quiet isolcpus=1'],
    ['/sys/devices/system/clocksource/clocksource0', '', 'current_clocksource=tsc'],
    ['/sys/devices/system/cpu/cpufreq/policy0', '', 'affected_cpus=0 1', 'scaling_governor=performance'],
    ['/sys/devices/system/cpu/cpufreq/policy2', '', 'affected_cpus=2', `scaling_governor=${governor}`],
    ['/sys/devices/system/cpu/cpu0', '', 'microcode/version=0x1f'],
    ['/sys/devices/system/cpu/cpu1', '', 'microcode/version=0x1f'],
  ]),
];

beforeAll(async () => {
  harness = await startHarness({ history: { dir }, facts: facts('0-1', 'powersave'), waitForLive: false });
  harness.agent.helloWords = ` machine-id=${'0123456789abcdef'.repeat(2)} boot-id=${BOOT}`;
  harness.agent.hangUp();
  await waitForState(harness, 'live');
});
afterAll(async () => {
  await harness.close();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const post = async (path: string, body: object) => {
  const { status, body: answer } = await harness.post(`/api/v1/test-runs${path}`, body);
  return { status, run: answer as unknown as TestRun, error: answer.error };
};
const get = async (path: string) => (await harness.get(`/api/v1/test-runs${path}`)).body;
const now = () => Date.now() * 1000;
const begin = (more: object = {}) =>
  post('', { boot: BOOT, command: ['cyclictest', '-q'], at: now(), ...more });

describe('a test run', () => {
  it('is running until its end is reported, and then has the figures of its command', async () => {
    const { run } = await begin({ name: 'before', kernelConfig: 'sha256:1234' });
    expect(run).toMatchObject({ host: 'simulated', name: 'before', state: 'running', changes: [] });
    const end = { at: now(), exitCode: 3, output: fixture('cyclictest-q.txt'), outputLeftOut: 7 };
    expect(await post(`/${run.id}`, { at: now() })).toMatchObject({ run: { state: 'running' } });
    expect((await post(`/${run.id}`, end)).run).toMatchObject({
      ...{ state: 'ended', exitCode: 3, tool: 'cyclictest', count: 518, maxNs: 16_068_000 },
      ...{ result: { rows: [{ tid: 21_053 }, { tid: 21_054 }] }, output: end.output, outputLeftOut: 7 },
    });
    expect(await get('')).toMatchObject({
      runs: [{ id: run.id, state: 'ended', maxNs: 16_068_000, changes: 0 }],
    });
    expect((await get('')).runs).not.toHaveProperty('0.output');
    expect(await get(`/${run.id}`)).toMatchObject({ settings: { kernel_config: 'sha256:1234' } });
    expect(await post(`/${run.id}`, end)).toMatchObject({ status: 409, error: { code: 'E_TEST_RUN_ENDED' } });
  });

  it('has the settings that decide whether runs can be compared', async () => {
    const { run } = await begin();
    expect(run.settings).toMatchObject({
      ...{
        cmdline: 'quiet isolcpus=1',
        clocksource: 'tsc',
        microcode: '0x1f',
        'affinity/24': '0-1 (effective 0)',
      },
      ...{
        governor: '0-1: performance; 2: powersave',
        measures: 'hardirq_duration, vector_duration, timer_latency',
      },
      ...{ period: '1 ms', thresholds: '500 µs' },
    });
  });

  it('has every change of them', async () => {
    const { run } = await begin();
    harness.agent.facts = facts('1', 'performance');
    await harness.post('/api/v1/config', { periodNs: 2_000_000 });
    await until('the new period', () => harness.agent.config.periodNs === 2_000_000n);
    // Facts are at most 5 s old.
    await setTimeout(5100);
    const ended = (await post(`/${run.id}`, { at: 5, exitCode: 0 })).run;
    expect(ended.changes).toEqual([
      { time: 5, name: 'governor', before: '0-1: performance; 2: powersave', after: 'performance' },
      { time: 5, name: 'period', before: '1 ms', after: '2 ms' },
      { time: 5, name: 'affinity/24', before: '0-1 (effective 0)', after: '1 (effective 0)' },
    ]);
    expect(ended.settings.period).toBe('1 ms');
    expect(await get('')).toMatchObject({ runs: [{ changes: 3 }, {}, {}] });
  }, 15_000);

  it('on a machine that the bridge does not watch is refused with the way to do it', async () => {
    const elsewhere = await begin({ boot: BOOT.replace('0', '1') });
    expect(elsewhere).toMatchObject({ status: 409, error: { code: 'E_NOT_ON_HOST' } });
    expect(elsewhere.error!.message).toMatch(/run it on simulated itself.*runs import FILE/);
    expect(await begin({ host: 'other' })).toMatchObject({ status: 409, error: { word: 'other' } });
  });

  it('whose result cannot be read is stored with the reason', async () => {
    const { run } = await begin();
    const output = fixture('cyclictest-H.txt').replace('000010 000000', '000010 00000x');
    const ended = (await post(`/${run.id}`, { exitCode: 0, output })).run;
    expect(ended.resultError).toMatchObject({ code: 'E_RESULT_WORD', word: '00000x' });
    const other = (await begin({ command: ['true'] })).run;
    const plain = (await post(`/${other.id}`, { signal: 'SIGINT', output: 'hello' })).run;
    expect(plain).toMatchObject({ signal: 'SIGINT', output: 'hello' });
    expect(plain.resultError ?? plain.result).toBeUndefined();
  });

  it('has the figures of the file that its command wrote, with what was printed beside it', async () => {
    const { run } = await begin();
    const texts = { output: fixture('cyclictest-H.txt'), file: fixture('cyclictest-H.json') };
    const ended = (await post(`/${run.id}`, { exitCode: 0, ...texts })).run;
    expect(ended.result).toMatchObject({
      version: '2.40',
      rows: [
        { cpu: 0, over: 41 },
        { cpu: 1, over: 38 },
      ],
    });
  });

  it('has the spike of each sample that cyclictest listed with its time', async () => {
    const { run } = await begin();
    const time = harness.agent.now;
    const late = { measure: Measure.wakeupLatency, cpu: 1, mode: 1, valueNs: 290_000n };
    const id = harness.agent.spike({ ...late, time, victim: { pid: 21_114, comm: 'cyclictest' } });
    harness.agent.spike({ ...late, time: time + 1n, victim: { pid: 9, comm: 'other' } });
    const us = time / 1000n;
    const lines = ['T: 0 Spike:     300: TS:', 'T: 0 Spike:     250: TS:'].map(
      (line, i) => `${line} ${us + 5n + BigInt(i) * 9000n}`,
    );
    const output = `${fixture('cyclictest-spike.txt').split('\n').slice(0, 3).join('\n')}\n${lines.join('\n')}\n`;
    await post(`/${run.id}`, { at: now() + 1e6, exitCode: 0, output });
    await expect.poll(() => get(`/${run.id}/samples`)).toMatchObject({ matched: 1 });
    expect(await get(`/${run.id}/samples`)).toEqual({
      samples: [
        {
          ...{ row: 0, valueNs: 300_000, monoNs: `${(us + 5n) * 1000n}` },
          spike: expect.objectContaining({
            id: `7-${id}`,
            valueNs: 290_000,
            cpu: 1,
            measure: 'wakeup_latency',
          }),
        },
        { row: 0, valueNs: 250_000, monoNs: `${(us + 9005n) * 1000n}`, why: 'none' },
      ],
      ...{ listed: 2, matched: 1, otherSpikes: 0 },
    });
  });

  it('can be named and deleted', async () => {
    const { run } = await begin();
    expect((await post(`/${run.id}`, { name: 'x' })).run).toMatchObject({ name: 'x', state: 'running' });
    expect((await post(`/${run.id}`, { name: '' })).run.name).toBeUndefined();
    expect((await harness.delete(`/api/v1/test-runs/${run.id}`)).body).toEqual({ testRun: run.id });
    for (const { status, error } of [
      await post(`/${run.id}`, { name: 'x' }),
      await post('/99999', { at: 1 }),
    ])
      expect([status, error]).toMatchObject([404, { code: 'E_UNKNOWN_TEST_RUN' }]);
    expect((await harness.delete(`/api/v1/test-runs/${run.id}`)).status).toBe(404);
  });

  it('needs an operator', async () => {
    const viewer = harness.bridge.createToken('viewer');
    expect((await harness.post('/api/v1/test-runs/import', { file: 'x', text: '' }, viewer)).status).toBe(
      403,
    );
  });
});

it('a range of time has what would have remained without a cause', async () => {
  const whatIf = (query: string) => harness.get(`/api/v1/what-if?measure=wakeup_latency&${query}`);
  const to = now() + 60e6;
  await expect
    .poll(async () => (await whatIf(`from=0&to=${to}`)).body)
    .toMatchObject({ host: 'simulated', measure: 'wakeup_latency', from: 0, to });
  const { body } = await whatIf(`from=0&to=${to}&without=task:a%252Cb,cpu:1`);
  expect(body).toMatchObject({ without: { keys: ['task:a,b', 'cpu:1'] } });
  for (const wrong of ['from=5&to=5', `from=0&to=9&without=`, 'from=0&to=9&without=%25'])
    expect((await whatIf(wrong)).status).toBe(400);
});

describe('a comparison of runs', () => {
  const compare = async (runs: string) => harness.get(`/api/v1/compare?runs=${runs}`);
  const text = fixture('cyclictest-H.json');

  it('has the settings that differ, and no verdict without values', async () => {
    const begun = [await begin({ name: 'before' }), await begin({ kernelConfig: 'sha256:1' })];
    const ids = begun.map(({ run }) => run.id);
    const { status, body } = await compare(ids.join());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      runs: [{ word: `${ids[0]}`, name: 'before' }, { word: `${ids[1]}` }],
      pairs: [{ a: `${ids[0]}`, b: `${ids[1]}`, verdict: 'unknown', causes: [], settings: [] }],
    });
    const imported = await post('/import', { file: 'a.json', text });
    const other = await compare(`${ids[0]},${imported.run.id}`);
    expect((other.body as unknown as Comparison).pairs[0]!.settings).toBeUndefined();
    expect((other.body as unknown as Comparison).runs[1]).toMatchObject({ tool: 'cyclictest' });
  });

  it('can have loads of the module', async () => {
    const { runs } = (await harness.get('/api/v1/runs')).body as unknown as { runs: RunInfo[] };
    const { run } = await begin();
    const { body } = await compare(`run:${runs[0]!.id},${run.id}`);
    expect(body).toMatchObject({ runs: [{ word: `run:${runs[0]!.id}`, host: 'simulated' }, {}] });
  });

  it('is refused with the run that cannot be compared', async () => {
    const { run } = await post('/import', { file: 'q.txt', text: fixture('cyclictest-q.txt') });
    const code = async (runs: string) => (await compare(runs)).body.error?.code;
    expect(await code(`${run.id},${(await begin()).run.id}`)).toBe('E_NO_TIME');
    expect(await code('99998,99999')).toBe('E_UNKNOWN_TEST_RUN');
    expect(await code('run:99998,run:99999')).toBe('E_UNKNOWN_RUN');
    for (const wrong of ['1', '1,1', '1,x', '1,2,3,4,5,6']) expect(await code(wrong)).toBe('E_QUERY');
  });
});

describe('an imported file', () => {
  it('is a run with the times of the file, or with those that are given', async () => {
    const file = { file: 'cyclictest.json', text: fixture('cyclictest-H.json') };
    const { run } = await post('/import', { ...file, name: 'old kernel' });
    expect(run).toMatchObject({ state: 'imported', name: 'old kernel', exitCode: 0, settings: {} });
    expect(run.endedAt! - run.startedAt!).toBeGreaterThanOrEqual(1e6);
    expect((await post('/import', { ...file, from: 5, to: 9 })).run).toMatchObject({
      startedAt: 5,
      endedAt: 9,
    });
    const text = await post('/import', { file: 'q.txt', text: fixture('cyclictest-N.txt'), unit: 'ns' });
    expect(text.run).toMatchObject({ maxNs: 87_261_677, result: { notes: [] } });
    expect(text.run.startedAt).toBeUndefined();
  });

  it('can be as long as a histogram of many threads', async () => {
    const bucket = (_: unknown, us: number) =>
      `${String(us).padStart(6, '0')} 000000\t00000${us % 50 ? 0 : 1}\n`;
    const text = `# Histogram\n${Array.from({ length: 100_000 }, bucket).join('')}`;
    expect(await post('/import', { file: 'long.txt', text })).toMatchObject({
      status: 200,
      run: { outputLeftOut: 2_034_476 },
    });
  });

  it('that cannot be read is refused with the word', async () => {
    const refused = await post('/import', { file: 'x', text: 'no result' });
    expect(refused).toMatchObject({ status: 422, error: { code: 'E_RESULT_UNKNOWN' } });
    const text = fixture('oslat.txt').replace('32', 'x2');
    expect(await post('/import', { file: 'x', text })).toMatchObject({
      status: 422,
      error: { code: 'E_RESULT_WORD' },
    });
  });
});

it('test runs survive a restart of the bridge; one whose command is not reported any more is lost', async () => {
  const { run } = await begin();
  await harness.close();
  harness = await startHarness({ history: { dir } });
  expect(await get(`/${run.id}`)).toMatchObject({ state: 'running', host: 'simulated' });
});

it('a test run is accepted on a machine without a machine id', async () => {
  const other = await startHarness({ history: { dir: join(dir, '../other') }, waitForLive: false });
  other.agent.helloWords = ` boot-id=${BOOT}`;
  other.agent.hangUp();
  await waitForState(other, 'live');
  const body = { boot: BOOT, command: ['true'], at: now() };
  expect((await other.post('/api/v1/test-runs', body)).status).toBe(200);
  await other.close();
});
