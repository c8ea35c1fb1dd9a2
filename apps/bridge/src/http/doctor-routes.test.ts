// REST of the doctor, with the facts that a simulated agent sends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFrame } from '@rtprobe/abi';
import type { Doctor } from '@rtprobe/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../tests/harness.ts';

const facts = readFileSync(join(import.meta.dirname, '../../tests/fixtures/doctor/6.12-rt.json'), 'utf8');
const PATH = '/api/v1/doctor';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const start = async (doctor: readonly string[] | undefined): Promise<Harness> => {
  harness = await startHarness({ prepare: (agent) => Object.assign(agent, { doctor }) });
  return harness;
};

describe('GET /doctor', () => {
  it('judges what the agent sends, with effect and remedies of the knowledge files', async () => {
    const { get, agent } = await start([facts.slice(0, 900), facts.slice(900), '']);
    const answer = await get(`${PATH}?task=nobody`);
    expect(answer.status).toBe(200);
    const { findings, host, at, kernel, measures } = answer.body as unknown as Doctor;
    expect({ host, kernel }).toEqual({ host: 'simulated', kernel: '6.12.95+deb12-rt-amd64' });
    expect(at).toBeGreaterThan(0);
    expect(findings.find(({ id }) => id === 'fair-server')).toMatchObject({
      ...{ state: 'risk', advice: { id: 'fair-server', try: expect.any(Array) } },
      evidence: [{ source: expect.stringContaining('/fair_server/cpu{0-1}/runtime'), value: '50000000' }],
    });
    expect(findings.find(({ id }) => id === 'application-priority')).toMatchObject({
      ...{ state: 'unknown', reason: 'no task is named "nobody"' },
    });
    expect(findings.filter(({ advice }) => !advice)).toEqual([]);
    // What the module told the bridge.
    expect(measures?.some(({ available }) => available)).toBe(true);
    expect(agent.doctorRequests).toBe(1);
  });

  it.each([
    ['an agent of an earlier release', undefined, 501, 'E_UNSUPPORTED'],
    ['an incomplete answer', [facts.slice(0, 900), ''], 502, 'E_FACTS'],
    ['an answer that is no facts', ['{}', ''], 502, 'E_FACTS'],
    ['an answer that never ends', Array<string>(40).fill(' '.repeat(60_000)), 502, 'E_FACTS'],
  ])('refuses %s', async (_, doctor, status, code) => {
    const { get } = await start(doctor);
    const answer = await get(PATH);
    expect([answer.status, (answer.body as unknown as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ]);
  });

  it('counts frames that were not requested', async () => {
    const { agent, get, browser: open } = await start([facts, '']);
    await get(PATH);
    agent.frame(AgentFrame.doctor, new TextEncoder().encode('more'));
    const browser = await open();
    browser.subscribe('simulated');
    await expect
      .poll(async () => (await browser.next('stats')).stats.lost.protocolErrors)
      .toEqual({ E_ANSWER_UNEXPECTED: 1 });
  });
});
