import { bucketOf, countOfLevel } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { FakeRemote, SECOND } from '../remote/fake-remote.ts';
import { StoredColumns } from './stored-columns.ts';

const selection = { host: 'h', measure: 'timer_latency' };
const arrival = (past: StoredColumns) => new Promise<void>((done) => past.arrived.listen(done));

describe('history that this tab has not seen', () => {
  it('is fetched once per block and then has its exact maximum', async () => {
    const remote = new FakeRemote();
    const past = new StoredColumns(remote, () => 0);
    expect(past.columns(selection, SECOND, 0, 10, 10 * SECOND).count(3)).toBe(0);
    await arrival(past);
    const columns = past.columns(selection, SECOND, 0, 10, 10 * SECOND);
    expect([columns.covered(3), columns.count(3), columns.max(3), columns.covered(4)]).toEqual([
      true,
      7,
      5000,
      false,
    ]);
    const level = columns.chunk(3)![columns.offset(3) + (bucketOf(5000) >> 1)]!;
    expect(countOfLevel(level)).toBe(7);
    expect(remote.asked).toHaveLength(1);
    expect(past.completeFrom(selection, SECOND)).toBe(0);
  });

  it('is fetched again after a few seconds if it reaches the present, but not where the tab has the data itself', async () => {
    const remote = new FakeRemote();
    let now = 0;
    const past = new StoredColumns(remote, () => now);
    remote.newest = 100 * SECOND;
    past.columns(selection, SECOND, 0, 10, Number.POSITIVE_INFINITY);
    await arrival(past);
    past.columns(selection, SECOND, 0, 10, Number.POSITIVE_INFINITY);
    expect(remote.asked).toHaveLength(1);
    now = 6000;
    past.columns(selection, SECOND, 0, 10, 50 * SECOND);
    expect(remote.asked).toHaveLength(1);
    past.columns(selection, SECOND, 0, 10, Number.POSITIVE_INFINITY);
    expect(remote.asked).toHaveLength(2);
  });

  it('that cannot be read sets the error and is not requested again for some seconds', async () => {
    const remote = new FakeRemote();
    let now = 0;
    const past = new StoredColumns(remote, () => now);
    remote.fails = true;
    past.columns(selection, SECOND, 0, 10, 20 * SECOND);
    await arrival(past);
    expect([past.available, past.error]).toEqual([false, 'this bridge has no history']);
    now = 6000;
    past.columns(selection, SECOND, 0, 10, 20 * SECOND);
    expect(remote.asked).toHaveLength(1);
    now = 20_000;
    remote.fails = false;
    past.columns(selection, SECOND, 0, 10, 20 * SECOND);
    await arrival(past);
    expect(past.available).toBe(true);
  });

  it('is cached in a bounded number of blocks', async () => {
    const remote = new FakeRemote();
    let now = 0;
    const past = new StoredColumns(remote, () => now);
    for (let i = 0; i < 100; i++) {
      now++;
      past.columns(selection, SECOND, i * 512, i * 512, 1e15);
      await arrival(past);
    }
    // The first block was evicted, so it is requested again; the last one was not.
    past.columns(selection, SECOND, 99 * 512, 99 * 512, 1e9);
    expect(remote.asked).toHaveLength(100);
    past.columns(selection, SECOND, 0, 0, 1e15);
    expect(remote.asked).toHaveLength(101);
  });
});
