// Tests rules through the whole bridge, on a guest with a known disturbance.
import {
  type BootedGuest,
  boot,
  buildDisturbance,
  equip,
  prepareEquipment,
  prepareKernel,
} from '@rtprobe/lab';
import type { Rule, Spike } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarnessOf, until } from './harness.ts';

/** Longer than most delays of an emulated guest's CPU. */
const HOLD_US = 30_000;
const THRESHOLD_NS = 20_000_000;

let guest: BootedGuest;
let harness: Harness;
let browser: Browser;

beforeAll(async () => {
  const kernel = '6.12-rt';
  const equipment = await prepareEquipment({ kernel });
  const modules = await buildDisturbance(await prepareKernel(kernel));
  guest = await boot({ kernel, cpus: 2, memoryMiB: 512 });
  await equip(guest, equipment);
  const disturb = modules.filter((path) => path.endsWith('/rtprobe_disturb.ko'));
  await guest.copyIn(disturb, '/root');
  expect((await guest.exec(['insmod', '/root/rtprobe_disturb.ko'])).code).toBe(0);
  ({ harness, browser } = await startHarnessOf(guest));
  await browser.next('rules');
});
afterAll(async () => {
  await harness?.close();
  await guest?.down();
});

const rulesNow = async () => {
  const { body } = await harness.get('/api/v1/rules');
  return (body.hosts as unknown as { rules: Rule[] }[])[0]!.rules;
};
const hold = () => guest.sh(`echo kind=hardirq us=${HOLD_US} cpu=1 > /proc/rtprobe_disturb`);
const spikeWith = (what: (spike: Spike) => boolean): Spike | undefined =>
  browser.messages.flatMap((m) => (m.type === 'spike' && what(m.spike) ? [m.spike] : [])).at(-1);

describe('a rule over REST', () => {
  it('is in the kernel in its own format, and removed when it is deleted', async () => {
    const added = await harness.post('/api/v1/rules', {
      ...{ measures: ['hardirq_duration'], name: 'rtprobe-*', comm: 'sh*', cpus: '0-1' },
      ...{
        thresholdNs: THRESHOLD_NS,
        capture: ['stack', 'process', 'files'],
        rate: 5,
        cooldownNs: 1_000_000,
      },
    });
    expect(added.status).toBe(200);
    const id = Number(added.body.id);
    const { stdout } = await guest.exec(['cat', '/proc/rtprobe/rules']);
    expect(stdout).toMatch(new RegExp(`^id=${id} .*threshold=20ms`, 'm'));
    for (const word of [
      'measure=hardirq_duration',
      'rtprobe-*',
      'comm=sh*',
      'cpus=0-1',
      'rate=5',
      'cooldown=1ms',
    ]) {
      expect(stdout).toContain(word);
    }
    expect(await rulesNow()).toMatchObject([
      {
        id,
        measures: ['hardirq_duration'],
        name: 'rtprobe-*',
        capture: ['stack', 'process', 'files'],
        rate: 5,
      },
    ]);
    expect((await harness.delete(`/api/v1/rules?id=${id}`)).status).toBe(200);
    expect((await guest.exec(['cat', '/proc/rtprobe/rules'])).stdout).toBe('');
    await expect.poll(rulesNow).toEqual([]);
  });

  it("that the kernel refuses returns the kernel's reason and the word", async () => {
    expect(await harness.post('/api/v1/rules', { cpus: '3-', thresholdNs: 1 })).toMatchObject({
      status: 422,
      body: { error: { code: 'E_REFUSED', word: 'cpus' } },
    });
    expect(await harness.delete('/api/v1/rules?id=4000')).toMatchObject({
      status: 404,
      body: { error: { code: 'E_GONE' } },
    });
  });

  it('that was created in the guest is sent to browsers, and counts its hits', async () => {
    await guest.sh('echo add name=rtprobe-edu threshold=20ms > /proc/rtprobe/rules');
    const rule = await until('the rule', () => browser.last('rules')?.rules[0]);
    expect(rule).toMatchObject({ name: 'rtprobe-edu', thresholdNs: THRESHOLD_NS });
    await hold();
    await until('its hit', () => (browser.last('rules')?.rules[0]?.hits ?? 0) > 0, 15_000);
    const spike = await until('its spike', () => spikeWith((s) => s.name === 'rtprobe-edu'));
    expect(spike).toMatchObject({ rule: rule.id, measure: 'hardirq_duration', cpu: 1 });
    expect(spike.valueNs).toBeGreaterThan(HOLD_US * 1000);
  });
});

it('no message of the kernel was malformed', async () => {
  expect((await browser.next('stats')).stats.lost.protocolErrors).toEqual({});
});
