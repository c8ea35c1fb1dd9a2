// Tests the bridge with real kernels: a guest with the module, and the local agent without it.
import { type BootedGuest, boot, buildAgent, equip, prepareEquipment } from '@rtprobe/lab';
import type { SourceInfo } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, startHarnessOf, until, waitForState } from './harness.ts';

/** Where the lab stores the module. */
const MODULE = '/run/lab/modules/rtprobe.ko';

interface SourcesAnswer {
  hosts: { sources: SourceInfo[]; rows: { source: number; cpu: number; count: number }[] }[];
}

async function sourcesOf(harness: Harness) {
  return ((await harness.get('/api/v1/sources')).body as unknown as SourcesAnswer).hosts[0]!;
}

describe('a guest with a stock real-time kernel', () => {
  let guest: BootedGuest;
  let harness: Harness;
  let browser: Browser;

  beforeAll(async () => {
    const equipment = await prepareEquipment({ kernel: '6.12-rt' });
    guest = await boot({ kernel: '6.12-rt', cpus: 2, memoryMiB: 512 });
    await equip(guest, equipment);
    ({ harness, browser } = await startHarnessOf(guest));
  });
  afterAll(async () => {
    await harness?.close();
    await guest?.down();
  });

  it('shows every interrupt that fires, with its name from /proc/interrupts', async () => {
    await guest.exec(['dd', 'if=/dev/vda', 'of=/dev/null', 'bs=64k', 'count=200', 'iflag=direct']);
    const disk = await until('the disk', () =>
      browser.last('sources')?.sources.find((source) => /virtio\d+-req/.test(source.name)),
    );
    const { stdout } = await guest.exec(['cat', '/proc/interrupts']);
    expect(stdout).toMatch(new RegExp(`^ *${disk.number}:.*${disk.name}`, 'm'));
  });

  it('sends a browser the same counts as the module has', async () => {
    const { rows } = await sourcesOf(harness);
    await until('as many counts', () => {
      const totals = browser.totals();
      return rows.every((row, i) => (totals.get(i) ?? 0) >= row.count);
    });
    expect(rows.length).toBeGreaterThan(3);
  });

  it('changes the settings in the kernel', async () => {
    expect(
      (await harness.post('/api/v1/config', { thresholdNs: 250_000_000, periodNs: 2_000_000 })).status,
    ).toBe(200);
    const { stdout } = await guest.exec(['cat', '/proc/rtprobe/control']);
    expect(stdout).toContain('threshold=250ms');
    expect(stdout).toContain('period=2ms');
    await until('the browser to receive it', () => browser.last('host')?.host.config?.periodNs === 2_000_000);
  });

  it('follows a change that was made in the guest', async () => {
    await guest.sh('echo threshold=300ms > /proc/rtprobe/control');
    await until('the change', () => browser.last('host')?.host.config?.thresholdNs === 300_000_000);
  });

  it('starts totals over when they are cleared in the guest', async () => {
    const { epoch } = browser.frames.at(-1)!;
    const before = (await waitForState(harness, 'live')).runStartedAt as unknown as number;
    expect(before).toBeGreaterThan(0);
    await guest.sh('echo clear=histograms > /proc/rtprobe/control');
    await until('a new epoch', () => browser.frames.at(-1)!.epoch > epoch);
    const began = await until('the new run', () => {
      const { runStartedAt } = browser.last('host')!.host;
      return runStartedAt !== before ? runStartedAt : undefined;
    });
    expect(Math.abs(began - browser.frames.at(-1)!.time)).toBeLessThan(5_000_000);
  });

  it('goes offline when the module is unloaded and is live again when it is loaded', async () => {
    expect((await guest.exec(['rmmod', 'rtprobe'])).code).toBe(0);
    expect(await waitForState(harness, 'offline', 20_000)).toMatchObject({
      reason: expect.stringContaining('rtprobectl load'),
    });
    expect((await guest.exec(['insmod', MODULE])).code).toBe(0);
    await waitForState(harness, 'live', 20_000);
    expect((await browser.next('gap')).to).toBeGreaterThan((await browser.next('gap')).from);
  });

  it('found no fault in the messages of the kernel', async () => {
    expect((await browser.next('stats')).stats.lost.protocolErrors).toEqual({});
  });
});

describe('an agent on a machine without the module', () => {
  it('is connected, and reports how to load the module', async () => {
    const harness = await startHarness({
      sources: [{ kind: 'agent', command: [await buildAgent()] }],
      waitForLive: false,
    });
    await expect
      .poll(async () => (await harness.get('/api/v1/status')).body, { timeout: 10_000 })
      .toMatchObject({ hosts: [{ state: 'offline', reason: expect.stringContaining('rtprobectl load') }] });
    await harness.close();
  });
});
