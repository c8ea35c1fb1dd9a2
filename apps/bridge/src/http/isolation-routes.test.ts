import { rmSync } from 'node:fs';
import { Callback, Command, Measure, PartKind } from '@rtprobe/abi';
import type { Isolation } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder, waitForState } from '../../tests/harness.ts';
import { FAMILY } from '../../tests/simulated-agent.ts';
import { factsText } from '../devices/testing.ts';

let harness: Harness;

/** All measures. */
const EVERY = Object.values(Measure).reduce<number>((bits, measure) => bits | (1 << measure), 0);

beforeAll(async () => {
  harness = await startHarness({ waitForLive: false });
  const { agent } = harness;
  agent.moreInfo = {
    ...{ cpusOnline: '0-3', cpusPossible: 4, measuresAvailable: EVERY },
    epochStart: agent.now - 5_000_000_000n,
  };
  agent.config = { ...agent.config, measures: EVERY, cpus: '0-1', thresholdNs: 0n };
  agent.sources.push({ id: 4, measure: Measure.softirqDuration, number: 1, name: 'TIMER' });
  agent.tasks = [
    { task: { pid: 50, tgid: 50, startTime: 9n, comm: 'loop' }, runs: 1n, runtimeNs: 0n, lastCpu: 2 },
    { task: { pid: 20, tgid: 20, startTime: 1n, comm: 'kworker/2:1', kthread: 1 }, runs: 1n, lastCpu: 2 },
  ];
  agent.facts = [factsText([['/sys/devices/system/cpu', '', 'isolated=2-3', 'nohz_full=3']])];
  await waitForState(harness, 'live');
});
afterAll(() => harness.close());

async function read(query = ''): Promise<Isolation> {
  const { body } = await harness.get(`/api/v1/isolation${query}`);
  return (body.hosts as unknown as Isolation[])[0]!;
}

const cpuOf = (isolation: Isolation, cpu: number) => isolation.cpus.find((one) => one.cpu === cpu);

