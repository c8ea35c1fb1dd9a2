// Interrupt lines and devices, from the agent's answer to a spike, REST and a recording.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFrame, Command, Measure, PartKind } from '@rtprobe/abi';
import type { InterruptFacts, StoredIncident } from '@rtprobe/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { factsText, irqLines, pciLine } from '../devices/testing.ts';

const edu = pciLine('04', '1234:11e8', 'irq=24', 'driver=rtprobe-edu', 'driver/module=rtprobe_disturb');
const text = factsText([...irqLines(24, 'IO-APIC', 'rtprobe-edu', '0'), edu]);
/** An answer in two frames. */
const FACTS = [text.slice(0, 40), text.slice(40)];
const DEVICE = { bus: 'pci', address: '0000:00:04.0', ids: '1234:11e8', driver: 'rtprobe-edu', by: 'line' };

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const start = async (options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> => {
  harness = await startHarness({ facts: FACTS, ...options });
  return harness;
};
const factsOf = async ({ get }: Harness): Promise<InterruptFacts> =>
  ((await get('/api/v1/interrupts')).body as unknown as { hosts: InterruptFacts[] }).hosts[0]!;

const late = {
  ...{ measure: Measure.timerLatency, cpu: 0, mode: 1, valueNs: 900_000n, task: { pid: 5, comm: 'fio' } },
  part: [{ kind: PartKind.hardirq, number: 24, name: 'rtprobe-edu', durationNs: 900_000n, count: 1 }],
};

describe('the facts of a host', () => {
  it('are read when the agent connects, and returned by REST', async () => {
    const facts = await factsOf(await start());
    expect(facts).toMatchObject({
      ...{ host: 'simulated', facts: 'read', leftOut: 0 },
      lines: [
        {
          ...{ irq: 24, chip: 'IO-APIC', trigger: 'edge', actions: ['rtprobe-edu'] },
          ...{ affinity: '0', effectiveAffinity: '0', devices: [DEVICE] },
        },
      ],
    });
  });

  it('are part of a spike that the device caused, and of its incident', async () => {
    const { agent, browser: open, get } = await start();
    const browser = await open();
    browser.subscribe('simulated');
    await browser.next('spikes');
    await until('the answer', () => agent.factsRequests > 0);
    const id = `7-${agent.spike(late)}`;
    const { spike } = await browser.next('spike');
    expect(spike).toMatchObject({ id, device: DEVICE, parts: [{ kind: 'hardirq', device: DEVICE }] });
    const { changed } = await browser.next('incidents-changed');
    expect(changed).toMatchObject([{ culprit: 'irq 24 rtprobe-edu', device: DEVICE }]);
    const stored = (await get(`/api/v1/incidents/${id}`)).body as unknown as StoredIncident;
    expect(stored.spikes).toMatchObject([{ device: DEVICE }]);
  });

  it('are not reported by an agent of an earlier release, which is not asked', async () => {
    harness = await startHarness();
    expect(await factsOf(harness)).toEqual({
      host: 'simulated',
      facts: 'unsupported',
      leftOut: 0,
      lines: [],
    });
    expect(harness.agent.factsRequests).toBe(0);
    const { stats } = await (async () => {
      const browser = await harness!.browser();
      browser.subscribe('simulated');
      return browser.next('stats');
    })();
    expect(stats.lost.protocolErrors).toEqual({});
  });

  it('are not taken from an answer that was not requested', async () => {
    const { agent, browser: open } = await start();
    await until('the first answer', () => agent.factsRequests === 1);
    const browser = await open();
    browser.subscribe('simulated');
    await expect.poll(() => factsOf(harness!)).toMatchObject({ facts: 'read' });
    const other = factsText(irqLines(99, 'IO-APIC', 'other'));
    agent.frame(AgentFrame.facts, new TextEncoder().encode(other));
    await expect
      .poll(async () => (await browser.next('stats')).stats.lost.protocolErrors)
      .toEqual({ E_ANSWER_UNEXPECTED: 1 });
    expect((await factsOf(harness!)).lines).toMatchObject([{ irq: 24 }]);
  });

  it('are read again when an interrupt appears, but not more often than the interval allows', async () => {
    const { agent } = await start();
    await until('the first answer', () => agent.factsRequests === 1);
    for (let i = 0; i < 20; i++) await factsOf(harness!);
    expect(agent.factsRequests).toBe(1);
    agent.sources.push({ id: 9, measure: Measure.hardirqDuration, number: 40, name: 'late' });
    agent.record(9, 1, 5000);
    await until('the second request', () => agent.factsRequests === 2, 7000);
    // The answer does not have the line: the bridge does not ask for it again and again.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(agent.factsRequests).toBe(2);
  }, 30_000);

  it('are read again when an interrupt was freed: another device can have its line and name', async () => {
    const { agent, browser: open } = await start();
    await until('the first answer', () => agent.factsRequests === 1);
    const source = { id: 9, measure: Measure.hardirqDuration, number: 24, name: 'rtprobe-edu' };
    const tell = (retired: number) => {
      agent.sources = [...agent.sources.filter(({ id }) => id !== 9), { ...source, retired }];
      agent.event(Command.sourceEvent, { ...source, retired, eventSeq: ++agent.eventSeq });
    };
    const browser = await open();
    browser.subscribe('simulated');
    await browser.next('spikes');
    const spike = async () => {
      const id = `7-${agent.spike(late)}`;
      return until('the spike', () => {
        const message = browser.last('spike');
        return message?.spike.id === id && message.spike;
      });
    };
    tell(0);
    expect(await spike()).toMatchObject({ device: DEVICE });
    const other = pciLine('05', '1234:11e9', 'irq=24', 'driver=rtprobe-edu', 'driver/module=rtprobe_disturb');
    agent.facts = [factsText([...irqLines(24, 'IO-APIC', 'rtprobe-edu', '0'), other])];
    tell(1);
    tell(0);
    expect((await spike()).device).toBeUndefined();
    await until('the second request', () => agent.factsRequests === 2, 7000);
    await expect.poll(spike).toMatchObject({ device: { address: '0000:00:05.0', ids: '1234:11e9' } });
  }, 30_000);

  it('remain when the module is loaded again', async () => {
    const { agent, get } = await start();
    await until('the first answer', () => agent.factsRequests === 1);
    agent.announce(0);
    agent.announce(32);
    await until(
      'the new module',
      () => agent.requests.filter((r) => r.command === Command.getHists).length > 2,
    );
    expect((await get('/api/v1/interrupts')).body).toMatchObject({
      hosts: [{ facts: 'read', lines: [{ irq: 24 }] }],
    });
  });

  it('are stored with spikes, incidents and causes', async () => {
    const dir = temporaryFolder();
    const { agent, get } = await start({ history: { dir } });
    await until('the answer', () => agent.factsRequests > 0);
    agent.spike(late);
    const inStore = async (path: string) => (await get(`/api/v1/${path}`)).body;
    await expect.poll(() => inStore('causes')).toMatchObject({ causes: [{ device: DEVICE }] });
    expect(await inStore('spikes?from=0')).toMatchObject({ spikes: [{ device: DEVICE }] });
    expect(await inStore('incidents?from=0')).toMatchObject({ incidents: [{ device: DEVICE }] });
    await harness?.close();
    harness = undefined;
    rmSync(dir, { recursive: true, force: true });
  });

  it('are part of a recording', async () => {
    const dir = temporaryFolder();
    const file = join(dir, 'run.rec.bin');
    const live = await start({ recordTo: file });
    await until('the answer', () => live.agent.factsRequests > 0);
    live.agent.spike(late);
    await expect.poll(async () => (await live.get('/api/v1/spikes')).body.hosts?.[0]?.spikes?.length).toBe(1);
    const before = await factsOf(live);
    await live.close();
    harness = await startHarness({ sources: [{ kind: 'replay', file, speed: 1000 }], waitForLive: false });
    await expect.poll(() => factsOf(harness!)).toMatchObject({ facts: 'read', lines: before.lines });
    await expect
      .poll(async () => (await harness!.get('/api/v1/spikes')).body)
      .toMatchObject({ hosts: [{ spikes: [{ device: DEVICE }] }] });
    rmSync(dir, { recursive: true, force: true });
  });

  it('are unknown in a recording of an earlier release', async () => {
    const file = join(import.meta.dirname, '../../tests/fixtures/6.12-rt.rec.bin');
    harness = await startHarness({ sources: [{ kind: 'replay', file }], waitForLive: false });
    expect(await factsOf(harness)).toMatchObject({ facts: 'unsupported', lines: [] });
  });
});
