// The incidents of a host are the same in memory as in the store, in whatever order and batches its spikes come and
// however often the bridge is started again meanwhile.
import { rmSync } from 'node:fs';
import type { Incident, Spike } from '@rtprobe/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerRead } from '../src/history/read/answers.ts';
import { openReader } from '../src/history/store/database.ts';
import { Writer } from '../src/history/write/writer.ts';
import { IncidentList } from '../src/incidents/incident-list.ts';
import { temporaryFolder } from './harness.ts';
import { HOST, MONDAY, spikeAt } from './synthetic-run.ts';

const BOUNDS = { maxBytes: 1024 ** 3, maxAgeUs: 365 * 86_400e6 };

const anySpikes = fc
  .array(
    fc.record({
      second: fc.integer({ min: 0, max: 90 }),
      cpu: fc.integer({ min: 0, max: 1 }),
      valueNs: fc.constantFrom(1e6, 700e6, 3e9, 15e9),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((any) =>
    any.map(({ second, ...change }, i) => spikeAt(MONDAY + second, i + 1, { ...change, onlineCpus: 2 })),
  );

function inMemory(spikes: readonly Spike[]): Incident[] {
  const list = new IncidentList();
  for (const spike of spikes) list.add(spike);
  list.update();
  return list.all;
}

const byId = (incidents: Incident[]) => incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));

it('the store has the incidents that are in memory', () => {
  const any = anySpikes.chain((spikes) =>
    fc.record({
      order: fc.shuffledSubarray(spikes, { minLength: spikes.length }),
      restart: fc.integer({ min: 0, max: spikes.length }),
      batch: fc.integer({ min: 1, max: 6 }),
    }),
  );
  fc.assert(
    fc.property(any, ({ order, restart, batch }) => {
      const dir = temporaryFolder();
      for (const part of [order.slice(0, restart), order]) {
        const writer = new Writer(dir, BOUNDS);
        for (let i = 0; i < part.length; i += batch) {
          writer.push({ kind: 'spikes', host: HOST, spikes: part.slice(i, i + batch) });
          writer.commit(i);
        }
        writer.close(0);
      }
      const db = openReader(dir);
      const query = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1000 };
      const { incidents } = answerRead(db, { ask: 'incidents', host: HOST, query });
      expect(byId(incidents)).toEqual(byId(inMemory(order)));
      for (const { id } of order) {
        expect(answerRead(db, { ask: 'incident', id })?.incident.symptoms).toContain(id);
      }
      db.close();
      rmSync(dir, { recursive: true });
    }),
    { numRuns: 20 },
  );
});

it('an incident is removed with its last spike', () => {
  const dir = temporaryFolder();
  const writer = new Writer(dir, { ...BOUNDS, maxBytes: 200_000 });
  const spikes = Array.from({ length: 300 }, (_, i) => spikeAt(MONDAY + 20 * i, i + 1));
  writer.push({ kind: 'spikes', host: HOST, spikes });
  const { prunedSpikes } = writer.commit(100e6);
  writer.close(0);
  const db = openReader(dir);
  const query = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1000 };
  const { incidents } = answerRead(db, { ask: 'incidents', host: HOST, query });
  const left = answerRead(db, { ask: 'spikes', host: HOST, query }).spikes.map(({ id }) => id);
  expect(prunedSpikes).toBeGreaterThan(0);
  expect(incidents.map(({ id }) => id)).toEqual(left);
  db.close();
  rmSync(dir, { recursive: true });
});
