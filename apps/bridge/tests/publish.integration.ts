// Bridges publish incidents to Debian's nats-server: through its death, through their own, and with credentials that
// allow one host.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inflateSync } from 'node:zlib';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import type { Spike as KernelSpike } from '@rtprobe/abi';
import { INCIDENT_STREAM, inboxPrefix, incidentSubject, type PublishedIncident } from '@rtprobe/protocol';
import { publishedIncidentSchema } from '@rtprobe/protocol/schemas';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder, until } from './harness.ts';
import { NatsServer, natsBinary } from './nats-server.ts';
import { SimulatedAgent } from './simulated-agent.ts';

const SITE = 'test';
const spike: Omit<KernelSpike, 'id' | 'time'> = {
  ...{ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2, task: { pid: 5, comm: 'fio' } },
  process: { exe: '/usr/bin/secret', file: [{ fd: 3, path: '/dev/vda' }] },
};
/** Farther apart than the spikes of one incident. */
const APART_NS = 100_000_000n;

let dir: string;
let binary: string;
let servers: NatsServer[] = [];
let harness: Harness | undefined;

beforeAll(async () => {
  dir = temporaryFolder();
  binary = await natsBinary();
});
afterEach(async () => {
  await harness?.close();
  harness = undefined;
  await Promise.all(servers.map((server) => server.kill()));
  servers = [];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let folders = 0;
async function startServer(more?: string): Promise<NatsServer> {
  const server = await NatsServer.create(binary, join(dir, `nats-${++folders}`), more);
  servers.push(server);
  await server.start();
  return server;
}

/** Returns the messages in the stream by subject. */
async function stored(url: string, options: object = {}): Promise<Map<string, PublishedIncident>> {
  const connection = await connect({ servers: url, ...options });
  try {
    const manager = await jetstreamManager(connection);
    const info = await manager.streams.info(INCIDENT_STREAM).catch(() => undefined);
    const found = new Map<string, PublishedIncident>();
    for (let seq = info?.state.first_seq ?? 1; seq <= (info?.state.last_seq ?? 0); seq++) {
      const message = await manager.streams.getMessage(INCIDENT_STREAM, { seq }).catch(() => undefined);
      if (!message) continue;
      expect(found.has(message.subject)).toBe(false);
      expect(message.header.get('Content-Encoding')).toBe('deflate');
      const json = JSON.parse(inflateSync(message.data).toString());
      expect(publishedIncidentSchema.parse(json)).toEqual(json);
      found.set(message.subject, json);
    }
    return found;
  } finally {
    await connection.close();
  }
}

/** Waits until the stream has this many incidents. */
async function storedCount(url: string, count: number): Promise<Map<string, PublishedIncident>> {
  await expect.poll(async () => (await stored(url)).size, { interval: 200 }).toBe(count);
  return stored(url);
}

const statsOf = async ({ get }: Harness) => {
  const { body } = await get('/api/v1/status');
  return (body.hosts as unknown as { stats?: { publish?: Record<string, unknown>; lost: object } }[])[0]!
    .stats;
};

describe('a bridge that publishes', () => {
  it('publishes an incident with what is known of its spikes, and private details only when told to', async () => {
    const server = await startServer();
    for (const publishDetails of [false, true]) {
      const site = `details-${publishDetails}`;
      const publish = { url: server.url, site, dir: join(dir, site) };
      harness = await startHarness({ publish, publishDetails });
      const id = `7-${harness.agent.spike(spike)}`;
      const subject = incidentSubject(site, 'simulated', id);
      await expect
        .poll(async () => JSON.stringify((await stored(server.url)).get(subject) ?? ''), { interval: 200 })
        .toContain(publishDetails ? '/usr/bin/secret' : '"spikes":[{');
      const message = (await stored(server.url)).get(subject)!;
      expect(message).toMatchObject({ site, host: 'simulated', id, incident: { valueNs: 900_000 } });
      expect(message.spikes).toMatchObject([{ id, valueNs: 900_000, cpu: 0 }]);
      expect(JSON.stringify(message).includes('/dev/vda')).toBe(publishDetails);
      await harness.close();
      harness = undefined;
    }
  });

  it('keeps what happens while the broker is dead, and stores each incident once when it is back', async () => {
    const server = await startServer();
    harness = await startHarness({ publish: { url: server.url, site: SITE, dir: join(dir, 'outage') } });
    const { agent } = harness;
    agent.spike(spike);
    await storedCount(server.url, 1);
    await server.kill();
    const time = agent.now;
    for (let i = 0n; i < 20n; i++) agent.spike({ ...spike, time: time + i * APART_NS });
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ connected: false, waiting: 20, dropped: 0 });
    await server.start();
    await storedCount(server.url, 21);
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ connected: true, waiting: 0, bytes: 0, dropped: 0 });
  });

  it('sends after a SIGKILL what it had stored on disk, each incident once', async () => {
    const server = await startServer();
    await server.kill();
    const agent = new SimulatedAgent(join(dir, 'killed.sock'));
    await agent.listen();
    const spool = join(dir, 'killed');
    const start = async () => {
      const program = join(import.meta.dirname, 'publish-process.ts');
      const child = spawn(process.execPath, [program, agent.path, server.url, spool], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(createInterface({ input: child.stdout! }), 'line');
      return child;
    };
    const kill = async (child: Awaited<ReturnType<typeof start>>) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const waiting = () => readdirSync(spool).filter((name) => name.endsWith('.msg')).length;
    try {
      const first = await start();
      const time = agent.now;
      for (let i = 0n; i < 10n; i++) agent.spike({ ...spike, time: time + i * APART_NS });
      await until('ten messages on disk', () => waiting() === 10);
      await kill(first);
      writeFileSync(join(spool, `${'0'.repeat(32)}.msg.abc.tmp`), 'cut off');
      await server.start();
      const second = await start();
      await storedCount(server.url, 10);
      await until('an empty spool', () => readdirSync(spool).length === 0);
      await kill(second);
      // Another start reports the same spikes again.
      const third = await start();
      agent.spike({ ...spike, time: time + 20n * APART_NS });
      await storedCount(server.url, 11);
      await kill(third);
    } finally {
      await agent.close();
    }
  });

  it('counts and shows what a full spool drops', async () => {
    const server = await startServer();
    await server.kill();
    const publish = { url: server.url, site: SITE, dir: join(dir, 'full'), maxBytes: 65_536 };
    harness = await startHarness({ publish });
    const { agent } = harness;
    const time = agent.now;
    for (let i = 0n; i < 300n; i++) agent.spike({ ...spike, time: time + i * APART_NS });
    await expect
      .poll(async () => (await statsOf(harness!))?.lost, { interval: 200 })
      .toMatchObject({ publishDropped: expect.toSatisfy((n) => n > 0) });
    const stats = (await statsOf(harness))!;
    expect(stats.publish!.bytes).toBeLessThanOrEqual(65_536);
    expect(stats.lost).toMatchObject({ publishDropped: stats.publish!.dropped });
    const headers = { authorization: `Bearer ${harness.token}` };
    const metrics = await (await fetch(`${harness.bridge.url}/metrics`, { headers })).text();
    expect(metrics).toMatch(
      /rtprobe_losses_total\{host="simulated",kind="dropped",counter="publishDropped"\} [1-9]/,
    );
  });
});

