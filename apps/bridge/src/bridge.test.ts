import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  type Harness,
  silent,
  startHarness,
  temporaryFolder,
  until,
  waitForState,
} from '../tests/harness.ts';
import { type BridgeOptions, startBridge } from './index.ts';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const folders: string[] = [];
const folder = (): string => {
  folders.push(temporaryFolder());
  return folders.at(-1)!;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const start = (options: object) => startBridge({ logger: silent, ...options } as BridgeOptions);
const socket = { kind: 'socket', path: '/nowhere.sock' } as const;

describe('starting a bridge', () => {
  it('says which port is in use and what to do', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    );
    await expect(start({ listen: { port }, sources: [socket] })).rejects.toMatchObject({
      code: 'E_PORT_IN_USE',
      message: expect.stringContaining('choose another port'),
      word: String(port),
    });
    other.close();
  });

  it.each([
    [{ sources: [] }, 'E_CONFIG', 'sources'],
    [{ sources: [{ kind: 'serial' }] }, 'E_CONFIG', 'sources.0.kind'],
    [{ sources: [socket], listen: { port: 70_000 } }, 'E_CONFIG', 'listen.port'],
    [{ sources: [socket], token: 'short' }, 'E_CONFIG', 'token'],
    [{ sources: [socket], colour: 'red' }, 'E_CONFIG', 'colour'],
    [{ sources: [socket, socket], recordTo: '/nowhere/x' }, 'E_CONFIG', 'recordTo'],
    [{ sources: [{ ...socket, host: 'a' }, socket, { ...socket, host: 'a' }] }, 'E_CONFIG', 'sources.2.host'],
    [
      { sources: [socket], listen: { host: '203.0.113.1', port: 0 }, insecureHttp: true },
      'E_LISTEN',
      '203.0.113.1',
    ],
    [{ sources: [socket], listen: { host: '203.0.113.1', port: 0 } }, 'E_INSECURE', 'listen'],
    [{ sources: [{ kind: 'ssh', destination: '-oProxyCommand=x' }] }, 'E_SSH_HOST', '-oProxyCommand=x'],
    [{ sources: [{ kind: 'replay', file: '/nowhere.rec' }] }, 'E_RECORD_OPEN', '/nowhere.rec'],
  ])('refuses %j', async (options, code, word) => {
    await expect(start({ listen: { port: 0 }, ...options })).rejects.toMatchObject({ code, word });
  });

  it('shows a host without an agent as offline, with the reason', async () => {
    harness = await startHarness({ sources: [socket], waitForLive: false });
    expect(await waitForState(harness, 'offline')).toMatchObject({
      reason: expect.stringContaining('/nowhere.sock'),
    });
    await expect
      .poll(async () => (await harness!.get('/api/v1/status')).body)
      .toMatchObject({
        hosts: [{ host: 'nowhere', reason: expect.stringContaining('there is no such socket') }],
      });
    expect(await harness.post('/api/v1/config', { thresholdNs: 1 })).toMatchObject({
      status: 503,
      body: { error: { code: 'E_OFFLINE' } },
    });
  });

  it('names the missing program if the agent cannot be started, and the exit reason if it ended', async () => {
    harness = await startHarness({
      sources: [
        { kind: 'agent', host: 'a', command: ['rtprobe-agent-that-is-not-there'] },
        { kind: 'agent', host: 'b', command: ['/bin/sh', '-c', 'echo no permission >&2; exit 3'] },
      ],
      waitForLive: false,
    });
    await expect
      .poll(async () => (await harness!.get('/api/v1/status')).body)
      .toMatchObject({
        hosts: [
          { host: 'a', state: 'offline', reason: expect.stringContaining('is not installed') },
          {
            host: 'b',
            state: 'offline',
            reason: expect.stringContaining('exited with code 3: no permission'),
          },
        ],
      });
  });

  it('gives a host its chosen name although one before it in the list is called the same', async () => {
    const sources = [socket, { ...socket, host: 'nowhere' }];
    harness = await startHarness({ sources, waitForLive: false });
    expect((await harness.get('/api/v1/status')).body).toMatchObject({
      hosts: [{ host: 'nowhere-2' }, { host: 'nowhere' }],
    });
  });

  it('uses the hostname that the kernel reports unless a person chose a name', async () => {
    const path = join(folder(), 'guest-7.sock');
    harness = await startHarness({ sources: [{ kind: 'socket', path }], waitForLive: false });
    expect((await harness.get('/api/v1/status')).body).toMatchObject({ hosts: [{ host: 'guest-7' }] });
    await harness.close();
    const { SimulatedAgent } = await import('../tests/simulated-agent.ts');
    const agent = new SimulatedAgent(path);
    await agent.listen();
    harness = await startHarness({ sources: [{ kind: 'socket', path }] });
    expect((await harness.get('/api/v1/status')).body).toMatchObject({ hosts: [{ host: 'simulated' }] });
    await agent.close();
  });

  it('follows several hosts; a host that goes away does not affect the others', async () => {
    const { SimulatedAgent } = await import('../tests/simulated-agent.ts');
    const agent = new SimulatedAgent(join(folder(), 'second.sock'));
    await agent.listen();
    harness = await startHarness({
      sources: [{ kind: 'socket', host: 'second', path: agent.path }, socket],
    });
    agent.record(1, 0, 100);
    const browser = await harness.browser();
    expect(browser.last('hello')!.hosts.map((host) => host.host)).toEqual(['second', 'nowhere']);
    browser.subscribe('nowhere');
    browser.subscribe('second');
    await until('its count', () => browser.totals().get(0) === 1);
    expect(await harness.post('/api/v1/spikes/clear', {})).toMatchObject({
      status: 400,
      body: { error: { code: 'E_HOST_NEEDED' } },
    });
    expect((await harness.post('/api/v1/spikes/clear', { host: 'second' })).status).toBe(200);
    expect((await harness.post('/api/v1/spikes/clear', { host: 'nowhere' })).status).toBe(503);
    await agent.close();
  });

  it('serves the dashboard and its page for every path that can be bookmarked', async () => {
    const staticDir = folder();
    mkdirSync(join(staticDir, 'assets'));
    writeFileSync(join(staticDir, 'index.html'), '<title>rtprobe</title>');
    writeFileSync(join(staticDir, 'assets', 'app.js'), 'export {};');
    writeFileSync(join(staticDir, '.secret'), 'no');
    harness = await startHarness({ staticDir });
    for (const path of ['/', '/irq/24', '/?window=60']) {
      expect(await harness.get(path)).toMatchObject({ status: 200, body: '<title>rtprobe</title>' });
    }
    expect((await harness.get('/assets/app.js')).body).toBe('export {};');
    for (const path of ['/assets/none.js', '/.secret', '/..%2f..%2fetc%2fpasswd', '/assets/..%5c..%5cx.js']) {
      expect(JSON.stringify((await harness.get(path)).body), path).not.toMatch(/root:|"no"/);
    }
    expect((await harness.get('/assets/none.js')).status).toBe(404);
  });

  it('lets browsers cache assets, and sends the compressed copy to those that accept it', async () => {
    const staticDir = folder();
    mkdirSync(join(staticDir, 'assets'));
    writeFileSync(join(staticDir, 'index.html'), '<title>rtprobe</title>');
    writeFileSync(join(staticDir, 'assets', 'app.js'), 'export {};');
    writeFileSync(join(staticDir, 'assets', 'app.js.gz'), gzipSync('export {};'));
    harness = await startHarness({ staticDir });
    const { url } = harness.bridge;
    for (const [encoding, sent] of [
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const answer = await fetch(`${url}/assets/app.js`, { headers: { 'accept-encoding': encoding } });
      expect(await answer.text()).toBe('export {};');
      expect(answer.headers.get('content-encoding')).toBe(sent);
      expect(answer.headers.get('content-type')).toMatch(/javascript/);
      expect(answer.headers.get('cache-control')).toMatch(/immutable/);
      expect(answer.headers.get('vary')).toMatch(/accept-encoding/i);
    }
    expect((await fetch(url)).headers.get('cache-control')).toBe('no-cache');
  });
});
