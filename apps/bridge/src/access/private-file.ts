// Files that only their owner may access: created with that mode, and rejected if another user could have read or
// written them.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Says what is wrong with a file or folder and how to repair it. */
export class PrivateFileError extends Error {
  readonly what: string;
  readonly todo: string;

  constructor(what: string, todo: string) {
    super(`${what}; ${todo}`);
    this.what = what;
    this.todo = todo;
  }
}

export const OTHER_FILE = 'name another file with --token-file';

/** Returns what to do about a private file that could not be written. */
export function writeRemedy(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'free some space there, or name another folder with --data';
  return 'name a folder that this user may write with --data, or only another file with --token-file';
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Returns what makes a file or folder unsafe, as a phrase that follows its path; undefined if it is safe. */
export function unsafeReason(stats: Stats, path: string): { why: string; todo: string } | undefined {
  const uid = process.geteuid?.() ?? stats.uid;
  if (stats.uid !== uid) {
    const why = `belongs to user ${stats.uid}, and this process runs as user ${uid}`;
    return { why, todo: `change its owner: chown ${uid} ${path}` };
  }
  const mode = stats.mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  const wanted = stats.isDirectory() ? '700' : '600';
  const why = `has mode ${mode.toString(8)}, so other users can access it`;
  return { why, todo: `run: chmod ${wanted} ${path}` };
}

export interface PrivateText {
  readonly text: string;
  /** Changes when the file is replaced or written. */
  readonly version: string;
}

export const versionOf = ({ dev, ino, mtimeMs, size }: Stats): string => `${dev}/${ino}/${mtimeMs}/${size}`;

/**
 * Reads a file of at most `max` bytes. Returns undefined if it does not exist. Throws a PrivateFileError for a symbolic
 * link, for anything but a regular file, and for a file that others own or can access.
 */
export function readPrivate(path: string, max: number): PrivateText | undefined {
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') {
      throw new PrivateFileError(`${path} is a symbolic link`, 'name the file itself');
    }
    throw new PrivateFileError(`${path} cannot be read: ${(error as Error).message}`, OTHER_FILE);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new PrivateFileError(`${path} is not a regular file`, OTHER_FILE);
    const unsafe = unsafeReason(stats, path);
    if (unsafe) throw new PrivateFileError(`${path} ${unsafe.why}`, unsafe.todo);
    if (stats.size > max) throw new PrivateFileError(`${path} is larger than ${max} bytes`, OTHER_FILE);
    const bytes = Buffer.alloc(max);
    const length = readSync(fd, bytes, 0, max, 0);
    return { text: bytes.toString('utf8', 0, length), version: versionOf(stats) };
  } finally {
    closeSync(fd);
  }
}

/** Writes a new file of mode 0600 beside `path`, and returns its name. */
function writeBeside(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    // A umask can remove more than the access of others.
    fchmodSync(fd, 0o600);
    writeSync(fd, text);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
  return temporary;
}

/**
 * Creates a file of mode 0600 with its whole content in one step, so that a reader never sees a part. Returns false if
 * the file exists.
 */
export function createPrivate(path: string, text: string): boolean {
  const temporary = writeBeside(path, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Replaces a file, or creates it, in one step. */
export function replacePrivate(path: string, text: string): void {
  renameSync(writeBeside(path, text), path);
}
