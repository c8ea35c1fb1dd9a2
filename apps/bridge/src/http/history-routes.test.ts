import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type HistoryColumn, type HistoryJson, readHistory } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, type Json, startHarness, temporaryFolder, until } from '../../tests/harness.ts';

const dir = join(temporaryFolder(), 'data');
let harness: Harness;
const start = () => startHarness({ history: { dir } });

beforeAll(async () => {
  harness = await start();
});
afterAll(async () => {
  await harness.close();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const from = (Math.floor(Date.now() / 1000) - 60) * 1e6;
const stretch = `from=${from}&to=${from + 3600e6}`;
const LOC = `/api/v1/history?measure=vector_duration&${stretch}`;

/** Returns the sum of the stored counts, once it is at least `least`. */
async function stored(least: number): Promise<HistoryJson> {
  const count = ({ columns }: HistoryJson) => columns.reduce((sum, column) => sum + column.count, 0);
  for (;;) {
    const body = (await harness.get(`${LOC}&columns=2048`)).body as unknown as HistoryJson;
    if (count(body) >= least) return body;
    await setTimeout(50);
  }
}

describe('history over REST', () => {
  it('returns what was reported, in columns, with the exact largest value, as JSON and as bytes', async () => {
    for (let i = 1; i <= 30; i++) harness.agent.record(3, i % 2, i * 1000);
    const json = await stored(30);
    expect(Math.max(...json.columns.map((column) => column.max))).toBe(30_000);
    expect(json.columns.flatMap((column) => column.buckets).reduce((sum, [, n]) => sum + n, 0)).toBe(30);
    const authorization = `Bearer ${harness.token}`;
    const url = `${harness.bridge.url}${LOC}&width=10000000&format=binary`;
    const response = await fetch(url, { headers: { authorization } });
    const columns: HistoryColumn[] = [];
    const header = readHistory(new Uint8Array(await response.arrayBuffer()), {
      begin: () => {},
      column: (column) => columns.push({ ...column }),
      gap: () => {},
    });
    expect(header).toMatchObject({ widthUs: 10_000_000, first: Math.floor(from / 10e6) });
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  });

  it('returns a single CPU or source, and the sum of a time range', async () => {
    const total = async (words: string) =>
      (await harness.get(`/api/v1/history/total?measure=vector_duration&${stretch}${words}`)).body;
    expect(await total('')).toMatchObject({ count: 30, max: 30_000, host: 'simulated' });
    expect(await total('&cpu=1')).toMatchObject({ count: 15, max: 29_000 });
    expect(await total('&cpu=0&number=0')).toMatchObject({ count: 15, max: 30_000 });
    expect(await total('&number=5')).toMatchObject({ count: 0, max: 0, buckets: [] });
  });

  it('returns spikes by page, by id and by cause', async () => {
    for (let i = 0; i < 3; i++) {
      const time = harness.agent.now - BigInt(3 - i) * 1_000_000_000n;
      harness.agent.spike({ measure: 2, valueNs: BigInt(900_000 + i), cpu: 0, mode: 2, time });
    }
    const page = async (words: string) => (await harness.get(`/api/v1/spikes?from=0${words}`)).body;
    await expect.poll(() => page('')).toMatchObject({ spikes: [{}, {}, {}] });
    const newest = await page('&limit=1');
    expect(newest).toMatchObject({
      host: 'simulated',
      spikes: [{ valueNs: 900_002 }],
      next: expect.any(String),
    });
    expect(await page(`&limit=5&before=${newest.next}`)).toMatchObject({
      spikes: [{ valueNs: 900_000 }, { valueNs: 900_001 }],
    });
    const incidents = async (words: string) => (await harness.get(`/api/v1/incidents?${words}`)).body;
    // An incident and its cause are stored after its spikes.
    await expect.poll(() => incidents('from=0')).toMatchObject({ incidents: [{}, {}, {}] });
    const readCauses = async () => (await harness.get('/api/v1/causes')).body;
    await expect.poll(readCauses).toMatchObject({ causes: [{ count: 3, worstNs: 900_002, victim: 'idle' }] });
    const { causes } = await readCauses();
    const [oldest] = (await incidents('from=0')).incidents as unknown as Json[];
    expect(oldest).toMatchObject({ valueNs: 900_000, origin: 'unproven', symptoms: [oldest!.id] });
    const last = await incidents('from=0&limit=2');
    expect(last).toMatchObject({ incidents: [{ valueNs: 900_001 }, { valueNs: 900_002 }] });
    expect(await incidents(`limit=2&before=${last.next}`)).toMatchObject({ incidents: [{ id: oldest!.id }] });
    expect(await incidents('limit=1')).toMatchObject({ hosts: [{ incidents: [{ valueNs: 900_002 }] }] });
    expect((await harness.get(`/api/v1/incidents/${oldest!.id}`)).body).toMatchObject({
      incident: { id: oldest!.id, host: 'simulated' },
      spikes: [{ id: oldest!.id, valueNs: 900_000 }],
    });
    expect((await harness.get('/api/v1/incidents/dead-1')).body).toMatchObject({
      error: { code: 'E_UNKNOWN_INCIDENT' },
    });
    const { key } = (causes as unknown as Json[])[0]!;
    const byCause = await page(`&cause=${encodeURIComponent(String(key))}`);
    expect(byCause.spikes).toHaveLength(3);
    const id = String((byCause.spikes as unknown as Json[])[1]!.id);
    expect((await harness.get(`/api/v1/spikes/${id}`)).body).toMatchObject({
      spike: { valueNs: 900_001 },
      run: 1,
      previous: expect.any(String),
      following: expect.any(String),
    });
    expect(await harness.get(`/api/v1/spikes/${id}/trace`)).toMatchObject({
      status: 404,
      body: { error: { code: 'E_NO_TRACE', word: id } },
    });
  });

  it('keeps what the browsers no longer list', async () => {
    expect((await harness.post('/api/v1/spikes/clear', {})).status).toBe(200);
    await expect
      .poll(async () => (await harness.get('/api/v1/spikes')).body)
      .toMatchObject({ hosts: [{ spikes: [] }] });
    expect((await harness.get('/api/v1/spikes?from=0')).body.spikes).toHaveLength(3);
  });

  it('lists runs, and an operator can name one and make it the baseline', async () => {
    const runs = async () =>
      (await harness.get('/api/v1/runs?host=simulated')).body.runs as unknown as Json[];
    expect(await runs()).toMatchObject([
      { live: true, kernel: '6.12.0-rt-amd64', preemptRt: true, baseline: false },
    ]);
    const { id, startedAt } = (await runs())[0]!;
    expect(Number(startedAt)).toBeGreaterThan(from);
    expect((await harness.post(`/api/v1/runs/${id}`, { name: 'before', baseline: true })).status).toBe(200);
    expect(await runs()).toMatchObject([{ name: 'before', baseline: true }]);
    expect(await harness.post('/api/v1/runs/99', { name: 'x' })).toMatchObject({
      status: 404,
      body: { error: { code: 'E_UNKNOWN_RUN', word: '99' } },
    });
  });

  it('stores notes, and deletes them for an operator', async () => {
    const { body } = await harness.post('/api/v1/annotations', {
      text: 'new <b>driver</b>',
      time: from,
      author: 'kim',
    });
    expect(body).toMatchObject({ annotation: { text: 'new <b>driver</b>', time: from, author: 'kim' } });
    const list = async () => (await harness.get(`/api/v1/annotations?${stretch}`)).body.annotations;
    expect(await list()).toHaveLength(1);
    const { id } = body.annotation!;
    const url = `${harness.bridge.url}/api/v1/annotations/${id}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(401);
    expect(await list()).toHaveLength(1);
    const headers = { authorization: `Bearer ${harness.token}` };
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  it.each([
    [`/api/v1/history?measure=latency&${stretch}&columns=9`, 400, 'E_QUERY', 'measure'],
    [`/api/v1/history?measure=stolen&${stretch}`, 400, 'E_QUERY', 'columns'],
    [`/api/v1/history?measure=stolen&${stretch}&columns=9&width=1000000`, 400, 'E_QUERY', 'columns'],
    [`/api/v1/history?measure=stolen&${stretch}&columns=2049`, 400, 'E_QUERY', 'columns'],
    [`/api/v1/history?measure=stolen&${stretch}&width=7`, 400, 'E_QUERY', 'width'],
    [`/api/v1/history?measure=stolen&${stretch}&width=200000`, 400, 'E_QUERY', 'width'],
    [`/api/v1/history?measure=stolen&from=2&to=1&columns=9`, 400, 'E_QUERY', 'to'],
    [`/api/v1/history?measure=stolen&${stretch}&columns=9&host=nobody`, 404, 'E_UNKNOWN_HOST', 'nobody'],
    [`/api/v1/history/total?measure=stolen&${stretch}&cpu=x`, 400, 'E_QUERY', 'cpu'],
    [`/api/v1/spikes?from=0&before=now`, 400, 'E_QUERY', 'before'],
    [`/api/v1/spikes?from=0&limit=1001`, 400, 'E_QUERY', 'limit'],
    [`/api/v1/causes?limit=0`, 400, 'E_QUERY', 'limit'],
    [`/api/v1/spikes/ff-1`, 404, 'E_UNKNOWN_SPIKE', 'ff-1'],
  ])('refuses %s with %i %s and the word', async (path, status, code, word) => {
    expect(await harness.get(path)).toMatchObject({ status, body: { error: { code, word } } });
  });

  it.each([
    [`/api/v1/runs/1`, {}, 'E_FIELD', undefined],
    [`/api/v1/runs/1`, { name: 'x'.repeat(65) }, 'E_FIELD', 'name'],
    [`/api/v1/runs/x`, { name: 'x' }, 'E_QUERY', 'id'],
    [`/api/v1/annotations`, { text: '' }, 'E_FIELD', 'text'],
    [`/api/v1/annotations`, { text: 'x', when: 1 }, 'E_FIELD', 'when'],
  ])('changes nothing for %s %j', async (path, body, code, word) => {
    expect(await harness.post(path, body)).toMatchObject({
      status: 400,
      body: { error: { code, ...(word !== undefined && { word }) } },
    });
  });

  it('shows the state of the store in the statistics', async () => {
    const browser = await harness.browser();
    browser.subscribe('simulated');
    const { history } = await until('the store to tell', () => {
      const stats = browser.last('stats')?.stats;
      return stats?.history && stats.history.storedTo > 0 ? stats : undefined;
    });
    expect(history).toMatchObject({ dropped: 0, pruned: 0, maxBytes: 2 * 1024 ** 3 });
    expect(history!.bytes).toBeGreaterThan(0);
  });

  it('is readable by its owner only', () => {
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'history.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('shows the whole run again after a restart, with a gap for the time between', async () => {
    const before = (await stored(30)).columns;
    await harness.close();
    expect(existsSync(`${dir}/history.sqlite-wal`)).toBe(false);
    // A restart within 250 ms leaves no gap.
    await setTimeout(500);
    harness = await start();
    const after = (await stored(30)).columns;
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect((await harness.get('/api/v1/spikes?from=0')).body.spikes).toHaveLength(3);
    expect((await harness.get('/api/v1/runs')).body.runs).toMatchObject([{ name: 'before', spikes: 3 }]);
    // A value before the first dump is part of the state at the restart: only a later one ends the gap.
    const later = async () => {
      harness.agent.record(3, 0, 77_000);
      return (await harness.get(`${LOC}&columns=2048`)).body;
    };
    await expect
      .poll(later, { timeout: 10_000 })
      .toMatchObject({ gaps: [{ reason: 'the bridge did not run' }] });
  });
});

describe('a bridge without history', () => {
  it('says so', async () => {
    const other = await startHarness();
    for (const path of [`/api/v1/runs`, `${LOC}&columns=9`, '/api/v1/causes', '/api/v1/annotations']) {
      expect(await other.get(path)).toMatchObject({
        status: 409,
        body: { error: { code: 'E_HISTORY_OFF' } },
      });
    }
    await other.close();
  });

  it('does not start if the folder cannot be used, and gives advice', async () => {
    await expect(startHarness({ history: { dir: '/etc/hostname/data' } })).rejects.toMatchObject({
      code: 'E_DATA_OPEN',
      message: expect.stringContaining('--no-history'),
    });
    await expect(startHarness({ history: { dir } })).rejects.toMatchObject({
      code: 'E_DATA_LOCKED',
      word: dir,
    });
  });
});
