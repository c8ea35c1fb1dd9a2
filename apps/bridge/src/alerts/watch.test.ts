import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, silent, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { startBridge } from '../bridge.ts';
import { WebhookReceiver } from './testing.ts';

const dir = temporaryFolder();
let harness: Harness;
let hook: WebhookReceiver;
afterEach(async () => {
  await harness.close();
  await hook.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Sent {
  kind: string;
  title: string;
  url: string;
  alerts: { text: string; resolved?: true; spike?: object }[];
}

async function start(lines: readonly string[] = [], options: object = {}): Promise<void> {
  hook = new WebhookReceiver();
  await hook.listen();
  const file = join(temporaryFolder(), 'alerts.yaml');
  writeFileSync(
    file,
    [`channels: [{ name: chat, type: webhook, url: "${hook.url}" }]`, 'group: 1s', ...lines].join('\n'),
  );
  harness = await startHarness({ alerts: { file }, ...options });
}
const sent = (): Sent[] => hook.received.map(({ text }) => JSON.parse(text) as Sent);
const sentOf = (kind: string) =>
  until(`a message of kind ${kind}`, () => sent().find((one) => one.kind === kind));

const late = {
  ...{ measure: 2, valueNs: 900_000n, cpu: 0, mode: 1, task: { pid: 5, comm: 'fio' } },
  process: {
    exe: '/usr/bin/fio',
    cmdline: 'fio --password=hunter2',
    file: [{ fd: 3, path: '/etc/secret' }],
  },
  part: [{ kind: 2, number: 24, name: 'rtprobe-edu', durationNs: 900_000n, count: 1 }],
};

describe('what a live host reports', () => {
  it('is a message about its incident, without what must not leave the host', async () => {
    await start();
    const id = `7-${harness.agent.spike(late as never)}`;
    const message = await sentOf('incident');
    expect(message).toMatchObject({
      title: 'simulated: irq 24 rtprobe-edu (900 µs)',
      alerts: [{ incident: id }],
    });
    expect(message.url).toBe(`${harness.bridge.url}/incident/${id}?host=simulated`);
    await expect
      .poll(async () => JSON.stringify((await harness.get(`/api/v1/spikes/${id}`)).body))
      .toContain('/etc/secret');
    expect(hook.received.map(({ text }) => text).join()).not.toMatch(/hunter2|\/usr\/bin|secret/);
    expect((await harness.get('/api/v1/alerts')).body).toMatchObject({
      ...{ enabled: true, details: false, channels: [{ name: 'chat', sent: 1, failed: 0 }] },
      recent: [{ kind: 'incident', host: 'simulated', channels: ['chat'] }],
    });
  });

  it('contains everything with --publish-details', async () => {
    await start([], { publishDetails: true });
    harness.agent.spike(late as never);
    const { alerts } = await sentOf('incident');
    expect(JSON.stringify(alerts[0]!.spike)).toMatch(/hunter2.*\/etc\/secret/);
  });

  it('is a message about a budget, dropped data, and its silence and return', async () => {
    await start(['budgets: [{ measure: timer_latency, above: 200us }]', 'silentAfter: 1s']);
    const { agent } = harness;
    agent.record(1, 0, 150_000);
    agent.record(1, 1, 250_000);
    expect((await sentOf('budget')).alerts).toMatchObject([
      { text: 'Timer latency of 250 µs on CPU 1, the budget is 200 µs', valueNs: 250_000 },
    ]);
    agent.lost = { noRow: 3n };
    expect((await sentOf('lost')).alerts).toMatchObject([{ text: 'noRow grew by 3 to 3' }]);
    agent.deaf = true;
    expect((await sentOf('silent')).title).toBe('simulated: no data arrive');
    agent.deaf = false;
    await until(
      'its return',
      () => sent().find(({ title }) => title === 'simulated: data arrive again'),
      20_000,
    );
    expect(sent().filter(({ kind }) => kind === 'incident')).toEqual([]);
  }, 40_000);

  it('before the bridge started is not reported', async () => {
    await start([], {
      prepare: (agent: Harness['agent']) =>
        agent.spike({ ...late, time: agent.now - 60_000_000_000n } as never),
    });
    await expect
      .poll(async () => (await harness.get('/api/v1/incidents')).body)
      .toMatchObject({ hosts: [{ incidents: [{}] }] });
    harness.agent.record(1, 0, 5);
    harness.agent.spike({ ...late, valueNs: 800_000n } as never);
    expect((await sentOf('incident')).alerts).toHaveLength(1);
    expect(sent()).toHaveLength(1);
  });
});

it('a bridge that cannot start reports nothing', async () => {
  await start();
  const file = join(dir, 'alerts.yaml');
  const deadMan = 'deadMan: { channel: chat, every: 30s }';
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, `channels: [{ name: chat, type: webhook, url: "${hook.url}" }]\n${deadMan}`);
  const listen = { port: harness.bridge.port };
  const sources = [{ kind: 'socket', path: join(dir, 'none') } as const];
  await expect(startBridge({ listen, sources, alerts: { file }, logger: silent })).rejects.toMatchObject({
    code: 'E_PORT_IN_USE',
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent()).toEqual([]);
});

describe('a channel', () => {
  it('is tested over REST', async () => {
    await start();
    expect(await harness.post('/api/v1/alerts/test', { channel: 'chat' })).toMatchObject({ status: 200 });
    expect(sent()).toMatchObject([{ kind: 'test', title: 'Test message of rtprobe' }]);
    hook.statuses.push(500);
    expect(await harness.post('/api/v1/alerts/test', { channel: 'chat' })).toMatchObject({
      status: 502,
      body: { error: { code: 'E_ALERT_SEND' } },
    });
    const viewer = harness.bridge.createToken('viewer');
    expect(await harness.post('/api/v1/alerts/test', { channel: 'chat' }, viewer)).toMatchObject({
      status: 403,
    });
  });
});
