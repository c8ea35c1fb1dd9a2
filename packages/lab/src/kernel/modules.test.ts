import { describe, expect, it } from 'vitest';
import { loadOrder, moduleName } from './modules.ts';

const DEP = `kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz kernel/fs/jbd2/jbd2.ko.xz
kernel/fs/jbd2/jbd2.ko.xz:
kernel/lib/crc16.ko.xz:
kernel/drivers/net/virtio_net.ko.xz: kernel/net/core/failover.ko.xz
kernel/net/core/failover.ko.xz:
`;

describe('loadOrder', () => {
  it('puts dependencies before each module, each once', () => {
    expect(loadOrder(DEP, ['virtio_net', 'ext4', 'jbd2'])).toEqual([
      'kernel/net/core/failover.ko.xz',
      'kernel/drivers/net/virtio_net.ko.xz',
      'kernel/lib/crc16.ko.xz',
      'kernel/fs/jbd2/jbd2.ko.xz',
      'kernel/fs/ext4/ext4.ko.xz',
    ]);
  });

  it('leaves out what is built into the kernel', () => {
    expect(loadOrder(DEP, ['virtio_pci'])).toEqual([]);
  });
});

describe('moduleName', () => {
  it('is the kernel’s name of a file', () => {
    expect(moduleName('kernel/crypto/crc32c-generic.ko.zst')).toBe('crc32c_generic');
    expect(moduleName('a/b.ko')).toBe('b');
  });
});
