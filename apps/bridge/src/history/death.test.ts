// Tests what the bridge does when a thread of its history dies.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HostStats } from '@rtprobe/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Harness, silent, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { Thread, WAITING_MAX } from './threads/thread.ts';

const dir = join(temporaryFolder(), 'data');
let harness: Harness;
const errors: string[] = [];
/** Threads by the messages they receive. */
const threads = { writer: undefined as Worker | undefined, reader: undefined as Worker | undefined };

beforeEach(async () => {
  const post = vi.spyOn(Worker.prototype, 'postMessage');
  errors.length = 0;
  const logger = { ...silent, error: (_fields: object, message: string) => void errors.push(message) };
  harness = await startHarness({ history: { dir }, logger });
  await harness.get('/api/v1/runs');
  post.mock.calls.forEach(([message], i) => {
    threads[message.type === 'message' ? 'writer' : 'reader'] = post.mock.contexts[i] as unknown as Worker;
  });
  post.mockRestore();
});
afterEach(async () => {
  await harness.close();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const runs = async () => (await harness.get('/api/v1/runs')).status;

it('a reader that died is reported and restarted; spikes in memory can be read meanwhile', async () => {
  harness.agent.spike({ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 });
  await expect
    .poll(async () => (await harness.get('/api/v1/spikes/7-1')).status, { timeout: 5000 })
    .toBe(200);
  await threads.reader!.terminate();
  expect(await runs()).toBe(500);
  expect(errors).toEqual(['a thread of the history ended; it will be restarted']);
  expect((await harness.get('/api/v1/spikes/7-1')).body).toMatchObject({ spike: { valueNs: 900_000 } });
  await expect.poll(runs, { timeout: 8000 }).toBe(200);
});

it('a writer that died is reported and restarted, with a gap, a count of what was dropped, and every spike', async () => {
  const browser = await harness.browser();
  browser.subscribe('simulated');
  const stats = () => browser.last('stats')?.stats.history ?? ({} as NonNullable<HostStats['history']>);
  await until('a commit', () => stats().storedTo > 0);
  await threads.writer!.terminate();
  await until('the report', () => errors.some((error) => error.includes('a thread of the history ended')));
  harness.agent.spike({ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 });
  await until('the recovery', () => stats().error === undefined && stats().dropped > 0, 15_000);
  const { storedTo } = stats();
  harness.agent.record(1, 0, 4242);
  await until('new data on disk', () => stats().storedTo > storedTo, 15_000);
  const now = Date.now() * 1000;
  const address = `/api/v1/history?measure=timer_latency&from=${now - 60e6}&to=${now + 60e6}&columns=100`;
  await expect
    .poll(async () => JSON.stringify((await harness.get(address)).body), { timeout: 8000 })
    .toContain('the writer of the history died');
  // The spike of the time without a writer is stored as well.
  const stored = `/api/v1/spikes?from=${now - 60e6}&to=${now + 60e6}`;
  await expect
    .poll(async () => (await harness.get(stored)).body, { timeout: 8000 })
    .toMatchObject({ spikes: [{ valueNs: 900_000 }] });
}, 60_000);

it('a thread accepts a limited number of requests and refuses the others', async () => {
  const thread = await Thread.start('../read/reader-thread.ts', { dir }, 'E_DATA_READ');
  const outcomes = Array.from({ length: WAITING_MAX + 5 }, () =>
    thread.request({ ask: 'runs', limit: 1 }).then(
      () => 'answered',
      (error) => error.code,
    ),
  );
  const codes = await Promise.all(outcomes);
  expect(codes.filter((code) => code === 'E_BUSY')).toHaveLength(5);
  await thread.close();
});
