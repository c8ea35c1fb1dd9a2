// The devices of a real kernel's interrupts: agent, bridge and the lists of ids, with devices that QEMU emulates.
import { existsSync } from 'node:fs';
import {
  type BootedGuest,
  boot,
  buildDisturbance,
  equip,
  prepareEquipment,
  prepareKernel,
} from '@rtprobe/lab';
import type { Device, InterruptFacts, InterruptLine } from '@rtprobe/protocol';
import { deviceText } from '@rtprobe/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarnessOf, until } from './harness.ts';

/** Installed by the set-up of the tests. */
const hasNames = existsSync('/usr/share/misc/pci.ids');

describe('the devices of a guest', () => {
  let guest: BootedGuest;
  let harness: Harness;
  let browser: Browser;

  const lineOf = async (action: RegExp): Promise<InterruptLine | undefined> => {
    const { body } = await harness.get('/api/v1/interrupts');
    const { lines } = (body as unknown as { hosts: InterruptFacts[] }).hosts[0]!;
    return lines.find(({ actions }) => actions.some((name) => action.test(name)));
  };
  const deviceOf = async (action: RegExp): Promise<Device | undefined> => (await lineOf(action))?.devices[0];

  beforeAll(async () => {
    const equipment = await prepareEquipment({ kernel: '6.12-rt' });
    const disturbance = await buildDisturbance(await prepareKernel('6.12-rt'));
    guest = await boot({ kernel: '6.12-rt', memoryMiB: 512, devices: ['e1000,romfile='] });
    await equip(guest, equipment);
    await guest.copyIn(disturbance, '/run/lab/modules');
    await guest.sh('insmod /run/lab/modules/rtprobe_disturb.ko && modprobe e1000');
    ({ harness, browser } = await startHarnessOf(guest));
  });
  afterAll(async () => {
    await harness?.close();
    await guest?.down();
  });

  it('are found for each message-signalled interrupt of a virtio device', async () => {
    const line = await lineOf(/^virtio\d+-input\.0$/);
    expect(line).toMatchObject({
      ...{ trigger: 'edge', chip: expect.stringContaining('MSI') },
      devices: [{ bus: 'pci', ids: '1af4:1000', driver: 'virtio_net', interfaces: ['eth0'], by: 'msi' }],
    });
    const { stdout } = await guest.exec(['cat', `/proc/irq/${line!.irq}/effective_affinity_list`]);
    expect(line!.effectiveAffinity).toBe(stdout.trim());
    expect((await deviceOf(/^virtio\d+-req\.0$/))?.driver).toBe('virtio_blk');
  });

  it('are found for the line of an emulated network card that appears later', async () => {
    await guest.sh('ip link set eth1 up');
    // The bridge asks the agent when the line fires for the first time.
    await expect
      .poll(() => deviceOf(/^eth1$/), { timeout: 20_000 })
      .toMatchObject({
        ...{ ids: '8086:100e', driver: 'e1000', module: 'e1000', interfaces: ['eth1'] },
      });
  });

  it.runIf(hasNames)('have the names of vendors and products', async () => {
    const network = await deviceOf(/^virtio\d+-input\.0$/);
    expect(network && deviceText(network)).toBe('Red Hat Virtio network device · virtio_net');
    const card = await deviceOf(/^eth1$/);
    expect(card && deviceText(card)).toBe('Intel 82540EM Gigabit Ethernet Controller · e1000');
  });

  it('are named by a spike that they caused, and by its incident', async () => {
    expect((await harness.post('/api/v1/config', { thresholdNs: 15_000_000 })).status).toBe(200);
    await guest.sh('echo kind=hardirq us=20000 cpu=1 >/proc/rtprobe_disturb');
    const own = { bus: 'pci', ids: '1234:11e8', driver: 'rtprobe_disturb', module: 'rtprobe_disturb' };
    const spike = await until(
      'the spike',
      () => browser.messages.find((m) => m.type === 'spike' && m.spike.name === 'rtprobe-edu' && m),
      30_000,
    );
    expect(spike).toMatchObject({ spike: { device: own } });
    const incident = await until('the incident', () =>
      browser.messages.find(
        (m) =>
          m.type === 'incidents-changed' && m.changed.some(({ culprit }) => /rtprobe-edu/.test(culprit)) && m,
      ),
    );
    expect(incident).toMatchObject({ changed: [{ device: own }] });
  });
});
