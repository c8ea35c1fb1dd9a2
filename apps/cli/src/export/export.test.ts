import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Incident, Spike, Trace } from '@rtprobe/protocol';
import { EXPORT_FORMATS } from '@rtprobe/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BridgeAccess } from '../access/client.ts';
import { fetchRecord, renderRecord, writeNew } from './export.ts';

const task = {
  ...{
    pid: 5,
    tgid: 5,
    startNs: '1',
    comm: 'fio',
    policy: 'SCHED_OTHER',
    priority: 0,
    nice: 0,
    kthread: false,
  },
};
const spike = (change: Partial<Spike>): Spike => ({
  ...{ id: '7-1', host: 'lab', time: 1_764_000_000_000_000, monoNs: '5000000500', measure: 'timer_latency' },
  ...{ valueNs: 400, thresholdNs: 100, cpu: 1, number: 0, name: '', label: 'timer', mode: 'kernel', task },
  ...{ stack: [], sentence: 'The timer on CPU 1 fired 400 ns late.', culprit: 'fio' },
  ...change,
});
const trace: Trace = {
  ...{ spike: '7-2', originNs: '5000000000', windowFromNs: 100, windowToNs: 500, tasks: {}, names: {} },
  cpus: [
    {
      ...{ cpu: 1, fromNs: 0, toNs: 600, overwritten: false, current: 5 },
      ...{ time: [120, 480], kind: [0, 1], number: [36, 36], pid: [0, 0], pid2: [0, 0], arg: [0, 1] },
    },
  ],
};
const spikes = [
  spike({ valueNs: 900 }),
  spike({ id: '7-2', time: 1_764_000_000_000_001, traced: true }),
  spike({ id: '7-3', time: 1_763_000_000_000_000, traced: true }),
];
const incident: Incident = {
  ...{ id: '7-1', host: 'lab', time: spikes[0]!.time, until: spikes[1]!.time, valueNs: 900, cpus: [1] },
  ...{ origin: 'linux', primary: '7-1', measure: 'timer_latency', culprit: 'fio' },
  ...{ sentence: 'Fio held CPU 1; late because of it: the timer.', symptoms: ['7-1', '7-2'] },
};
const answers: Record<string, unknown> = {
  '/api/v1/incidents/7-2': { incident, spikes: spikes.slice(0, 2) },
  '/api/v1/spikes': { hosts: [{ host: 'lab', spikes }] },
  '/api/v1/status': {
    hosts: [{ host: 'lab', cpuModel: 'QEMU', moduleVersion: '0.2.0', runStartedAt: 1_763_900_000_000_000 }],
  },
  '/api/v1/runs': {
    runs: [{ id: 4, host: 'lab', kernel: '6.1-old', preemptRt: false, moduleVersion: '0.1.0', live: false }],
  },
  '/api/v1/spikes/7-2/trace': trace,
  ...Object.fromEntries(spikes.map((s) => [`/api/v1/spikes/${s.id}`, { spike: s }])),
  '/api/v1/spikes/6-1': { spike: spike({ id: '6-1', time: 1_762_000_000_000_000 }), run: 4 },
};

let server: Server;
let url: string;
/** The simulated bridge. */
let access: BridgeAccess;
/** Target folder of exports. */
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-export-'));
const sessions = mkdtempSync(join(tmpdir(), 'rtprobe-sessions-'));
const sessionFile = join(sessions, 'token');
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = request.headers.authorization === 'Bearer a.b' ? answers[request.url!] : undefined;
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    // As a bridge of an earlier release, which has no incidents; it has that of one spike.
    const missing = request.url!.includes('/incidents/') ? 'E_NOT_FOUND' : 'E_UNKNOWN_SPIKE';
    const code = request.url!.endsWith('/trace') ? 'E_NO_TRACE' : missing;
    response.end(JSON.stringify(answer ?? { error: { code, message: `nothing at ${request.url}` } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(sessionFile, 'a.b\n', { mode: 0o600 });
  access = { url, sessionFile };
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
  rmSync(sessions, { recursive: true });
});

describe('a spike of a running bridge', () => {
  it('is read by its id, as the newest or as the worst, with its machine and its trace', async () => {
    const id = async (word: string) => (await fetchRecord(word, access)).spike.id;
    expect([await id('7-1'), await id('newest'), await id('worst')]).toEqual(['7-1', '7-2', '7-1']);
    expect(await fetchRecord('7-2', access)).toMatchObject({
      host: { cpuModel: 'QEMU' },
      trace,
    });
  });

  it('is exported with its incident, which has other symptoms too', async () => {
    const record = await fetchRecord('7-2', access);
    expect(record.incident).toEqual(incident);
    expect(renderRecord(record, 'text')).toContain(incident.sentence);
    expect(renderRecord(record, 'csv')).toContain(incident.sentence);
    expect(JSON.parse(renderRecord(record, 'json')).incident.symptoms).toEqual(['7-1', '7-2']);
    // A spike that is in no incident yet, or one of a bridge that has none.
    expect(await fetchRecord('7-1', access)).not.toHaveProperty('incident');
  });

  it('of an earlier run is exported with the stored facts of that run, not with those of the machine now', async () => {
    const { host } = await fetchRecord('6-1', access);
    expect(host).toMatchObject({ kernel: { release: '6.1-old', preemptRt: false }, moduleVersion: '0.1.0' });
    expect(host).not.toHaveProperty('cpuModel');
  });

  it('is written in every format', async () => {
    const record = await fetchRecord('7-2', access);
    for (const format of EXPORT_FORMATS)
      expect(renderRecord(record, format)).toContain(format === 'json' ? '"number": [' : 'irq 36');
  });

  it('without a trace is exported without it, but not as a trace', async () => {
    const record = await fetchRecord('7-3', access);
    expect(record.trace).toBeUndefined();
    expect(renderRecord(record, 'text')).toContain('fired 400 ns late');
    expect(() => renderRecord(record, 'perfetto')).toThrow(expect.objectContaining({ code: 'E_NO_TRACE' }));
  });

  it("that does not exist is reported with the bridge's own code, and a missing bridge with ours", async () => {
    await expect(fetchRecord('7-9', access)).rejects.toMatchObject({ code: 'E_UNKNOWN_SPIKE' });
    await expect(fetchRecord('7-1', { url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'E_NO_BRIDGE',
    });
  });

  it('is written into a folder under its own name, and never over a file', async () => {
    const record = await fetchRecord('7-2', access);
    expect(writeNew(dir, record, 'csv', 'one')).toBe(join(dir, 'rtprobe-lab-7-2.csv'));
    expect(() => writeNew(dir, record, 'csv', 'two')).toThrow(expect.objectContaining({ code: 'E_WRITE' }));
    writeFileSync(join(dir, 'mine'), 'mine');
    expect(() => writeNew(join(dir, 'mine'), record, 'csv', 'two')).toThrow(/already/);
    expect(readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual(['mine', 'one']);
  });
});
