import type { FrameRow, SourceInfo } from '@rtprobe/protocol';
import { expect, test, vi } from 'vitest';
import { FakeRemote, SECOND } from '../remote/fake-remote.ts';
import { Source } from '../stream/source.ts';
import { StoredSeconds } from './stored-seconds.ts';

const selection = { host: 'h', measure: 'hardirq_duration', number: 36 };

/** Returns a source that this tab sees from the middle of second 700, with a value of 2 µs. */
function seen(): Source {
  const source = new Source({} as SourceInfo);
  const row = { count: 1, none: 0, sum: 2000, max: 2000, buckets: 0 } as FrameRow;
  source.addDelta(row, 0, 700.5 * SECOND);
  source.addDelta(row, 0, 701.5 * SECOND);
  return source;
}

test('the seconds before the tab saw a source are fetched once, and those it saw stay', async () => {
  const remote = new FakeRemote();
  const [stored, source] = [new StoredSeconds(remote), seen()];
  stored.request(source, selection, 100);
  stored.request(source, selection, 100);
  await vi.waitFor(() => expect(source.maxBetween(600, 601)).toBe(5000));
  expect([source.maxBetween(599, 600), source.maxBetween(601, 700)]).toEqual([0, 0]);
  expect(source.maxBetween(700, 702)).toBe(2000);
  const stretch = { from: 100 * SECOND, to: 701 * SECOND, width: SECOND };
  expect(remote.asked).toEqual([{ ...selection, ...stretch, format: 'binary' }]);
  // Rates count only what the tab received.
  expect(source.rate(702.5 * SECOND)).toBe(1);
});

test('nothing is asked for that is not missed, or that is not yet known to be', () => {
  const remote = new FakeRemote();
  const stored = new StoredSeconds(remote);
  stored.request(new Source({} as SourceInfo), selection, 0);
  stored.request(seen(), selection, 700);
  expect(remote.asked).toEqual([]);
});

test('what comes for a source that began anew meanwhile is dropped', async () => {
  const remote = new FakeRemote();
  const [stored, source] = [new StoredSeconds(remote), seen()];
  stored.request(source, selection, 100);
  source.clearHistory();
  source.tick(650 * SECOND);
  await vi.waitFor(() => expect(remote.asked).toHaveLength(1));
  await Promise.resolve();
  expect(source.maxBetween(600, 601)).toBe(0);
});

test('a failure lets the bridge rest, and what waited is asked for again', async () => {
  let now = 0;
  const remote = new FakeRemote();
  const [stored, one, two] = [new StoredSeconds(remote, () => now), seen(), seen()];
  remote.fails = true;
  stored.request(one, selection, 100);
  stored.request(two, selection, 100);
  await vi.waitFor(() => expect(remote.asked).toHaveLength(1));
  await new Promise((done) => setTimeout(done));
  remote.fails = false;
  now = 9000;
  stored.request(two, selection, 100);
  expect(remote.asked).toHaveLength(1);
  now = 11_000;
  stored.request(two, selection, 100);
  stored.request(one, selection, 100);
  await vi.waitFor(() => expect([one, two].map((s) => s.maxBetween(600, 601))).toEqual([5000, 5000]));
});
