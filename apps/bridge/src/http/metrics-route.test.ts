import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../tests/harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.agent.record(1, 0, 5000);
  harness.agent.record(1, 1, 700);
});
afterAll(() => harness.close());

async function scrape(accept?: string, query = '', token: string | undefined = harness.token) {
  const headers = { ...(accept && { accept }), ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${harness.bridge.url}/metrics${query}`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,' +
  'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

describe('/metrics', () => {
  it.each([
    [PROMETHEUS, 'application/openmetrics-text; version=1.0.0; charset=utf-8', true],
    ['text/plain;version=0.0.4', 'text/plain; version=0.0.4; charset=utf-8', false],
    ['application/openmetrics-text;version=0.0.1', 'text/plain; version=0.0.4; charset=utf-8', false],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8', false],
  ])('answers a reader that accepts %s', async (accept, type, isOpen) => {
    const answer = await scrape(accept);
    expect(answer).toMatchObject({ status: 200, type });
    expect(answer.text.endsWith('# EOF\n')).toBe(isOpen);
  });

  it('has the values that the module reported', async () => {
    const count = async (query = '') =>
      (await scrape('*/*', query)).text.match(/^rtprobe_measure_seconds_count\{.*$/gm);
    await expect
      .poll(() => count())
      .toEqual(['rtprobe_measure_seconds_count{host="simulated",measure="timer_latency",source="timer"} 2']);
    expect(await count('?cpus=all')).toEqual([
      'rtprobe_measure_seconds_count{host="simulated",measure="timer_latency",source="timer",cpu="0"} 1',
      'rtprobe_measure_seconds_count{host="simulated",measure="timer_latency",source="timer",cpu="1"} 1',
    ]);
    const { text } = await scrape();
    expect(text).toContain('rtprobe_host_up{host="simulated"} 1\n');
    expect(text).toContain('rtprobe_threshold_seconds{host="simulated",measure="timer_latency"} 0.0005\n');
  });

  it('needs a session, and refuses what it does not know', async () => {
    expect(await scrape('*/*', '', '')).toMatchObject({ status: 401 });
    const viewer = harness.bridge.createToken('viewer');
    expect(await scrape('*/*', '', viewer)).toMatchObject({ status: 200 });
    expect(JSON.parse((await scrape('*/*', '?cpus=1')).text)).toMatchObject({ error: { code: 'E_QUERY' } });
    expect(await scrape('*/*', '?host=nobody')).toMatchObject({ status: 404 });
    const { status } = await harness.post('/metrics', {});
    expect(status).toBe(405);
  });
});
