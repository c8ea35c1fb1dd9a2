// The folder with the recordings that can be opened in the page. It is created by the first upload.
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingFile } from '@rtprobe/protocol';
import { BridgeError, reasonOf } from '../base/errors.ts';
import { Recording } from '../recording/reader.ts';

/** Maximum files that are listed: the newest. */
export const LISTED_MAX = 200;
/** Characters of a file name. It becomes the name of a host, with a number if that is in use. */
const NAME_MAX = 56;
/** Letters and digits of every language, and what is usual between them. Never begins with a dot. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M} _.,+@()[\]-]*$/u;

export const isRecordingName = (name: string): boolean =>
  name.length <= NAME_MAX && Buffer.byteLength(name) <= 200 && NAME.test(name);

export class RecordingFolder {
  readonly dir: string;
  /** What is known of a file, while its size and time are the same. */
  readonly #read = new Map<string, { key: string; file: RecordingFile }>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Returns the recordings, newest first. Throws E_RECORDINGS_DIR. */
  async list(): Promise<{ recordings: RecordingFile[]; bytes: number; more: number }> {
    const files = await this.#files();
    const newest = files.toSorted((a, b) => b.changedAt - a.changedAt).slice(0, LISTED_MAX);
    const recordings: RecordingFile[] = [];
    for (const file of newest) recordings.push(await this.#describe(file));
    for (const name of this.#read.keys()) if (!newest.some((f) => f.name === name)) this.#read.delete(name);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { recordings, bytes, more: files.length - newest.length };
  }

  /** Returns the path of a listed file. Throws E_UNKNOWN_RECORDING. */
  async path(name: string): Promise<string> {
    const path = join(this.dir, name);
    const isFile = isRecordingName(name) && (await stat(path).catch(() => undefined))?.isFile() === true;
    if (isFile) return path;
    const todo = 'GET /api/v1/recordings lists the recordings';
    throw new BridgeError('E_UNKNOWN_RECORDING', `there is no recording "${name}"`, todo, name);
  }

  /** Returns the names and the size of all files. Throws E_RECORDINGS_DIR. */
  async usage(): Promise<{ names: string[]; bytes: number }> {
    const files = await this.#files();
    return { names: files.map(({ name }) => name), bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
  }

  /** Deletes a file. Throws E_UNKNOWN_RECORDING or E_RECORDINGS_DIR. */
  async delete(name: string): Promise<void> {
    const path = await this.path(name);
    await unlink(path).catch((error: unknown) => {
      throw folderError(`${name} cannot be deleted`, error);
    });
  }

  async #files(): Promise<{ name: string; bytes: number; changedAt: number }[]> {
    let names: string[];
    try {
      names = await readdir(this.dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw folderError(`${this.dir} cannot be read`, error);
    }
    const files = await Promise.all(
      names.filter(isRecordingName).map(async (name) => {
        const found = await stat(join(this.dir, name)).catch(() => undefined);
        return found?.isFile() ? [{ name, bytes: found.size, changedAt: found.mtimeMs }] : [];
      }),
    );
    return files.flat();
  }

  async #describe(found: { name: string; bytes: number; changedAt: number }): Promise<RecordingFile> {
    const { name, bytes, changedAt } = found;
    const key = `${bytes} ${changedAt}`;
    const known = this.#read.get(name);
    if (known?.key === key) return known.file;
    const file = { file: name, bytes, ...(await readFacts(join(this.dir, name), name)) };
    this.#read.set(name, { key, file });
    return file;
  }
}

/** Returns what a list shows of a recording, or why it cannot be opened. */
export async function readFacts(path: string, name: string): Promise<Omit<RecordingFile, 'file' | 'bytes'>> {
  try {
    const recording = await Recording.open(path, name);
    const { description, first, last, truncatedBytes } = recording;
    await recording.close();
    return {
      recordedHost: description.host,
      startedAt: first,
      lengthUs: last - first,
      ...(truncatedBytes > 0 && { truncated: true }),
    };
  } catch (error) {
    const code = error instanceof BridgeError ? error.code : 'E_RECORD_OPEN';
    return { error: { code, message: reasonOf(error) } };
  }
}

export function folderError(what: string, error: unknown): BridgeError {
  const todo = 'check the folder of --recordings and its permissions';
  return new BridgeError('E_RECORDINGS_DIR', `${what}: ${reasonOf(error)}`, todo);
}
