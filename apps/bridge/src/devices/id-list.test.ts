import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdList, namesIn, systemNames } from './id-list.ts';

const LIST = `
# a comment
0010  First Works
\t1000  Wrong vendor
1af4  Example Hat, Inc.
# between
\t1000  Example network device
\t\t01de fffb  Example board
\t1001  Example block device
\t\t1af4 0001  Board of the block device
1af5  Next Works
\t1000  Also wrong
\t1003  Only there
C 02  Network controller
\t00  Ethernet controller
`;

describe('a list of ids', () => {
  it('names the vendor, the product and the board', () => {
    expect(namesIn(LIST, { vendor: '1af4', product: '1000' })).toEqual({
      ...{ vendor: 'Example Hat, Inc.', product: 'Example network device' },
    });
    const board = { boardVendor: '1af4', board: '0001' };
    expect(namesIn(LIST, { vendor: '1af4', product: '1001', ...board }).board).toBe(
      'Board of the block device',
    );
  });

  it('does not take names of another vendor or another product', () => {
    expect(namesIn(LIST, { vendor: '1af4', product: '1003' })).toEqual({ vendor: 'Example Hat, Inc.' });
    const ids = { vendor: '1af4', product: '1000', boardVendor: '1af4', board: '0001' };
    expect(namesIn(LIST, ids)).not.toHaveProperty('board');
    expect(namesIn(LIST, { vendor: '9999', product: '1000' })).toEqual({});
  });

  it('refuses ids that are not four digits', () => {
    expect(namesIn(LIST, { vendor: 'C 02', product: '00' })).toEqual({});
    expect(namesIn(LIST, { vendor: '.*', product: '1000' })).toEqual({});
  });

  describe('in a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'ids-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('is found in the first folder that has it, and when it is installed later', async () => {
      const list = new IdList([join(folder, 'none'), join(folder, 'pci.ids')]);
      const ids = { vendor: '1af4', product: '1000' };
      expect(list.names(ids)).toEqual({});
      writeFileSync(join(folder, 'pci.ids'), LIST);
      await Promise.resolve();
      expect(list.names(ids).product).toBe('Example network device');
    });

    it('is not read again for ids that were found', async () => {
      const path = join(folder, 'pci.ids');
      writeFileSync(path, LIST);
      const list = new IdList([path]);
      const ids = { vendor: '1af4', product: '1000' };
      list.names(ids);
      await Promise.resolve();
      rmSync(path);
      expect(list.names(ids).product).toBe('Example network device');
    });

    it('is ignored if it is larger than any list of ids', () => {
      const path = join(folder, 'pci.ids');
      writeFileSync(path, LIST + '#'.repeat(17 * 1024 * 1024));
      expect(new IdList([path]).names({ vendor: '1af4', product: '1000' })).toEqual({});
    });
  });

  it.runIf(existsSync('/usr/share/misc/pci.ids'))("of Debian's package names QEMU's devices", () => {
    const { pci } = systemNames();
    expect(pci.names({ vendor: '1af4', product: '1000' })).toMatchObject({
      ...{ vendor: 'Red Hat, Inc.', product: 'Virtio network device' },
    });
    expect(pci.names({ vendor: '8086', product: '100e' }).product).toBe(
      '82540EM Gigabit Ethernet Controller',
    );
  });

  it.runIf(existsSync('/usr/share/misc/usb.ids'))("of Debian's package names USB devices", () => {
    expect(systemNames().usb.names({ vendor: '1d6b', product: '0002' })).toMatchObject({
      ...{ vendor: 'Linux Foundation', product: '2.0 root hub' },
    });
  });
});
