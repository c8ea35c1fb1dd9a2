import type { Device } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { deviceName, deviceText, deviceWithEvidence, driverText } from './device.ts';

const device: Device = { bus: 'pci', address: '0000:00:03.0', ids: '1af4:1000' };

describe('a device in a few words', () => {
  it('has the names of vendor and product, and the driver', () => {
    const named = {
      ...device,
      vendor: 'Red Hat, Inc.',
      product: 'Virtio network device',
      driver: 'virtio_net',
    };
    expect(deviceText(named)).toBe('Red Hat Virtio network device · virtio_net');
  });

  it.each([
    ['Intel Corporation', 'Intel X'],
    ['Samsung Electronics Co Ltd', 'Samsung Electronics X'],
    ['Realtek Semiconductor Co., Ltd.', 'Realtek Semiconductor X'],
    ['Advanced Micro Devices, Inc. [AMD/ATI]', 'AMD/ATI X'],
    ['Linux Foundation', 'Linux Foundation X'],
    ['Co', 'Co X'],
  ])('names the vendor %s briefly', (vendor, name) => {
    expect(deviceName({ ...device, vendor, product: 'X' })).toBe(name);
  });

  it('has the ids of a product without a name, and the address of a device without ids', () => {
    expect(deviceText(device)).toBe('1af4:1000');
    expect(deviceText({ ...device, vendor: 'Red Hat, Inc.' })).toBe('Red Hat 1af4:1000');
    expect(deviceText({ bus: 'pnp', address: '00:04', driver: 'serial' })).toBe('00:04 · serial');
  });

  it('does not name the vendor twice', () => {
    expect(deviceName({ ...device, vendor: 'QEMU', product: 'QEMU USB Tablet' })).toBe('QEMU USB Tablet');
  });

  it('says how it was found, if that was stored', () => {
    expect(deviceWithEvidence(device)).toBe('1af4:1000');
    expect(deviceWithEvidence({ ...device, by: 'name' })).toBe(
      '1af4:1000, found by the name of the action only',
    );
  });

  it('names the module only if it differs from the driver', () => {
    expect(driverText({ driver: 'virtio-pci', module: 'virtio_pci' })).toBe('virtio-pci');
    expect(driverText({ driver: 'rtprobe-edu', module: 'rtprobe_disturb' })).toBe(
      'rtprobe-edu (module rtprobe_disturb)',
    );
    expect(driverText({})).toBeUndefined();
  });

  it('makes control characters of a hostile device visible', () => {
    const text = deviceText({ ...device, product: 'a\u001b[2J\u202eb', driver: 'x\n' });
    expect(text).not.toMatch(/\p{C}/u);
  });
});
