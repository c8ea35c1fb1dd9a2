// Tests the whole path from an agent's bytes to a browser's frames, with a simulated agent.
import { AgentFrame, Command } from '@rtprobe/abi';
import { FrameKind, type HostStats } from '@rtprobe/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, until, waitForState } from '../../tests/harness.ts';
import { ENOENT, EPERM, EPROTONOSUPPORT } from '../../tests/simulated-agent.ts';

let harness: Harness;
let browser: Browser;

beforeEach(async () => {
  harness = await startHarness();
  browser = await harness.browser();
  browser.subscribe('simulated');
  await browser.next('sources');
});
afterEach(() => harness.close());

const counted = () => [...browser.totals().values()].reduce((a, b) => a + b, 0);

describe('a live host', () => {
  it('brings every count to the browser, exactly once', async () => {
    for (let i = 0; i < 500; i++) {
      harness.agent.record(1, i % 2, 1000 + i);
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until('all counts', () => counted() === 500);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(counted()).toBe(500);
  });

  it('announces sources and rows before the first frame that contains them', async () => {
    harness.agent.sources.push({ id: 9, measure: 0, number: 40, name: 'late' });
    harness.agent.record(9, 1, 5000);
    const row = await until('the late row', () => browser.last('sources')?.rows.find((r) => r.source === 9));
    expect(browser.last('sources')!.sources.find((s) => s.id === 9)).toMatchObject({
      label: 'irq 40',
      name: 'late',
    });
    await until('its frame', () => browser.totals().get(row.row) === 1);
  });

  it('gives the exact largest value of each span', async () => {
    harness.agent.record(1, 0, 90_001);
    await until('the first', () => browser.frames.some((f) => f.rows.some((r) => r.max === 90_001)));
    await new Promise((resolve) => setTimeout(resolve, 250));
    harness.agent.record(1, 0, 70_003);
    const frame = await until('the second', () =>
      browser.frames.find((f) => f.kind === FrameKind.delta && f.rows.some((r) => r.max === 70_003)),
    );
    expect(frame.rows[0]).toMatchObject({ count: 1, max: 70_003 });
  });

  it('reports what the module supports and how much CPU time it uses', async () => {
    const cost = (timeNs: bigint) => [0, 1].map((cpu) => ({ cpu, events: 10n, timeNs }));
    harness.agent.moreInfo = {
      ...{
        measuresAvailable: 0x107,
        irqsoffExact: 1,
        lockdep: 0,
        recorderEvents: 4096,
        tasks: 12,
        tasksCapacity: 1024,
        kprobes: 0,
        suspends: 2,
        clockChange: 1,
        clockSince: 3_000_000_000n,
      },
      cost: cost(0n),
    };
    harness.agent.config = { ...harness.agent.config, threadPriority: 90, capture: 65, recorder: 1 };
    harness.agent.event(Command.configEvent, { ...harness.agent.config, eventSeq: ++harness.agent.eventSeq });
    await until('the cost', () => browser.last('stats')?.stats.cost);
    harness.agent.moreInfo = { ...harness.agent.moreInfo, cost: cost(50_000_000n) };
    const { stats } = (await until('a share', () =>
      browser.messages.find((m) => m.type === 'stats' && (m.stats.probeCpu ?? 0) > 0 && m),
    )) as { stats: HostStats };
    // 50 ms on each CPU in about a second.
    expect(stats.probeCpu).toBeGreaterThan(0.01);
    expect(stats.probeCpu).toBeLessThan(0.06);
    expect(stats).toMatchObject({
      tasks: 12,
      tasksCapacity: 1024,
      cost: [{ cpu: 0, events: 10 }, { cpu: 1 }],
    });
    expect(await waitForState(harness, 'live')).toMatchObject({
      measuresAvailable: ['hardirq_duration', 'vector_duration', 'timer_latency', 'irqsoff'],
      ...{ irqsoffExact: true, lockdep: false, recorderEvents: 4096 },
      ...{ kprobes: false, suspends: 2, clockChange: { why: 'unstable', at: expect.any(Number) } },
      config: { threadPriority: 90, capture: ['stack', 'trace'], recorder: true },
    });
  });

  it('passes a spike on with its sentence', async () => {
    harness.agent.spike({
      ...{ measure: 0, number: 24, name: 'rtprobe-edu', cpu: 1, mode: 0, valueNs: 3_020_000n },
      task: { pid: 312, comm: 'busy-victim' },
    });
    expect((await browser.next('spike')).spike).toMatchObject({
      culprit: 'irq 24 rtprobe-edu',
      sentence: 'Irq 24 rtprobe-edu ran on CPU 1 for 3.02 ms. It interrupted busy-victim/312 in user space.',
    });
  });

  it('requests a spike whose event contains only its number', async () => {
    harness.agent.numbersOnly = true;
    harness.agent.spike({
      ...{ measure: 0, number: 24, name: 'rtprobe-edu', cpu: 1, mode: 0, valueNs: 3_020_000n },
      task: { pid: 312, comm: 'busy-victim' },
      process: { exited: 0, cmdlineUnread: 1, filesIncomplete: 1, files: 9 },
      registersWithheld: 1,
    });
    const { spike } = await browser.next('spike');
    expect(spike).toMatchObject({ culprit: 'irq 24 rtprobe-edu' });
    expect((await harness.get(`/api/v1/spikes/${spike.id}`)).body.spike).toMatchObject({
      registersWithheld: true,
      process: { cmdlineUnread: 'page_not_present', filesIncomplete: true, fileCount: 9 },
    });
    expect(harness.agent.requests.filter(({ command }) => command === Command.getSpike)).toHaveLength(1);
  });

  it('requests sources and settings whose events report only a change', async () => {
    harness.agent.event(Command.sourceEvent, { id: 9, eventSeq: ++harness.agent.eventSeq });
    harness.agent.event(Command.configEvent, { eventSeq: ++harness.agent.eventSeq });
    const asked = (command: Command) => harness.agent.requests.filter((r) => r.command === command).length;
    await expect.poll(() => asked(Command.getSources)).toBeGreaterThan(1);
    await expect.poll(() => asked(Command.getConfig)).toBeGreaterThan(1);
  });

  it('counts a missed event and requests the spike it announced', async () => {
    harness.agent.spike({ measure: 0, valueNs: 1n });
    await browser.next('spike');
    harness.agent.eventSeq += 2;
    harness.agent.spikes.push({ id: 99n, time: harness.agent.now, measure: 0, valueNs: 5n });
    harness.agent.spike({ measure: 0, valueNs: 2n });
    await until('the lost spike', () => browser.last('spikes')?.spikes.some((s) => s.id.endsWith('-99')));
    await until('the count', () => browser.last('stats')?.stats.lost.eventGaps === 2);
  });

  it('treats an overrun of the agent as missed events and requests all state again', async () => {
    await browser.next('stats');
    const before = harness.agent.requests.length;
    const total = new Uint8Array(8);
    total[0] = 3;
    harness.agent.frame(AgentFrame.overrun, total);
    await until('a dump of spikes', () =>
      harness.agent.requests.slice(before).some((request) => request.command === Command.getSpikes),
    );
    await until('the count', () => browser.last('stats')?.stats.lost.agentOverruns === 3);
  });

  it('resets totals when the histograms are cleared', async () => {
    harness.agent.record(1, 0, 100);
    await until('the first', () => counted() === 1);
    const { epoch } = browser.frames.at(-1)!;
    expect((await harness.post('/api/v1/histograms/clear', {})).status).toBe(200);
    harness.agent.record(1, 0, 200);
    harness.agent.record(1, 0, 300);
    const keyframe = await until('a keyframe', () => browser.frames.find((f) => f.epoch > epoch));
    expect(keyframe.kind).toBe(FrameKind.keyframe);
    await until('the new counts', () => counted() === 2);
    expect((await waitForState(harness, 'live')).runStartedAt).toBeGreaterThan(0);
  });

  it('goes offline with the module and starts new totals when it returns', async () => {
    harness.agent.record(1, 0, 100);
    await until('the first', () => counted() === 1);
    harness.agent.announce(0);
    harness.agent.frame(AgentFrame.refused, Buffer.from('E_NO_MODULE the module rtprobe is not loaded'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await waitForState(harness, 'offline')).toMatchObject({
      reason: expect.stringContaining('rtprobectl load'),
    });
    harness.agent.announce(40);
    harness.agent.record(1, 0, 100);
    harness.agent.record(1, 0, 100);
    await waitForState(harness, 'live');
    await until('the new counts', () => counted() === 2);
    expect((await browser.next('gap')).reason).toContain('rtprobectl load');
  });

  it.each([
    ['was unloaded', ENOENT],
    ['is being unloaded', EPROTONOSUPPORT],
  ])('does not report a fault if it asks before it knows that the module %s', async (_, errno) => {
    harness.agent.errno = errno;
    harness.agent.record(1, 0, 100);
    await waitForState(harness, 'offline');
    harness.agent.announce(0);
    harness.agent.frame(AgentFrame.refused, Buffer.from('E_NO_MODULE the module rtprobe is not loaded'));
    harness.agent.errno = 0;
    harness.agent.announce(40);
    await waitForState(harness, 'live');
    expect((await browser.next('stats')).stats.lost.protocolErrors).toEqual({});
  });

  it('reports since when data are stale when the agent stops sending', async () => {
    harness.agent.deaf = true;
    const host = await waitForState(harness, 'stale');
    expect(host).toMatchObject({ reason: expect.stringContaining('no data') });
    expect(Number(host.since)).toBeGreaterThan(Number(host.lastDataAt));
    harness.agent.deaf = false;
    await waitForState(harness, 'live', 15_000);
  }, 30_000);

  it('survives invalid bytes and counts them', async () => {
    harness.agent.raw(Buffer.from('Segmentation fault (core dumped)\n'));
    harness.agent.record(1, 0, 100);
    await until('the count after the damage', () => counted() === 1);
    await until('the counter', () => browser.last('stats')?.stats.lost.protocolErrors.E_MAGIC === 1);
  });

  it('reconnects after the connection breaks, without losing a count', async () => {
    harness.agent.record(1, 0, 100);
    await until('the first', () => counted() === 1);
    harness.agent.hangUp();
    harness.agent.record(1, 0, 100);
    await until('the gap', () => browser.last('gap'));
    await until('both', () => counted() === 2);
  });

  it('fails a change at once when the agent does not forward it, and counts that', async () => {
    harness.agent.turnsAway = 'E_LENGTH not a whole netlink message';
    const answer = await harness.post('/api/v1/config', { thresholdNs: 1 });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'E_REFUSED' } } });
    expect(String(answer.body.error!.message)).toContain('E_LENGTH');
    harness.agent.turnsAway = undefined;
    await until(
      'the counter',
      () => (browser.last('stats')?.stats.lost.protocolErrors.E_AGENT_REFUSED ?? 0) > 0,
    );
    expect((await harness.post('/api/v1/config', { thresholdNs: 2 })).status).toBe(200);
  });

  it('reports a missing permission when the kernel refuses to answer', async () => {
    harness.agent.errno = EPERM;
    expect(await waitForState(harness, 'offline')).toMatchObject({
      reason: expect.stringContaining('CAP_NET_ADMIN'),
    });
    harness.agent.errno = 0;
    await waitForState(harness, 'live');
  });

  it('rejects a module with another version of the interface', async () => {
    harness.agent.abiVersion = 2;
    expect(await waitForState(harness, 'offline')).toMatchObject({
      reason: expect.stringContaining('version 2'),
    });
  });

  it('shows everything of a module of a later release that uses the same version of the interface', async () => {
    harness.agent.newer = true;
    const { length } = harness.agent.requests;
    harness.agent.hangUp();
    const asked = () => harness.agent.requests.slice(length).map(({ command }) => command);
    await until('a whole reading', () => asked().includes(Command.getSpikes));
    harness.agent.record(1, 0, 100);
    harness.agent.spike({ measure: 0, number: 24, name: 'rtprobe-edu', valueNs: 700_000n });
    expect((await browser.next('spike')).spike).toMatchObject({ culprit: 'irq 24 rtprobe-edu' });
    await until('the count', () => counted() > 0);
    const stats = await until('stats', () => browser.last('stats'));
    expect(stats.stats.lost.protocolErrors).toEqual({});
  });

  it('repeats a dump that a clear cut short, without reporting a fault', async () => {
    harness.agent.cutDumps = 1;
    harness.agent.record(1, 0, 100);
    await until('the count', () => counted() === 1);
    await until('the cut dump', () => harness.agent.cutDumps === 0);
    const stats = await until('stats', () => browser.last('stats'));
    expect(stats.stats.lost.protocolErrors).toEqual({});
  });

  it('repeats an interrupted dump until it is whole, and at most three times', async () => {
    const asked = () => harness.agent.requests.filter(({ command }) => command === Command.getSpikes).length;
    const resync = () => {
      harness.agent.eventSeq += 2;
      harness.agent.event(Command.rulesEvent, { eventSeq: harness.agent.eventSeq });
    };
    let before = asked();
    harness.agent.interruptedDumps = 2;
    resync();
    await until('a whole dump', () => harness.agent.interruptedDumps === 0 && asked() === before + 3);
    before = asked();
    harness.agent.interruptedDumps = 100;
    resync();
    await until('the last repetition', () => asked() === before + 4);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked()).toBe(before + 4);
    expect(harness.agent.interruptedDumps).toBe(96);
    harness.agent.interruptedDumps = 0;
  });

  it('rejects a row that does not add up and keeps the rest of the dump', async () => {
    harness.agent.spoilRow = true;
    harness.agent.record(1, 0, 100);
    harness.agent.record(2, 0, 100);
    await until('the counter', () => (browser.last('stats')?.stats.lost.protocolErrors.E_HIST ?? 0) > 0);
    expect(counted()).toBe(1);
  });

  it('shows the new CPUs of a moved interrupt, and which CPUs are online, without a restart', async () => {
    harness.agent.sources[1] = { ...harness.agent.sources[1]!, affinity: '1' };
    harness.agent.moreInfo = { cpusOnline: '0' };
    await until('the CPUs online', () => browser.last('host')?.host.cpusOnline === '0');
    const moved = () => browser.last('sources')?.sources.find(({ id }) => id === 2)?.affinity === '1';
    await until('the affinity', moved, 15_000);
    const { length } = browser.messages.filter(({ type }) => type === 'sources');
    const asked = () => harness.agent.requests.filter(({ command }) => command === Command.getSources).length;
    const before = asked();
    await until('another reading', () => asked() > before, 15_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Unchanged sources are not sent again.
    expect(browser.messages.filter(({ type }) => type === 'sources')).toHaveLength(length);
  });

  it('leaves out the values of an unknown measure, counts that once, and shows the other values', async () => {
    harness.agent.sources.push({ id: 9, measure: 60, number: 1, name: 'of tomorrow' });
    harness.agent.sources.push({ id: 10, measure: 60, number: 2, name: 'of tomorrow' });
    harness.agent.event(Command.sourceEvent, {
      ...harness.agent.sources[3]!,
      eventSeq: ++harness.agent.eventSeq,
    });
    harness.agent.record(9, 0, 5000);
    harness.agent.record(10, 0, 5000);
    harness.agent.record(1, 0, 100);
    await until('the value of a supported measure', () => counted() === 1);
    await until(
      'the counter',
      () => browser.last('stats')?.stats.lost.protocolErrors.E_MEASURE_UNKNOWN === 2,
    );
    harness.agent.record(1, 0, 100);
    await until('the next', () => counted() === 2);
  });

  it('does not wait for a source that the module never announces, and counts it', async () => {
    harness.agent.record(77, 0, 5000);
    harness.agent.record(1, 0, 100);
    await until('both values', () => counted() === 2);
    await until('the counter', () => browser.last('stats')?.stats.lost.protocolErrors.E_SOURCE_UNKNOWN === 1);
  });
});
