// The interrupt lines and devices of the synthetic host.
import type { Device, InterruptFacts, InterruptLine, LineDevice, SourceInfo } from '@rtprobe/protocol';

const DISK: LineDevice = {
  ...{ bus: 'pci', address: '0000:00:04.0', ids: '1af4:1001', subsystemIds: '1af4:0002', by: 'msi' },
  ...{ vendor: 'Red Hat, Inc.', product: 'Virtio block device', driver: 'virtio_blk', interfaces: ['vda'] },
};
const EDU: LineDevice = {
  ...{ bus: 'pci', address: '0000:00:05.0', ids: '1234:11e8', subsystemIds: '1af4:1100', by: 'msi' },
  ...{ driver: 'rtprobe_disturb', module: 'rtprobe_disturb' },
};
const CARD: LineDevice = {
  ...{ bus: 'pci', address: '0000:03:00.0', ids: '8086:1533', subsystemIds: '8086:0001', by: 'msi' },
  ...{ vendor: 'Intel Corporation', product: 'I210 Gigabit Network Connection' },
  ...{ subsystem: 'Ethernet Server Adapter I210-T1', driver: 'igb', module: 'igb', interfaces: ['eth0'] },
};
const PORT: LineDevice = {
  ...{ bus: 'pnp', address: '00:04', driver: 'serial', interfaces: ['ttyS0'], by: 'line', action: 'ttyS0' },
};
const USB: LineDevice = {
  ...{ bus: 'pci', address: '0000:00:1d.7', ids: '8086:293a', by: 'line', action: 'ehci_hcd:usb1' },
  ...{ vendor: 'Intel Corporation', product: '82801I (ICH9 Family) USB2 EHCI Controller #1' },
  ...{ driver: 'ehci-pci', module: 'ehci_pci' },
  attached: [
    {
      ...{ bus: 'usb', address: '1-2', ids: '0627:0001', vendor: 'QEMU', product: 'QEMU USB Tablet' },
      driver: 'usbhid',
    },
  ],
};
const SMBUS: LineDevice = {
  ...{ bus: 'pci', address: '0000:00:1f.3', ids: '8086:2930', by: 'line', action: 'i801_smbus' },
  ...{ vendor: 'Intel Corporation', product: '82801I (ICH9 Family) SMBus Controller', driver: 'i801_smbus' },
};

const DEVICES: Readonly<Record<number, LineDevice[]>> = {
  ...{ 36: [DISK], 24: [EDU], 42: [CARD], 43: [CARD], 4: [PORT], 16: [USB, SMBUS] },
};

/** Returns the device of a line as a spike has it. */
export function syntheticDevice(irq: number): Device | undefined {
  const [found] = DEVICES[irq] ?? [];
  if (found === undefined) return undefined;
  const { action, attached, ...device } = found;
  return device;
}

export function syntheticFacts(sources: readonly SourceInfo[], readAt: number): InterruptFacts {
  const lines = sources.flatMap(({ measure, number, name, chip }): InterruptLine[] => {
    if (measure !== 'hardirq_duration') return [];
    const actions = number === 16 ? [name, 'i801_smbus'] : [name];
    const devices = (DEVICES[number] ?? []).map((device) => ({ ...device, action: device.action ?? name }));
    const [trigger, effectiveAffinity] = number === 16 ? ['level', '0-1'] : ['edge', String(number % 2)];
    return [
      {
        ...{ irq: number, ...(chip !== undefined && { chip }), hwirq: String(number), trigger, actions },
        ...{ affinity: '0-1', effectiveAffinity, devices },
      },
    ];
  });
  return { host: 'synthetic', facts: 'read', readAt, leftOut: 0, lines };
}