describe("a host's credentials", () => {
  it('allow its own subjects only: others can neither be read nor written, and a false name is refused', async () => {
    const [host, admin] = [nkeys.createUser(), nkeys.createUser()];
    const inbox = inboxPrefix(SITE, hostname());
    const own = `publish: ["rtprobe.v1.${SITE}.simulated.>"], subscribe: ["${inbox}.>"]`;
    const server = await startServer(`authorization { users: [
      { nkey: ${host.getPublicKey()}, permissions: { ${own} } }
      { nkey: ${admin.getPublicKey()} }
    ] }`);
    const as = (key: typeof host) => ({
      authenticator: nkeyAuthenticator(key.getSeed()),
      servers: server.url,
    });
    const credsFile = join(dir, 'host.nk');
    writeFileSync(credsFile, host.getSeed(), { mode: 0o600 });
    const publish = { url: server.url, site: SITE, dir: join(dir, 'own'), credsFile };
    harness = await startHarness({ publish });
    harness.agent.spike(spike);
    // The host may not create the stream.
    await expect
      .poll(async () => (await statsOf(harness!))?.publish?.error, { interval: 200 })
      .toMatch(/no stream RTPROBE_INCIDENTS/);
    await harness.close();
    // The bridge of an administrator creates it.
    const adminFile = join(dir, 'admin.nk');
    writeFileSync(adminFile, admin.getSeed(), { mode: 0o600 });
    harness = await startHarness({ publish: { ...publish, dir: join(dir, 'admin'), credsFile: adminFile } });
    harness.agent.spike(spike);
    await expect.poll(async () => (await stored(server.url, as(admin))).size, { interval: 200 }).toBe(1);
    await harness.close();
    // What waited is sent.
    harness = await startHarness({ publish });
    const id = `7-${harness.agent.spike({ ...spike, valueNs: 950_000n })}`;
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ waiting: 0, dropped: 0, connected: true });
    expect((await stored(server.url, as(admin))).has(incidentSubject(SITE, 'simulated', id))).toBe(true);
    await harness.close();
    // A machine that calls itself otherwise.
    const path = { ...publish, dir: join(dir, 'liar') };
    harness = await startHarness({ publish: path, host: 'another' });
    harness.agent.spike(spike);
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({
        waiting: 0,
        dropped: 1,
        sent: 0,
        error: 'the broker refuses messages of host another',
      });
    expect(
      [...(await stored(server.url, as(admin))).keys()].filter((one) => one.includes('another')),
    ).toEqual([]);

    const direct: NatsConnection = await connect({ ...as(host), inboxPrefix: inbox });
    const reading = direct.subscribe(`rtprobe.v1.${SITE}.other.>`);
    await expect(reading.closed.then((error) => Promise.reject(error))).rejects.toThrow(/ermission/);
    await expect(direct.request('$JS.API.STREAM.INFO.RTPROBE_INCIDENTS')).rejects.toThrow(/ermission/);
    await expect(direct.request(incidentSubject(SITE, 'other', '1'), 'x')).rejects.toThrow(/ermission/);
    await direct.close();
  });

  it('travel over TLS with the authority that is given, and nothing is sent to a server of another', async () => {
    const certificate = (name: string) => {
      const [key, cert] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
      const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const { status, stderr } = spawnSync(
        'openssl',
        [...words, '-days', '2', ...subject, '-keyout', key, '-out', cert],
        { encoding: 'utf8' },
      );
      expect(status, stderr).toBe(0);
      return { key, cert };
    };
    const [own, other] = [certificate('own'), certificate('other')];
    const server = await startServer(`tls { cert_file: "${own.cert}", key_file: "${own.key}" }`);
    const publish = { url: server.url, site: SITE, dir: join(dir, 'tls') };
    harness = await startHarness({ publish: { ...publish, caFile: other.cert } });
    harness.agent.spike(spike);
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ connected: false, waiting: 1, error: expect.stringMatching(/certificate/) });
    await harness.close();
    harness = await startHarness({ publish: { ...publish, caFile: own.cert } });
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ connected: true, waiting: 0, sent: 1 });
    await harness.close();
    // A server without TLS, or somebody between who removes it.
    const plain = await startServer();
    harness = await startHarness({ publish: { ...publish, url: plain.url, caFile: own.cert } });
    harness.agent.spike({ ...spike, valueNs: 950_000n });
    await expect
      .poll(async () => (await statsOf(harness!))?.publish, { interval: 200 })
      .toMatchObject({ connected: false, sent: 0, error: expect.stringMatching(/tls/i) });
  });
});
