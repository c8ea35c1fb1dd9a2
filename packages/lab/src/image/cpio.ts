/**
 * A cpio archive in the "newc" format, the kernel's initramfs format
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Regular files and directories only.
 */
export interface CpioEntry {
  /** Path without a leading slash; folders must come before what is in them. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Missing for a directory. */
  readonly data?: Buffer;
}

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

function pad4(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}

function record(inode: number, path: string, mode: number, data: Buffer): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([header, name, pad4(header.length + name.length), data, pad4(data.length)]);
}

export function cpio(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map((entry, index) =>
    record(
      index + 1,
      entry.path,
      entry.mode | (entry.data ? S_IFREG : S_IFDIR),
      entry.data ?? Buffer.alloc(0),
    ),
  );
  return Buffer.concat([...records, record(0, 'TRAILER!!!', 0, Buffer.alloc(0))]);
}
