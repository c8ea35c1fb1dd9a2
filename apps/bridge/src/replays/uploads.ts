// Uploads of recordings into the folder, piece by piece: a piece arrives within the time limit of a request, and a page
// can show how much has arrived. A file appears in the folder only when it is whole and can be opened.
import { type FileHandle, link, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingFile, UploadState } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import { checkMagic } from '../recording/format.ts';
import { Recording } from '../recording/reader.ts';
import { folderError, isRecordingName, type RecordingFolder, readFacts } from './folder.ts';

/** Largest piece. A connection of 1 Mbit/s needs 8 s for it. */
export const PIECE_MAX = 1024 * 1024;
/** Maximum uploads at a time. */
const UPLOADS_MAX = 4;
/** An upload without a new piece for this long is abandoned. */
const IDLE_MS = 60_000;
const PREFIX = '.upload-';

interface Upload {
  readonly file: string;
  readonly bytes: number;
  readonly path: string;
  readonly handle: FileHandle;
  received: number;
  /** A piece is being written. */
  busy: boolean;
  timer: NodeJS.Timeout;
}

export class Uploads {
  readonly #folder: RecordingFolder;
  readonly #maxBytes: number;
  readonly #uploads = new Map<number, Upload>();
  #next = 1;
  #beginning: Promise<unknown> = Promise.resolve();

  constructor(folder: RecordingFolder, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Removes what an earlier bridge left. A folder that is missing or cannot be written has nothing. */
  async start(): Promise<void> {
    const { dir } = this.#folder;
    const names = await readdir(dir).catch(() => []);
    const left = names.filter((name) => name.startsWith(PREFIX));
    await Promise.all(left.map((name) => unlink(join(dir, name)).catch(() => {})));
  }

  /** Begins an upload. Throws E_RECORD_NAME, E_RECORD_EXISTS, E_RECORD_LARGE, E_UPLOADS_MAX or E_RECORDINGS_DIR. */
  begin(file: string, bytes: number): Promise<UploadState> {
    // One after the other: each sees the room that those before it take.
    const done = this.#beginning.then(() => this.#begin(file, bytes));
    this.#beginning = done.catch(() => {});
    return done;
  }

  async #begin(file: string, bytes: number): Promise<UploadState> {
    if (!isRecordingName(file)) {
      const todo = 'use letters, digits, spaces and ._,+@()[]- in at most 56 characters';
      throw new BridgeError('E_RECORD_NAME', 'the name of the file cannot be used', todo, 'file');
    }
    if (this.#uploads.size >= UPLOADS_MAX) {
      const why = `${UPLOADS_MAX} files are being uploaded`;
      throw new BridgeError('E_UPLOADS_MAX', why, 'try again when one of them is complete');
    }
    const id = this.#next++;
    const { dir } = this.#folder;
    const path = join(dir, `${PREFIX}${process.pid}-${id}`);
    await this.#checkRoom(file, bytes);
    const handle = await mkdir(dir, { recursive: true, mode: 0o700 })
      .then(() => open(path, 'wx', 0o600))
      .catch((error: unknown) => {
        throw folderError(`${file} cannot be stored`, error);
      });
    const upload = { file, bytes, path, handle, received: 0, busy: false, timer: this.#abandonLater(id) };
    this.#uploads.set(id, upload);
    return { upload: id, file, bytes, received: 0, pieceBytes: PIECE_MAX };
  }

  /** Adds the next piece. The last one completes the file, which is then in the folder as `recording`. */
  async add(id: number, offset: number, piece: Uint8Array): Promise<UploadState> {
    const upload = this.#find(id);
    if (upload.busy || offset !== upload.received || offset + piece.length > upload.bytes) {
      const why = upload.busy
        ? 'a piece is being written'
        : `${upload.received} bytes of ${upload.bytes} arrived`;
      throw new BridgeError('E_UPLOAD_OFFSET', why, 'send the piece that follows', String(offset));
    }
    upload.busy = true;
    clearTimeout(upload.timer);
    try {
      if (offset === 0) checkMagic(Buffer.from(piece), upload.file);
      await upload.handle.write(piece, 0, piece.length, offset).catch((error: unknown) => {
        throw folderError(`${upload.file} cannot be stored`, error);
      });
      upload.received += piece.length;
      const { file, bytes, received } = upload;
      const state = { upload: id, file, bytes, received, pieceBytes: PIECE_MAX };
      return received < bytes ? state : { ...state, recording: await this.#complete(id, upload) };
    } catch (error) {
      await this.cancel(id);
      throw error;
    } finally {
      upload.busy = false;
      if (this.#uploads.has(id)) upload.timer = this.#abandonLater(id);
    }
  }

  /** Ends an upload and removes what has arrived. */
  async cancel(id: number): Promise<void> {
    const { handle, path, timer } = this.#find(id);
    this.#uploads.delete(id);
    clearTimeout(timer);
    await handle.close().catch(() => {});
    await unlink(path).catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((id) => this.cancel(id)));
  }

  #find(id: number): Upload {
    const upload = this.#uploads.get(id);
    if (upload) return upload;
    throw new BridgeError('E_UNKNOWN_UPLOAD', `there is no upload ${id}`, 'begin it again', String(id));
  }

  #abandonLater(id: number): NodeJS.Timeout {
    return setTimeout(() => void this.cancel(id).catch(() => {}), IDLE_MS);
  }

  async #checkRoom(file: string, bytes: number): Promise<void> {
    const { bytes: used, names } = await this.#folder.usage();
    if (names.includes(file) || [...this.#uploads.values()].some((upload) => upload.file === file)) {
      const todo = 'choose another name, or delete that file';
      throw new BridgeError('E_RECORD_EXISTS', `there is a recording "${file}"`, todo, 'file');
    }
    const pending = [...this.#uploads.values()].reduce((sum, upload) => sum + upload.bytes, 0);
    const room = Math.max(0, this.#maxBytes - used - pending);
    if (bytes <= room) return;
    const why = `the file has ${bytes} bytes, the folder has room for ${room}`;
    throw new BridgeError(
      'E_RECORD_LARGE',
      why,
      'delete other recordings, or raise --recordings-size',
      'bytes',
    );
  }

  /** Checks the file and gives it its name. Throws what is wrong with it. */
  async #complete(id: number, { file, bytes, path, handle }: Upload): Promise<RecordingFile> {
    await handle.sync().catch(() => {});
    await Recording.open(path, file).then((recording) => recording.close());
    await link(path, join(this.#folder.dir, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw folderError(`${file} cannot be stored`, error);
      const todo = 'choose another name, or delete that file';
      throw new BridgeError('E_RECORD_EXISTS', `there is a recording "${file}"`, todo, 'file');
    });
    await this.cancel(id);
    return { file, bytes, ...(await readFacts(join(this.#folder.dir, file), file)) };
  }
}