/** Waits for an answer that fits. */
async function answer(fits: (isolation: Isolation) => boolean): Promise<Isolation> {
  for (const end = Date.now() + 8000; ; ) {
    const isolation = await read();
    if (fits(isolation)) return isolation;
    if (Date.now() > end) throw new Error(JSON.stringify(isolation));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('isolated CPUs over REST', () => {
  it('are those that the module leaves alone, and those that are asked for', async () => {
    const isolation = await answer(({ watchedSince }) => watchedSince !== undefined);
    expect(isolation).toMatchObject({ host: 'simulated', online: '0-3', expectations: [], gaps: [] });
    expect(isolation.cpus.map(({ cpu, why }) => [cpu, why])).toEqual([
      [2, ['isolcpus', 'passive']],
      [3, ['isolcpus', 'nohz_full', 'passive']],
    ]);
    // Its task and the runs from before count as no interruption now.
    expect(cpuOf(isolation, 2)).toMatchObject({ ownTask: { comm: 'loop' }, ownTimerPerSecond: 0 });
    expect(cpuOf(isolation, 2)!.unseen).toBeUndefined();
    // Tasks from before the bridge watched are unknown.
    expect(isolation.since).toBeLessThan(isolation.watchedSince!);
    expect(cpuOf(isolation, 3)).toMatchObject({ quietSince: isolation.watchedSince, interference: [] });
    const { cpus } = await read('?cpus=0,2,77');
    expect(cpus.map(({ cpu }) => cpu)).toEqual([0, 2, 3]);
    expect(cpus[0]).toMatchObject({ why: ['chosen'], ownTimerPerSecond: 1000, unseen: { why: 'own_timer' } });
    expect((await harness.get('/api/v1/isolation?cpus=two')).body).toMatchObject({
      error: { code: 'E_QUERY', word: 'cpus' },
    });
  });

  it('list what interrupted them by kind, with count, longest, time and the newest moment', async () => {
    harness.agent.record(3, 2, 4_000);
    harness.agent.record(3, 2, 9_000);
    harness.agent.record(2, 3, 7_000);
    harness.agent.tasks[1] = { ...harness.agent.tasks[1]!, runs: 3n, runtimeNs: 80_000n };
    const isolation = await answer((one) =>
      Boolean(cpuOf(one, 2)?.interference.some(({ kind, count }) => kind === 'kthread' && count === 3)),
    );
    const { interference, quietSince, brokenBy } = cpuOf(isolation, 2)!;
    const vector = interference.find(({ kind }) => kind === 'vector')!;
    expect(vector).toMatchObject({ label: 'LOC', count: 2, totalNs: 13_000, worstNs: 9_000 });
    expect(interference.find(({ kind }) => kind === 'kthread')).toMatchObject({
      ...{ label: 'kworker/2:1', count: 3, totalNs: 80_000, task: { pid: 20 } },
    });
    expect(quietSince).toBe(Math.max(...interference.map(({ lastAt = 0 }) => lastAt)));
    expect(brokenBy).toBeDefined();
    expect(cpuOf(isolation, 3)!.interference).toMatchObject([{ kind: 'hardirq', label: 'irq 24', count: 1 }]);
    // Quiet grows from there.
    const later = await answer(({ until: newest = 0 }) => newest > quietSince + 300_000);
    expect(cpuOf(later, 2)!.quietSince).toBe(quietSince);
  });

  it('name no interrupt in which only the own timer was due', async () => {
    for (let i = 0; i < 5; i++) harness.agent.record(1, 0, 900);
    for (let i = 0; i < 7; i++) harness.agent.record(3, 0, 1_500);
    for (;;) {
      const { cpus } = await read('?cpus=0');
      const vector = cpus[0]!.interference.find(({ kind }) => kind === 'vector');
      if (vector?.count !== 2) continue;
      expect(vector).toMatchObject({ count: 2, ownCount: 5 });
      break;
    }
  });

  it('are not called quiet while a measure is off, and after values were dropped', async () => {
    harness.agent.config = { ...harness.agent.config, measures: EVERY & ~(1 << Measure.softirqDuration) };
    harness.agent.event(10, harness.agent.config);
    const isolation = await answer((one) => cpuOf(one, 2)?.unseen !== undefined);
    expect(cpuOf(isolation, 2)!.unseen).toMatchObject({ why: 'measure_off', what: 'softirq_duration' });
    harness.agent.config = { ...harness.agent.config, measures: EVERY };
    harness.agent.event(10, harness.agent.config);
    harness.agent.lost = { noRow: 3n };
    await answer((one) => cpuOf(one, 2)?.unseen?.why === 'dropped');
    // The next interruption begins a time that was seen.
    harness.agent.record(3, 2, 4_000);
    await answer((one) => cpuOf(one, 2)?.unseen === undefined);
    expect(cpuOf(await read(), 3)!.unseen).toMatchObject({ why: 'dropped', what: 'noRow' });
  });

  it('are not called quiet while there is no connection; what the module counted meanwhile is added', async () => {
    const before = cpuOf(await read(), 2)!;
    harness.agent.hangUp();
    await answer((one) => cpuOf(one, 2)?.unseen?.why === 'disconnected');
    await waitForState(harness, 'live');
    const after = await answer(({ gaps }) => gaps.length > 0);
    expect(cpuOf(after, 2)!.quietSince).toBe(before.quietSince);
    expect(cpuOf(after, 2)!.unseen).toBeUndefined();
  });
});

describe('expectations over REST', () => {
  it('are rules of the module, make their CPUs passive, and are removed', async () => {
    const { body, status } = await harness.post('/api/v1/expectations', {
      text: 'expect quiet on 1-2 above 5us',
    });
    expect([status, body]).toMatchObject([
      200,
      { host: 'simulated', text: 'quiet on 1-2 above 5us', passive: '0' },
    ]);
    expect(harness.agent.config.cpus).toBe('0');
    expect(harness.agent.rules).toMatchObject([{ cpus: '1-2', thresholdNs: 5000n }]);
    const { expectations, cpus } = await answer((one) => one.expectations.length > 0);
    expect(expectations).toMatchObject([{ text: 'quiet on 1-2 above 5us', breaches: 0, others: 0 }]);
    expect(cpus.map(({ cpu, why }) => [cpu, why.includes('expected')])).toContainEqual([1, true]);
    // The same again counts from zero.
    harness.agent.rules[0]!.hits = 9n;
    await answer((one) => one.expectations[0]?.breaches === 9);
    const again = await harness.post('/api/v1/expectations', { text: 'quiet on 1-2 above 5us' });
    expect(harness.agent.rules).toMatchObject([{ id: Number(again.body.id), hits: 0n }]);
    // Another one for the same CPU would not count.
    expect(await harness.post('/api/v1/expectations', { text: 'quiet on 2-3' })).toMatchObject({
      status: 409,
      body: { error: { code: 'E_EXPECT_OVERLAP', word: '2', message: expect.stringContaining('above 5us') } },
    });
    expect(harness.agent.rules).toHaveLength(1);
    expect(await harness.delete(`/api/v1/expectations?id=${again.body.id}`)).toMatchObject({
      status: 200,
      body: { active: '0-1' },
    });
    // CPU 2 was passive before.
    expect(harness.agent.config.cpus).toBe('0-1');
    await answer((one) => one.expectations.length === 0);
    expect(await harness.delete('/api/v1/expectations?id=99')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_GONE', word: '99' } },
    });
  });

  it('remain as they were if the module refuses', async () => {
    const { agent, post } = harness;
    const { cpus } = agent.config;
    agent.refuses = () => true;
    expect((await post('/api/v1/expectations', { text: 'quiet on 0-1' })).status).toBe(400);
    agent.config = { ...agent.config, cpus: '0-1' };
    agent.event(10, agent.config);
    await answer((one) => !one.cpus.some(({ cpu }) => cpu === 1));
    expect((await post('/api/v1/expectations', { text: 'quiet on 1' })).status).toBe(422);
    expect(agent.config.cpus).toBe('0-1');
    agent.refuses = () => false;
    const { body } = await post('/api/v1/expectations', { text: 'quiet on 1' });
    agent.refuses = () => true;
    expect((await post('/api/v1/expectations', { text: 'quiet on 1' })).status).toBe(422);
    expect(agent.rules).toMatchObject([{ id: Number(body.id) }]);
    agent.refuses = () => false;
    await harness.delete(`/api/v1/expectations?id=${body.id}`);
    agent.config = { ...agent.config, cpus: cpus! };
    agent.event(10, agent.config);
    await answer((one) => one.expectations.length === 0);
  });

  it('say what was not seen, and that an earlier rule decides; a rule for other CPU lists is none', async () => {
    const { agent } = harness;
    const off = { ...agent.config, measures: EVERY & ~(1 << Measure.softirqDuration) };
    const { body } = await harness.post('/api/v1/expectations', { text: 'quiet on 2-3' });
    const first = await answer((one) => one.expectations.length === 1);
    expect(first.expectations[0]!.unseen).toBeUndefined();
    expect(first.expectations[0]!.decidedBy).toBeUndefined();
    const before = { ...agent.config };
    agent.config = off;
    agent.event(10, off);
    const blind = await answer((one) => one.expectations[0]?.unseen !== undefined);
    expect(blind.expectations[0]!.unseen).toMatchObject({ why: 'measure_off', what: 'softirq_duration' });
    agent.config = before;
    agent.event(10, before);
    const [rule] = agent.rules;
    agent.rules = [
      { ...rule!, id: 70, cpus: '3-2' },
      { ...rule!, id: 71, cpus: '4-1100' },
      { ...rule!, id: 72, cpus: '3', thresholdNs: 50_000n },
      rule!,
    ];
    agent.event(Command.rulesEvent, { eventSeq: ++agent.eventSeq });
    const { expectations } = await answer((one) => one.expectations.length === 2);
    expect(expectations.map(({ id, decidedBy }) => [id, decidedBy])).toEqual([
      [72, undefined],
      [Number(body.id), 72],
    ]);
    agent.rules = [];
    agent.event(Command.rulesEvent, { eventSeq: ++agent.eventSeq });
    await answer((one) => one.expectations.length === 0);
  });

  it('are broken by a spike of their rule: an incident that says so', async () => {
    const { body } = await harness.post('/api/v1/expectations', { text: 'quiet on 2' });
    harness.agent.spike({
      ...{ valueNs: 40_000n, thresholdNs: 1n, measure: Measure.vectorDuration, cpu: 2, mode: 0 },
      ...{ rule: Number(body.id), name: 'Local timer interrupts' },
      task: { pid: 50, tgid: 50, startTime: 9n, comm: 'loop' },
      part: [
        {
          ...{ kind: PartKind.vector, number: 0, name: 'Local timer interrupts', count: 1 },
          ...{ durationNs: 40_000n, callback: Callback.hrtimer, function: 'poll [drv]' },
          sender: { cpu: 0, task: { pid: 226, comm: 'stress-ng' }, function: 'start_poll [drv]' },
        },
      ],
    });
    const { expectations } = await answer((one) => one.expectations[0]?.last !== undefined);
    const { last } = expectations[0]!;
    expect(last).toMatchObject({ cpu: 2, valueNs: 40_000 });
    expect(last!.sentence).toMatch(/local timer.* held CPU 2 .*This breaks the expectation “quiet on 2”\.$/i);
    expect(last!.zh).toMatch(/违反了期望：quiet on 2。$/);
    const timer = cpuOf(await read(), 2)!.interference.find(({ label }) => label === 'LOC');
    expect(timer).toMatchObject({
      ...{ function: 'poll [drv]', spike: last!.incident },
      sender: { cpu: 0, task: { pid: 226, comm: 'stress-ng' }, function: 'start_poll [drv]' },
    });
    const incident = await harness.get(`/api/v1/incidents/${last!.incident}`);
    expect(incident.body).toMatchObject({ incident: { breaks: ['quiet on 2'] } });
    const spike = await harness.get(`/api/v1/spikes/${last!.incident}`);
    expect(spike.body).toMatchObject({ spike: { breaks: 'quiet on 2', rule: body.id } });
  });

  it.each([
    ['silence on 2', 'E_EXPECT_WORD', 'silence'],
    ['quiet on 9', 'E_EXPECT_CPUS', '9'],
    ['quiet on 0-3', 'E_EXPECT_CPUS', '0-3'],
    ['quiet on 2 above soon', 'E_EXPECT_DURATION', 'soon'],
  ])('"%s" is refused by %s before it reaches the module', async (text, code, word) => {
    const before = harness.agent.rules.length;
    expect(await harness.post('/api/v1/expectations', { text })).toMatchObject({
      status: 400,
      body: { error: { code, word } },
    });
    expect(harness.agent.rules).toHaveLength(before);
  });
});

describe('expectations of a bridge with a history', () => {
  it('are added again when the module is loaded again, and not after they were removed', async () => {
    const dir = temporaryFolder();
    const own = await startHarness({ history: { dir }, waitForLive: false });
    const { agent } = own;
    agent.moreInfo = { cpusOnline: '0-3', cpusPossible: 4 };
    await waitForState(own, 'live');
    const rules = () => agent.rules.map(({ cpus, thresholdNs }) => [cpus, thresholdNs]);
    const load = () => {
      agent.announce(0);
      agent.rules = [];
      agent.announce(FAMILY);
    };
    try {
      await own.post('/api/v1/expectations', { text: 'quiet on 2' });
      await own.post('/api/v1/expectations', { text: 'quiet on 3 above 5us' });
      const both = [
        ['2', 1n],
        ['3', 5000n],
      ];
      await expect.poll(rules).toEqual(both);
      await settled(own);
      load();
      await expect.poll(rules).toEqual(both);
      await settled(own);
      // One that the module refuses does not keep the others out, and is tried again.
      agent.refuses = ({ cpus }) => cpus === '2';
      load();
      await expect.poll(rules).toEqual([['3', 5000n]]);
      await settled(own);
      agent.refuses = () => false;
      load();
      await expect.poll(() => rules().sort()).toEqual(both);
      await settled(own);
      agent.refuses = ({ cpus }) => cpus === '2';
      load();
      await expect.poll(rules).toEqual([['3', 5000n]]);
      await settled(own);
      agent.refuses = () => false;
      await own.post('/api/v1/expectations', { text: 'quiet on 2' });
      await own.delete('/api/v1/expectations?id=2');
      await expect.poll(rules).toEqual([['3', 5000n]]);
      await settled(own);
      load();
      await expect.poll(rules).toEqual([['3', 5000n]]);
    } finally {
      await own.close();
      rmSync(dir, { recursive: true });
    }
  });
});

describe('an expectation that was removed while the bridge did not run', () => {
  it('is not added again when the module is loaded again', async () => {
    const dir = temporaryFolder();
    const start = async () => {
      const own = await startHarness({ history: { dir }, waitForLive: false });
      own.agent.moreInfo = { cpusOnline: '0-3', cpusPossible: 4 };
      await waitForState(own, 'live');
      await settled(own);
      return own;
    };
    const first = await start();
    await first.post('/api/v1/expectations', { text: 'quiet on 2' });
    await settled(first);
    await first.close();
    // The same load of the module, without the rule.
    const own = await start();
    try {
      own.agent.announce(0);
      own.agent.announce(FAMILY);
      await waitForState(own, 'live');
      await settled(own);
      expect(own.agent.rules).toEqual([]);
    } finally {
      await own.close();
      rmSync(dir, { recursive: true });
    }
  });
});

describe('an expectation of an earlier bridge', () => {
  it('makes its CPUs active again when it is removed, but not those that another one names', async () => {
    const dir = temporaryFolder();
    const start = async (set: (agent: Harness['agent']) => void) => {
      const own = await startHarness({ history: { dir }, waitForLive: false });
      own.agent.moreInfo = { cpusOnline: '0-3', cpusPossible: 4 };
      set(own.agent);
      await waitForState(own, 'live');
      await settled(own);
      return own;
    };
    const first = await start((agent) => {
      agent.config = { ...agent.config, cpus: '0-3' };
    });
    await first.post('/api/v1/expectations', { text: 'quiet on 1' });
    await first.post('/api/v1/expectations', { text: 'quiet on 2-3' });
    await settled(first);
    const { config, rules } = first.agent;
    expect(config.cpus).toBe('0');
    await first.close();
    const own = await start((agent) => {
      agent.config = config;
      agent.rules = rules;
    });
    try {
      await own.delete(`/api/v1/expectations?id=${rules.find(({ cpus }) => cpus === '2-3')!.id}`);
      expect(own.agent.config.cpus).toBe('0,2-3');
    } finally {
      await own.close();
      rmSync(dir, { recursive: true });
    }
  });
});

/** Waits until the bridge has read the rules and stored them. */
async function settled({ get, agent }: Harness): Promise<void> {
  const listed = async () => {
    const { body } = await get('/api/v1/isolation');
    return (body.hosts as unknown as Isolation[])[0]!.expectations.length;
  };
  await expect.poll(listed).toBe(agent.rules.length);
  await new Promise((resolve) => setTimeout(resolve, 300));
}
