import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, until } from '../../tests/harness.ts';

let harness: Harness;
let browser: Browser;

beforeAll(async () => {
  harness = await startHarness();
  browser = await harness.browser();
  browser.subscribe('simulated');
  await browser.next('rules');
});
afterAll(() => harness.close());

const rulesOf = async () => {
  const { body } = await harness.get('/api/v1/rules');
  return (body.hosts as unknown as { rules: { id: number }[] }[])[0]!.rules;
};

describe('rules over REST', () => {
  it('are added, sent to browsers in their order, and deleted', async () => {
    const first = await harness.post('/api/v1/rules', {
      measures: ['wakeup_latency'],
      comm: 'cyclictest*',
      thresholdNs: 50_000,
      capture: ['stack', 'files'],
      rate: 10,
      cooldownNs: 1_000_000,
    });
    expect(first).toMatchObject({ status: 200, body: { host: 'simulated', id: 1 } });
    expect((await harness.post('/api/v1/rules', { irq: 24, thresholdNs: 0 })).body).toMatchObject({ id: 2 });
    const told = await until('both rules', () =>
      browser.messages.findLast((m) => m.type === 'rules' && m.rules.length === 2),
    );
    expect(told).toMatchObject({
      rules: [
        {
          ...{ id: 1, measures: ['wakeup_latency'], comm: 'cyclictest*', thresholdNs: 50_000 },
          ...{ capture: ['stack', 'files'], rate: 10, cooldownNs: 1_000_000, hits: 0, limited: 0 },
        },
        { id: 2, irq: 24, thresholdNs: 0, capture: [] },
      ],
    });
    expect(await rulesOf()).toHaveLength(2);
    expect(await harness.delete('/api/v1/rules?id=1')).toMatchObject({ status: 200, body: { id: 1 } });
    await expect.poll(rulesOf).toMatchObject([{ id: 2 }]);
    expect((await harness.delete('/api/v1/rules?all=true')).status).toBe(200);
    await expect.poll(rulesOf).toEqual([]);
    await until('the news', () => browser.last('rules')?.rules.length === 0);
  });

  it('act at a crossing, and again after they are armed', async () => {
    const action = { stopTrace: true, signal: { comm: 'servo', number: 12 } };
    const { body } = await harness.post('/api/v1/rules', { irq: 24, thresholdNs: 1, action });
    const { id } = body as unknown as { id: number };
    const rule = () => harness.agent.rules.find((each) => each.id === id)!;
    expect(rule()).toMatchObject({ action: 3, signal: 12, signalComm: 'servo' });
    const shown = () => browser.last('rules')?.rules.find((each) => each.id === id)?.action;
    await expect.poll(shown).toEqual({ ...action, armed: true, acted: 0, unarmed: 0 });
    Object.assign(rule(), { armed: 0, acted: 1n, unarmed: 2n, stopNs: 2100n, signalNs: 0n, signalError: 3 });
    await expect
      .poll(shown, { timeout: 5000 })
      .toEqual({ ...action, armed: false, acted: 1, unarmed: 2, stopNs: 2100, signalError: 3 });
    expect(await harness.post('/api/v1/rules/arm', { id })).toMatchObject({ status: 200, body: { id } });
    await expect.poll(() => shown()?.armed).toBe(true);
    expect((await harness.post('/api/v1/rules/arm', { id: 99 })).status).toBe(404);
    expect((await harness.post('/api/v1/rules/arm', { id }, 'wrong')).status).toBe(401);
    await harness.delete(`/api/v1/rules?id=${id}`);
  });

  it('show their counters as they grow', async () => {
    await harness.post('/api/v1/rules', { irq: 24, thresholdNs: 1 });
    harness.agent.rules[0]!.hits = 7n;
    await until('the hits', () => browser.last('rules')?.rules[0]?.hits === 7);
  });

  it("fail with the kernel's own reason and the word it refers to", async () => {
    expect(await harness.post('/api/v1/rules', { cpus: '9-1', thresholdNs: 1 })).toMatchObject({
      status: 422,
      body: { error: { code: 'E_REFUSED', message: 'not a list of CPUs; try another value', word: 'cpus' } },
    });
    expect(await harness.delete('/api/v1/rules?id=99')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_GONE' } },
    });
  });

  it.each([
    [{}, 'thresholdNs'],
    [{ thresholdNs: -1 }, 'thresholdNs'],
    [{ thresholdNs: 1, measures: ['latency'] }, 'measures.0'],
    [{ thresholdNs: 1, comm: '' }, 'comm'],
    [{ thresholdNs: 1, capture: ['everything'] }, 'capture.0'],
    [{ thresholdNs: 1, treshold: 1 }, 'treshold'],
    [{ thresholdNs: 1, action: {} }, 'action'],
    [{ thresholdNs: 1, action: { signal: {} } }, 'action.signal'],
    [{ thresholdNs: 1, action: { signal: { pid: 2, comm: 'servo' } } }, 'action.signal'],
    [{ thresholdNs: 1, action: { signal: { pid: 1 } } }, 'action.signal.pid'],
    [{ thresholdNs: 1, action: { signal: { comm: 'servo', number: 65 } } }, 'action.signal.number'],
  ])('reject %j before it reaches the kernel, naming %s', async (rule, word) => {
    const before = harness.agent.rules.length;
    expect(await harness.post('/api/v1/rules', rule)).toMatchObject({
      status: 400,
      body: { error: { code: 'E_FIELD', word } },
    });
    expect(harness.agent.rules).toHaveLength(before);
  });

  it('delete nothing when the request does not say what, or has no token', async () => {
    const before = harness.agent.rules.length;
    expect((await harness.delete('/api/v1/rules')).body).toMatchObject({
      error: { code: 'E_QUERY', word: 'id' },
    });
    expect((await harness.delete('/api/v1/rules?id=1&all=true')).status).toBe(400);
    expect((await harness.delete('/api/v1/rules?all=true', 'wrong')).status).toBe(401);
    expect((await harness.post('/api/v1/rules', { thresholdNs: 1 }, 'wrong')).status).toBe(401);
    expect(harness.agent.rules).toHaveLength(before);
  });
});
