// The folder for exported spikes. The number of its spikes and its bytes are limited, including earlier exports. A file
// appears whole or not at all.
import { randomBytes } from 'node:crypto';
import { access, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BridgeError, reasonOf } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';

export interface FolderBounds {
  readonly maxBytes: number;
  readonly maxSpikes: number;
}

export interface ExportFile {
  readonly name: string;
  readonly content: string;
}

/** Matches files that the export writes; other files in the folder are not counted. */
const OURS = /^rtprobe-.*\.(json|txt|csv)$/;
/** Each spike has exactly one of these. */
const ONE_A_SPIKE = /\.txt$/;

const OTHER_FOLDER = 'name another folder with --export-dir';

export class ExportFolder {
  readonly dir: string;
  readonly #bounds: FolderBounds;
  #bytes: number;
  #spikes: number;

  private constructor(dir: string, bounds: FolderBounds, bytes: number, spikes: number) {
    this.dir = dir;
    this.#bounds = bounds;
    this.#bytes = bytes;
    this.#spikes = spikes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Creates the folder if it is missing. Rejects with E_EXPORT_DIR if it cannot be written. */
  static async open(dir: string, bounds: FolderBounds): Promise<ExportFolder> {
    try {
      await makeFolder(dir);
      const probe = join(dir, `.rtprobe-${randomBytes(6).toString('hex')}`);
      await writeFile(probe, '', { flag: 'wx', mode: 0o600 });
      await rm(probe);
      let bytes = 0;
      let spikes = 0;
      for (const name of (await readdir(dir)).filter((file) => OURS.test(file))) {
        bytes += (await stat(join(dir, name))).size;
        if (ONE_A_SPIKE.test(name)) spikes++;
      }
      return new ExportFolder(dir, bounds, bytes, spikes);
    } catch (error) {
      throw new BridgeError(
        'E_EXPORT_DIR',
        `cannot export into ${dir}: ${reasonOf(error)}`,
        OTHER_FOLDER,
        dir,
      );
    }
  }

  async has(name: string): Promise<boolean> {
    return access(join(this.dir, name)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Writes all files of a spike; resolves to false if they do not fit. Rejects if the disk fails, and then leaves no
   * incomplete file.
   */
  async put(files: readonly ExportFile[]): Promise<boolean> {
    const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    if (this.#spikes + 1 > this.#bounds.maxSpikes || this.#bytes + bytes > this.#bounds.maxBytes)
      return false;
    for (const { name, content } of files) {
      const path = join(this.dir, name);
      const unready = join(this.dir, `.${name}.tmp`);
      try {
        await writeFile(unready, content, { mode: 0o600 });
        await rename(unready, path);
      } catch (error) {
        await rm(unready, { force: true });
        throw error;
      }
      this.#bytes += Buffer.byteLength(content);
    }
    this.#spikes++;
    return true;
  }
}
