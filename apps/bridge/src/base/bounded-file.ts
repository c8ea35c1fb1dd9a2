// Reads files that options name: a device, a FIFO or a file of the wrong kind must neither block nor fill the memory.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Returns the content of a regular file of at most `max` bytes. @throws Error with the reason */
export function readBounded(path: string, max: number): Buffer {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${path} is not a regular file`);
    // Files of /proc report the size 0.
    const bytes = Buffer.alloc(max + 1);
    let length = 0;
    while (length <= max) {
      const read = readSync(fd, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
    }
    throw new Error(`${path} is larger than ${max} bytes`);
  } finally {
    closeSync(fd);
  }
}
