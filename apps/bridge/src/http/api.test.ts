import { Command } from '@rtprobe/abi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../tests/harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

describe('REST', () => {
  it('returns the state of each host, its sources with totals, and its spikes', async () => {
    harness.agent.record(2, 1, 5000);
    harness.agent.spike({ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 });
    await expect
      .poll(async () => (await harness.get('/api/v1/sources')).body)
      .toMatchObject({
        hosts: [
          {
            host: 'simulated',
            sources: [{ label: 'timer' }, { label: 'irq 24', name: 'rtprobe-edu' }, { label: 'LOC' }],
            rows: [{ source: 2, cpu: 1, count: 1, sumNs: 5000, maxNs: 5000 }],
          },
        ],
      });
    const status = (await harness.get('/api/v1/status')).body;
    expect(status).toMatchObject({
      hosts: [{ state: 'live', kernel: { preemptRt: true }, config: { thresholdNs: 500_000 } }],
    });
    const { body } = await harness.get('/api/v1/spikes?host=simulated&limit=1');
    expect(body).toMatchObject({ hosts: [{ spikes: [{ valueNs: 900_000, measure: 'timer_latency' }] }] });
  });

  it('returns a percentile of all CPUs together, and only if the count suffices', async () => {
    for (let i = 1; i <= 20; i++) harness.agent.record(3, i % 2, i * 1000);
    const loc = async () => {
      const { body } = await harness.get('/api/v1/sources?host=simulated');
      const hosts = body.hosts as unknown as { sources: { label: string; count: number }[] }[];
      return hosts[0]!.sources.find((source) => source.label === 'LOC');
    };
    await expect.poll(loc).toMatchObject({ count: 20, maxNs: 20_000 });
    const p50 = Number(((await loc()) as unknown as { p50Ns: number }).p50Ns);
    expect(p50).toBeGreaterThanOrEqual(10_000);
    expect(p50).toBeLessThanOrEqual(10_000 * 1.0625);
    expect(await loc()).not.toHaveProperty('p99Ns');
  });

  it('names a request that lists the hosts, and that exists, for an unknown host', async () => {
    const { body } = await harness.get('/api/v1/sources?host=nobody');
    const [, path] = /; GET (\S+) lists the hosts$/.exec(String(body.error!.message)) ?? [];
    expect((await harness.get(path!)).body).toMatchObject({ hosts: [{ host: 'simulated' }] });
  });

  it.each([
    ['/api/v1/status?verbose=1', 400, 'E_QUERY', 'verbose'],
    ['/api/v1/sources?host=', 400, 'E_QUERY', 'host'],
    ['/api/v1/sources?host=nobody', 404, 'E_UNKNOWN_HOST', 'nobody'],
    ['/api/v1/spikes?limit=0', 400, 'E_QUERY', 'limit'],
    ['/api/v1/spikes?limit=1e3', 400, 'E_QUERY', 'limit'],
    ['/api/v1/spikes?limit=1&limit=2', 400, 'E_QUERY', 'limit'],
    ['/healthz?x', 400, 'E_QUERY', 'x'],
    ['/api/v2/status', 404, 'E_NOT_FOUND', '/api/v2/status'],
  ])('refuses %s with %i %s and the word', async (path, status, code, word) => {
    expect(await harness.get(path)).toMatchObject({ status, body: { error: { code, word } } });
  });

  it('changes settings, and its answer comes when the state has what the kernel then reports', async () => {
    expect(
      await harness.post('/api/v1/config', { thresholdNs: 2_000_000, measures: ['timer_latency'] }),
    ).toMatchObject({
      status: 200,
      body: { changed: ['measures', 'thresholdNs'] },
    });
    expect(harness.agent.config).toMatchObject({
      thresholdNs: 2_000_000n,
      measures: 4,
      periodNs: 1_000_000n,
    });
    expect((await harness.get('/api/v1/status')).body).toMatchObject({
      hosts: [{ config: { thresholdNs: 2_000_000, measures: ['timer_latency'] } }],
    });
  });

  it('sets the spike details, the flight recorder, the probe thread, and what the module may disturb', async () => {
    const change = {
      threadPriority: 80,
      capture: ['stack', 'locks', 'trace'],
      recorder: false,
      cpus: '0-1,3',
      selfLimit: 5,
    };
    expect((await harness.post('/api/v1/config', change)).status).toBe(200);
    expect(harness.agent.config).toMatchObject({
      threadPriority: 80,
      capture: 1 + 32 + 64,
      recorder: 0,
      cpus: '0-1,3',
      selfLimit: 5,
    });
    await expect
      .poll(async () => (await harness.get('/api/v1/status')).body)
      .toMatchObject({ hosts: [{ config: change }] });
  });

  it('refuses thresholds by measure for a module that has one for all', async () => {
    const thresholds = [{ measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 }];
    const before = harness.agent.config;
    expect(await harness.post('/api/v1/config', { thresholds })).toMatchObject({
      status: 501,
      body: { error: { code: 'E_UNSUPPORTED', word: 'thresholds' } },
    });
    expect(harness.agent.config).toBe(before);
  });

  it('sets thresholds by measure, and suggests none before a minute of data', async () => {
    harness.agent.config = { ...harness.agent.config, threshold: [{ measure: 10, thresholdNs: 5n }] };
    harness.agent.event(Command.configEvent, { ...harness.agent.config, eventSeq: ++harness.agent.eventSeq });
    const config = async () => (await harness.get('/api/v1/status')).body;
    await expect.poll(config).toMatchObject({
      hosts: [{ config: { thresholds: [{ measure: 'wakeup_latency', thresholdNs: 5 }] } }],
    });
    const thresholds = [{ measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 }];
    expect((await harness.post('/api/v1/config', { thresholds })).status).toBe(200);
    expect(harness.agent.config.threshold).toEqual([{ measure: 10, thresholdNs: 100_000n, kthreadsNs: 0n }]);
    await expect.poll(config).toMatchObject({ hosts: [{ config: { thresholds } }] });
    expect(await harness.get('/api/v1/thresholds/suggestion')).toMatchObject({
      status: 200,
      body: { host: 'simulated', thresholds: [] },
    });
  });

  it("forwards the kernel's own reason and the setting it refers to", async () => {
    expect(await harness.post('/api/v1/config', { periodNs: 66_666 })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'E_REFUSED',
          message: 'period not possible here; try another value',
          word: 'periodNs',
        },
      },
    });
  });

  it.each([
    [{ thresholdNs: -1 }, 'E_FIELD', 'thresholdNs'],
    [{ periodNs: 1 }, 'E_FIELD', 'periodNs'],
    [{ measures: ['latency'] }, 'E_FIELD', 'measures.0'],
    [{ thresholdNs: '5' }, 'E_FIELD', 'thresholdNs'],
    [{ treshold: 5 }, 'E_FIELD', 'treshold'],
    [{ threadPriority: 100 }, 'E_FIELD', 'threadPriority'],
    [{ capture: ['all'] }, 'E_FIELD', 'capture.0'],
    [{ thresholds: [] }, 'E_FIELD', 'thresholds'],
    [{ thresholds: [{ measure: 'latency', thresholdNs: 1 }] }, 'E_FIELD', 'thresholds.0.measure'],
    [{ thresholds: [{ measure: 'irqsoff', thresholdNs: -1 }] }, 'E_FIELD', 'thresholds.0.thresholdNs'],
    [
      { thresholds: [{ measure: 'irqsoff', thresholdNs: 60_000_000_001 }] },
      'E_FIELD',
      'thresholds.0.thresholdNs',
    ],
    [{ thresholds: [{ measure: 'irqsoff', kthreadsNs: 1 }] }, 'E_FIELD', 'thresholds.0.kthreadsNs'],
    [{ thresholds: [{ measure: 'stolen', thresholdNs: 1 }] }, 'E_FIELD', 'thresholds.0.measure'],
    [{ thresholds: [{ measure: 'irqsoff' }] }, 'E_FIELD', 'thresholds.0.thresholdNs'],
    [
      { thresholds: [5_000, 6_000].map((thresholdNs) => ({ measure: 'irqsoff', thresholdNs })) },
      'E_FIELD',
      'thresholds.1.measure',
    ],
    [{ selfLimit: 101 }, 'E_FIELD', 'selfLimit'],
    [{ selfLimit: 1.5 }, 'E_FIELD', 'selfLimit'],
    [{ recorder: 1 }, 'E_FIELD', 'recorder'],
    [{ cpus: 'all of them' }, 'E_FIELD', 'cpus'],
    ['{"thresholdNs":', 'E_BODY', undefined],
    ['[1]', 'E_FIELD', undefined],
    [{}, 'E_FIELD', undefined],
  ])('changes nothing when the body is %j, and answers %s %s', async (body, code, word) => {
    const before = { ...harness.agent.config };
    const answer = await harness.post('/api/v1/config', body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toMatchObject({ code, ...(word && { word }) });
    expect(harness.agent.config).toEqual(before);
  });

  it('changes nothing when the body is longer than any change', async () => {
    const answer = await harness.post('/api/v1/config', { host: 'x'.repeat(5000) });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'E_BODY' } } });
  });

  it('clears the list of spikes and notifies browsers', async () => {
    const browser = await harness.browser();
    browser.subscribe('simulated');
    await browser.next('spikes');
    expect((await harness.post('/api/v1/spikes/clear', {})).status).toBe(200);
    await browser.next('spikes-cleared');
    expect((await harness.get('/api/v1/spikes')).body).toMatchObject({ hosts: [{ spikes: [] }] });
  });

  it('refuses to seek in a live host', async () => {
    expect(await harness.post('/api/v1/replay', { speed: 2 })).toMatchObject({
      status: 409,
      body: { error: { code: 'E_NOT_REPLAY' } },
    });
  });

  it('shows what to do when the dashboard is not built', async () => {
    const { status, body } = await harness.get('/some/page');
    expect(status).toBe(503);
    expect(String(body)).toContain('npm run build -w apps/dashboard');
  });
});
