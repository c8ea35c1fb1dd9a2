// Sends what a real kernel reported through the whole bridge: decoding is proven only by bytes that we did not encode.
import { join } from 'node:path';
import type { Spike } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, until } from './harness.ts';

const file = join(import.meta.dirname, 'fixtures', '6.12-rt.rec.bin');
let harness: Harness;
let browser: Browser;
let spikes: Spike[];

beforeAll(async () => {
  harness = await startHarness({ sources: [{ kind: 'replay', file, speed: 20 }], waitForLive: false });
  browser = await harness.browser();
  browser.subscribe('lab');
  await until('the end', () => browser.last('host')?.host.replay?.paused, 20_000);
  spikes = ((await harness.get('/api/v1/spikes')).body as unknown as { hosts: { spikes: Spike[] }[] })
    .hosts[0]!.spikes;
}, 30_000);
afterAll(() => harness.close());

interface RowSum {
  row: number;
  count: number;
}

describe('a recording of a stock real-time kernel', () => {
  it('decodes without one malformed message', () => {
    expect(browser.last('stats')?.stats.lost).toMatchObject({
      protocolErrors: {},
      eventGaps: 0,
      agentOverruns: 0,
    });
  });

  it('names the machine', () => {
    expect(browser.last('host')?.host).toMatchObject({
      host: 'lab',
      kernel: { release: expect.stringMatching(/^6\.12\..*-rt-amd64$/), preemptRt: true },
      config: { thresholdNs: 7_000_000, intervalNs: 100_000_000 },
    });
  });

  it('sends a browser deltas that add up to the counts that the host has in total', async () => {
    const { body } = await harness.get('/api/v1/sources');
    const rows = (body as unknown as { hosts: { rows: RowSum[] }[] }).hosts[0]!.rows;
    await until('every count', () => rows.every((row) => (browser.totals().get(row.row) ?? 0) === row.count));
    expect(rows.length).toBeGreaterThan(10);
  });

  it('shows the known disturbance: its irq, its CPU, its duration, and the interrupted task', () => {
    const held = spikes.filter((s) => s.measure === 'hardirq_duration' && s.name === 'rtprobe-edu');
    expect(held.length).toBeGreaterThanOrEqual(2);
    for (const spike of held) {
      expect(spike.task.comm).toBe('camera-grab');
      expect(spike.valueNs).toBeGreaterThan(spike.thresholdNs);
      expect(spike.stack.join('\n')).toContain('edu_hold');
      expect(spike.sentence).toMatch(
        /^Irq \d+ rtprobe-edu ran on CPU 1 for \d+(\.\d+)? ms\. It interrupted camera-grab\/\d+/,
      );
    }
  });

  it('names the disturbance as the cause of the timer that it delayed', () => {
    const late = spikes.filter((s) => s.measure === 'timer_latency' && s.culprit.includes('rtprobe-edu'));
    expect(late.length).toBeGreaterThanOrEqual(1);
    for (const spike of late) expect(spike.cause?.durationNs).toBeGreaterThan(7_000_000);
  });
});
