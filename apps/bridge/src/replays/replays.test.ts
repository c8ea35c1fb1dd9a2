import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type Harness, type Json, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { OPEN_MAX } from './replays.ts';

const real = join(import.meta.dirname, '../../tests/fixtures/6.12-rt.rec.bin');
const dir = temporaryFolder();
const recordingsDir = join(dir, 'recordings');
mkdirSync(recordingsDir);
copyFileSync(real, join(recordingsDir, 'night.rec'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let harness: Harness;
afterEach(() => harness.close());
const start = async (options: object = {}) => {
  harness = await startHarness({ recordings: { dir: recordingsDir }, ...options });
};
const open = (file: string, token?: string) => harness.post('/api/v1/recordings/open', { file }, token);
const close = (host: string) => harness.post('/api/v1/recordings/close', { host });
const namesOf = async () =>
  ((await harness.get('/api/v1/status')).body as unknown as { hosts: { host: string }[] }).hosts.map(
    ({ host }) => host,
  );

it('plays a recording as a host of its own beside a live one, and removes it', async () => {
  await start();
  const browser = await harness.browser();
  expect(await open('night.rec')).toMatchObject({
    status: 200,
    body: { host: 'night.rec', replay: { recordedHost: 'lab', opened: true, paused: false } },
  });
  const added = await until('the host', () =>
    browser.messages.find((m) => m.type === 'host' && m.host.host === 'night.rec'),
  );
  expect(added).toMatchObject({ host: { state: 'replay', history: false, index: 1 } });
  browser.subscribe('night.rec');
  await until('its frames', () => browser.frames.find(({ host }) => host === 1));
  harness.agent.record(1, 0, 5000);
  const live = await harness.browser();
  live.subscribe('simulated');
  await until('the live count', () => live.totals().get(0) === 1);

  expect(await close('night.rec')).toMatchObject({ status: 200, body: { host: 'night.rec' } });
  await until('the news', () => browser.messages.find((m) => m.type === 'host-removed'));
  expect(await namesOf()).toEqual(['simulated']);
  // Sent before the news arrived.
  browser.send({ type: 'ack', host: 'night.rec', seq: 0 });
  browser.send({ type: 'subscribe', host: 'no such host', rate: 10 });
  expect(await browser.next('error')).toMatchObject({ word: 'no such host' });
  expect(browser.messages.filter((m) => m.type === 'error')).toHaveLength(1);
  // Numbers of hosts are not used again: a late frame is never applied to another host.
  await open('night.rec');
  expect(browser.last('host')?.host.index).not.toBe(1);
});

it('sends nothing of a recording after its end, even if it was closed in the middle of a jump', async () => {
  await start();
  const browser = await harness.browser();
  await open('night.rec');
  const jumps = [9e6, 2e6, 20e6].map((positionUs) =>
    harness.post('/api/v1/replay', { host: 'night.rec', positionUs }),
  );
  await close('night.rec');
  await Promise.all(jumps);
  await until('the news', () => browser.messages.find((m) => m.type === 'host-removed'));
  const about = browser.messages.filter((m) => m.type === 'host' || m.type === 'host-removed');
  const named = about.filter(({ host }) => (typeof host === 'string' ? host : host.host) === 'night.rec');
  expect(named.map(({ type }) => type).lastIndexOf('host')).toBeLessThan(named.length - 1);
  expect(named.at(-1)).toEqual({ type: 'host-removed', host: 'night.rec' });
});

it('opens a file once, and a limited number of files', async () => {
  for (let i = 0; i <= OPEN_MAX; i++) copyFileSync(real, join(recordingsDir, `copy ${i}.rec`));
  await start();
  for (let i = 0; i < OPEN_MAX; i++) expect((await open(`copy ${i}.rec`)).status).toBe(200);
  expect((await open('copy 0.rec')).body).toMatchObject({ host: 'copy 0.rec' });
  expect(await open(`copy ${OPEN_MAX}.rec`)).toMatchObject({
    status: 409,
    body: { error: { code: 'E_REPLAYS_MAX' } },
  });
  await close('copy 0.rec');
  expect((await open(`copy ${OPEN_MAX}.rec`)).status).toBe(200);
  for (let i = 0; i <= OPEN_MAX; i++) rmSync(join(recordingsDir, `copy ${i}.rec`));
});

it('does not change what a request without a host means', async () => {
  await start({ history: { dir: join(dir, 'history') } });
  await open('night.rec');
  const path = { host: 'night.rec', positionUs: 20_000_000, paused: true };
  expect((await harness.post('/api/v1/replay', path)).status).toBe(200);
  const named = (await harness.get('/api/v1/spikes?host=night.rec')).body as unknown as {
    hosts: { spikes: object[] }[];
  };
  expect(named.hosts[0]!.spikes.length).toBeGreaterThan(0);
  expect((await harness.get('/api/v1/spikes')).body).toEqual({ hosts: [{ host: 'simulated', spikes: [] }] });
  expect((await harness.post('/api/v1/spikes/clear', {})).body).toEqual({ host: 'simulated' });
  expect((await harness.post('/api/v1/spikes/clear', { host: 'night.rec' })).body).toMatchObject({
    error: { code: 'E_REPLAY' },
  });
  const { runs } = (await harness.get('/api/v1/runs')).body as unknown as { runs: { host: string }[] };
  expect(runs.map(({ host }) => host)).not.toContain('night.rec');
});

it('starts over when it is played from its end', async () => {
  await start();
  await open('night.rec');
  const { replay } = (await harness.post('/api/v1/replay', { host: 'night.rec', positionUs: 1e9 }))
    .body as unknown as { replay: { lengthUs: number } };
  await expect
    .poll(async () => (await harness.get('/api/v1/status')).body)
    .toMatchObject({ hosts: [{}, { replay: { ended: true, paused: true, positionUs: replay.lengthUs } }] });
  // Also if it was paused when it was moved there.
  const at = async (positionUs: number) =>
    (await harness.post('/api/v1/replay', { host: 'night.rec', positionUs, paused: true })).body.replay;
  expect(await at(0)).not.toHaveProperty('ended');
  expect(await at(1e9)).toMatchObject({ ended: true });
  const again = await harness.post('/api/v1/replay', { host: 'night.rec', paused: false });
  expect(again.body.replay).toMatchObject({ paused: false });
  expect(again.body.replay!.positionUs as unknown as number).toBeLessThan(replay.lengthUs / 2);
});

it('names what is wrong with a file', async () => {
  const bytes = readFileSync(real);
  const write = (name: string, content: Uint8Array) => writeFileSync(join(recordingsDir, name), content);
  write('foreign.txt', Buffer.from('not a recording'));
  write('empty.rec', bytes.subarray(0, 200));
  write('later.rec', Buffer.concat([bytes.subarray(0, 8), Buffer.from([9, 0, 0, 0]), bytes.subarray(12)]));
  write('cut.rec', bytes);
  truncateSync(join(recordingsDir, 'cut.rec'), bytes.length - 1000);
  write('.hidden', bytes);
  await start();
  const codes = {
    'foreign.txt': 'E_RECORD_FOREIGN',
    'empty.rec': 'E_RECORD_EMPTY',
    'later.rec': 'E_RECORD_VERSION',
  };
  const { recordings } = (await harness.get('/api/v1/recordings')).body as unknown as { recordings: Json[] };
  for (const [file, code] of Object.entries(codes)) {
    expect(recordings).toContainEqual(
      expect.objectContaining({ file, error: { code, message: expect.not.stringContaining(dir) } }),
    );
    expect(await open(file)).toMatchObject({ status: 422, body: { error: { code } } });
  }
  expect(recordings).toContainEqual(expect.objectContaining({ file: 'cut.rec', truncated: true }));
  expect((await open('cut.rec')).body).toMatchObject({ replay: { truncated: true } });
  for (const file of ['.hidden', '../recordings/night.rec', '..', 'none.rec']) {
    expect(await open(file)).toMatchObject({ status: 404, body: { error: { code: 'E_UNKNOWN_RECORDING' } } });
  }
  for (const file of ['foreign.txt', 'empty.rec', 'later.rec', '.hidden']) rmSync(join(recordingsDir, file));
});

it('lists recordings with their host and time, and deletes a file that is not open', async () => {
  await start();
  await open('night.rec');
  const { body } = await harness.get('/api/v1/recordings');
  expect(body).toMatchObject({
    openMax: OPEN_MAX,
    recordings: expect.arrayContaining([
      expect.objectContaining({ file: 'night.rec', host: 'night.rec', recordedHost: 'lab' }),
    ]),
  });
  const remove = () => harness.delete('/api/v1/recordings?file=cut.rec');
  await open('cut.rec');
  expect(await remove()).toMatchObject({ status: 409, body: { error: { code: 'E_RECORD_IN_USE' } } });
  await close('cut.rec');
  expect((await remove()).status).toBe(200);
  expect((await remove()).status).toBe(404);
});

it('lets only operators open and close recordings, and never closes a host that it was started with', async () => {
  await start();
  const viewer = harness.bridge.createToken('viewer');
  expect(await open('night.rec', viewer)).toMatchObject({ status: 403, body: { error: { code: 'E_ROLE' } } });
  expect(await close('simulated')).toMatchObject({ status: 409, body: { error: { code: 'E_NOT_REPLAY' } } });
  await harness.close();
  await start({ sources: [{ kind: 'replay', file: real }], waitForLive: false });
  expect(await close('lab')).toMatchObject({ status: 409, body: { error: { code: 'E_NOT_OPENED' } } });
});

it('says how to have recordings if it has no folder, and lists none if the folder is missing', async () => {
  harness = await startHarness();
  expect(await harness.get('/api/v1/recordings')).toMatchObject({
    status: 409,
    body: { error: { code: 'E_RECORDINGS_OFF', message: expect.stringContaining('--recordings') } },
  });
  await harness.close();
  await start({ recordings: { dir: join(dir, 'missing') } });
  expect((await harness.get('/api/v1/recordings')).body).toMatchObject({ recordings: [], bytes: 0 });
});

/** A recording of the same load of the module, so that its spikes have the ids of the live host's. */
it('keeps the spikes of a recording apart from those of the live host with the same ids', async () => {
  harness = await startHarness({ recordTo: join(recordingsDir, 'same.rec') });
  const spike = { measure: 2, cpu: 0, mode: 2 };
  harness.agent.spike({ ...spike, valueNs: 111_000n });
  await expect
    .poll(async () => (await harness.get('/api/v1/spikes')).body)
    .toMatchObject({ hosts: [{ spikes: [{ id: '7-1' }] }] });
  await harness.close();
  await start();
  harness.agent.spike({ ...spike, valueNs: 222_000n });
  await open('same.rec');
  const readValue = async (query: string) => (await harness.get(`/api/v1/spikes/7-1${query}`)).body;
  await expect.poll(() => readValue('?host=same.rec')).toMatchObject({ spike: { valueNs: 111_000 } });
  await expect.poll(() => readValue('?host=simulated')).toMatchObject({ spike: { valueNs: 222_000 } });
  expect(await readValue('')).toMatchObject({ spike: { valueNs: 222_000 } });
  // The file is read, and incidents are found, in the background.
  const read = async (path: string) => (await harness.get(`/api/v1/${path}?host=same.rec`)).body;
  await expect
    .poll(() => read('replay/spikes'))
    .toMatchObject({ count: 1, spikes: [{ valueNs: 111_000, count: 1 }] });
  await expect.poll(() => read('incidents/7-1')).toMatchObject({ spikes: [{ valueNs: 111_000 }] });
});

const replay = (change: object) => harness.post('/api/v1/replay', { host: 'night.rec', ...change });
const step = async (to: string) =>
  (await harness.post('/api/v1/replay/step', { host: 'night.rec', to })).body;
const idsOf = async () => {
  const { hosts } = (await harness.get('/api/v1/spikes?host=night.rec')).body as unknown as {
    hosts: { spikes: { id: string }[] }[];
  };
  return hosts[0]!.spikes.map(({ id }) => id);
};

it('steps from spike to spike, and shows each with its trace', async () => {
  await start();
  await open('night.rec');
  await replay({ positionUs: 0, paused: true });
  const before = await idsOf();
  await expect
    .poll(async () => (await harness.get('/api/v1/replay/spikes?host=night.rec')).body.readUs)
    .toBeGreaterThan(30e6);
  const seen: string[] = [];
  const marks = (await harness.get('/api/v1/replay/spikes?host=night.rec')).body
    .spikes as unknown as object[];
  while (seen.length < marks.length) {
    const { spike, replay: position } = await step('next');
    expect(position).toMatchObject({ paused: true });
    seen.push(spike as unknown as string);
    expect(await idsOf(), `step ${seen.length}`).toContain(seen.at(-1));
  }
  expect(new Set(seen).size).toBe(seen.length);
  const again = [seen.at(-1)!];
  for (let i = 1; i < seen.length; i++) again.unshift((await step('previous')).spike as unknown as string);
  expect(again).toEqual(seen);
  expect((await step('previous')).spike).toBeUndefined();
  expect(before).not.toContain(seen[0]);
  await replay({ positionUs: 1e9 });
  expect((await step('next')).spike).toBeUndefined();
});

it('lists where the spikes are, with the largest value of each mark', async () => {
  await start();
  const { replay: opened } = (await open('night.rec')).body as unknown as { replay: { lengthUs: number } };
  const marks = async () => (await harness.get('/api/v1/replay/spikes?host=night.rec')).body;
  await expect.poll(marks).toMatchObject({ readUs: opened.lengthUs });
  await replay({ positionUs: opened.lengthUs, paused: true });
  const { spikes, count } = (await marks()) as unknown as {
    count: number;
    spikes: { positionUs: number; valueNs: number }[];
  };
  const all = (await harness.get('/api/v1/spikes?host=night.rec')).body as unknown as {
    hosts: { spikes: { valueNs: number }[] }[];
  };
  expect(count).toBeGreaterThan(100);
  expect(spikes.length).toBeLessThan(count);
  expect(Math.max(...spikes.map(({ valueNs }) => valueNs))).toBe(
    Math.max(...all.hosts[0]!.spikes.map(({ valueNs }) => valueNs)),
  );
  expect(spikes.map(({ positionUs }) => positionUs)).toEqual(
    spikes.map(({ positionUs }) => positionUs).toSorted((a, b) => a - b),
  );
});

it('has the trace and the lists of a spike after a jump past it', async () => {
  copyFileSync(real.replace('6.12-rt', '6.12-rt-disturbed'), join(recordingsDir, 'night.rec'));
  await start();
  await open('night.rec');
  await replay({ positionUs: 0, paused: true });
  const read = async (path: string) => (await harness.get(`/api/v1/spikes${path}?host=night.rec`)).body;
  let id: string;
  do id = (await step('next')).spike as unknown as string;
  while (!(await read(`/${id}`)).spike!.traced);
  const played = [await read(`/${id}/trace`), await read(`/${id}`)];
  expect(played[0]).toMatchObject({ spike: id, cpus: expect.anything() });
  await replay({ positionUs: 1e9 });
  expect([await read(`/${id}/trace`), (await read(`/${id}`)).spike]).toEqual([played[0], played[1]!.spike]);
});
