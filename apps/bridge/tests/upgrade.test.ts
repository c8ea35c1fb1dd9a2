// Tests that this release opens the store of the previous release and shows the same data. fixtures/store-v1.sqlite.gz
// and the expected results (store-v1.json) were written by the code of commit 1c1a741: three minutes of two runs, eight
// spikes in the text of that release, a note, a named baseline.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { causeKey, type HistoryJson, type Spike } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerRead } from '../src/history/read/answers.ts';
import { DATABASE, type Database, openReader } from '../src/history/store/database.ts';
import { Writer } from '../src/history/write/writer.ts';
import { temporaryFolder } from './harness.ts';
import { HOST, MONDAY, spikeAt } from './synthetic-run.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const expected = JSON.parse(readFileSync(join(fixtures, 'store-v1.json'), 'utf8'));
const dir = temporaryFolder();
const [from, to] = [MONDAY * 1e6, (MONDAY + 180) * 1e6];
const words = ['interrupts disabled', 'idle exit', 'rtprobe itself', 'other parts', 'context switch'];
let db: Database;

const spikesOf = (store: Database): Spike[] =>
  answerRead(store, { ask: 'spikes', host: HOST, query: { from, to, limit: 100 } }).spikes;

beforeAll(() => {
  const bytes = gunzipSync(readFileSync(join(fixtures, 'store-v1.sqlite.gz')));
  writeFileSync(join(dir, DATABASE), bytes);
  const writer = new Writer(dir, { maxBytes: 1024 ** 3, maxAgeUs: 365 * 86_400e6 });
  // The five spikes with parts again, in the text of this release.
  const spikes = expected.spikes.spikes.slice(1, 6).map((spike: Spike, i: number) => {
    const parts = spike.parts!.map((part) => ({ ...part, label: words[i]! }));
    return spikeAt(MONDAY + 100 + i, 100 + i, { parts });
  });
  writer.push({ kind: 'spikes', host: HOST, spikes });
  writer.close(to);
  db = openReader(dir);
});
afterAll(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

describe('a store of the previous release', () => {
  it('shows the same runs, with their name, baseline and worst values', () => {
    const runs = answerRead(db, { ask: 'runs', limit: 10 });
    const older = { ...expected.runs[1], spikes: expected.runs[1].spikes + words.length };
    expect(runs).toMatchObject([expected.runs[0], older]);
  });

  it('shows the same spikes, trace and notes', () => {
    const old = spikesOf(db).filter((spike) => Number(spike.id.split('-')[1]) < 100);
    expect(old).toEqual(expected.spikes.spikes);
    expect(answerRead(db, { ask: 'trace', spike: 'a1-1' })).toEqual(expected.trace);
    expect(answerRead(db, { ask: 'annotations', host: HOST, from, to })).toEqual(expected.annotations);
  });

  it('has no test runs yet', () => {
    expect(answerRead(db, { ask: 'test-runs', limit: 10 })).toEqual([]);
  });

  it('shows the same columns', () => {
    const query = { host: HOST, measure: 'timer_latency', from, to, width: 60e6 } as const;
    const { columns } = answerRead(db, { ask: 'columns', query, format: 'json' }) as HistoryJson;
    expect(columns).toEqual(expected.columns.columns);
  });

  it('becomes the history of the first machine of that name, and follows it when it is renamed', () => {
    const copy = temporaryFolder();
    writeFileSync(join(copy, DATABASE), gunzipSync(readFileSync(join(fixtures, 'store-v1.sqlite.gz'))));
    const writer = new Writer(copy, { maxBytes: 1024 ** 3, maxAgeUs: 365 * 86_400e6 });
    writer.push({ kind: 'spikes', host: HOST, machine: 'm1', spikes: [] });
    writer.commit(to);
    writer.push({ kind: 'spikes', host: 'crate', machine: 'm1', spikes: [] });
    writer.push({ kind: 'spikes', host: HOST, machine: 'm2', spikes: [] });
    writer.close(to);
    const store = openReader(copy);
    expect(answerRead(store, { ask: 'hosts' })).toEqual([
      { name: 'crate', machine: 'm1' },
      { name: HOST, machine: 'm2' },
    ]);
    const runs = answerRead(store, { ask: 'runs', host: 'crate', limit: 10 });
    expect(runs.map(({ name }) => name)).toEqual([undefined, 'before the fix']);
    const query = { from, to, limit: 100 };
    const { spikes } = answerRead(store, { ask: 'spikes', host: 'crate', query });
    expect(spikes.map(({ host }) => host)).toEqual(Array(8).fill('crate'));
    expect(answerRead(store, { ask: 'annotations', host: 'crate', from, to })).toHaveLength(1);
    store.close();
    rmSync(copy, { recursive: true });
  });

  it('groups a cause in the text of the previous release with the same cause in the text of this one', () => {
    const query = { from, to, limit: 100 };
    const causes = [...new Set(spikesOf(db).map(causeKey))];
    const counts = causes
      .map((cause) => answerRead(db, { ask: 'spikes', host: HOST, query: { ...query, cause } }).spikes.length)
      .sort();
    expect(counts).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it('has its spikes grouped into incidents, as those of this release', () => {
    const query = { from, to, limit: 100 };
    const { incidents } = answerRead(db, { ask: 'incidents', host: HOST, query });
    // All spikes of the fixture have one monotonic time: those of a CPU overlap.
    expect(incidents.map(({ symptoms }) => symptoms.length)).toEqual([4, 4, 1, 1, 1, 1, 1]);
    const grouped = incidents.flatMap(({ symptoms }) => symptoms).sort();
    expect(grouped).toEqual(
      spikesOf(db)
        .map(({ id }) => id)
        .sort(),
    );
    const { causes } = answerRead(db, { ask: 'causes', host: HOST, query });
    expect(causes.reduce((sum, { count }) => sum + count, 0)).toBe(incidents.length);
  });
});

it('a store of a later version is refused with advice, and stays as it was', () => {
  const later = temporaryFolder();
  const path = join(later, DATABASE);
  const bytes = gunzipSync(readFileSync(join(fixtures, 'store-v1.sqlite.gz')));
  // The version that applications give a database, in its header.
  bytes.writeUInt32BE(2, 60);
  writeFileSync(path, bytes);
  const refusal = expect.objectContaining({
    ...{ code: 'E_DATA_VERSION', word: path },
    message: expect.stringMatching(/has version 2, .* --data/),
  });
  expect(() => new Writer(later, { maxBytes: 1024 ** 3, maxAgeUs: 365 * 86_400e6 })).toThrow(refusal);
  expect(() => openReader(later)).toThrow(refusal);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  rmSync(later, { recursive: true });
});
