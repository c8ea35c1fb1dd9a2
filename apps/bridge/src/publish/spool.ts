// The messages that wait for the broker, one file each, so that they survive the death of the bridge. A newer message
// of a subject replaces the one that waits. Files and bytes are limited; what does not fit is refused.
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BridgeError, reasonOf } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';

/** Maximum messages, whatever their size. */
const MESSAGES_MAX = 50_000;
const SUFFIX = '.msg';
const HEAD_MAX = 4096;

export interface Message {
  readonly subject: string;
  /** Equal for equal messages, so that the broker stores a repetition once. */
  readonly id: string;
  /** Name of the host. */
  readonly host: string;
  readonly payload: Uint8Array;
}

/** A message on disk. */
export interface Waiting extends Omit<Message, 'payload'> {
  readonly bytes: number;
}

const fileOf = (subject: string): string =>
  createHash('sha256').update(subject).digest('hex').slice(0, 32) + SUFFIX;

/** The first line of a file describes the message; the rest is its payload. */
function encode({ subject, id, host, payload }: Message): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ subject, id, host })}\n`), payload]);
}

/** Returns undefined for a file that the spool did not write. */
function decode(content: Buffer): Message | undefined {
  const end = content.subarray(0, HEAD_MAX).indexOf('\n');
  try {
    const { subject, id, host } = JSON.parse(content.toString('utf8', 0, Math.max(end, 0)));
    const isText = [subject, id, host].every((field) => typeof field === 'string');
    return isText ? { subject, id, host, payload: content.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

export class Spool {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #waiting = new Map<string, Waiting>();
  #bytes = 0;
  /** Changes of the folder, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  private constructor(dir: string, maxBytes: number) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
  }

  /** Opens a folder with what waits in it. Throws E_PUBLISH if it cannot be written. */
  static async open(dir: string, maxBytes: number): Promise<Spool> {
    const spool = new Spool(dir, maxBytes);
    try {
      await makeFolder(dir);
      for (const name of await readdir(dir)) await spool.#find(name);
    } catch (error) {
      const todo = 'choose another folder with --data, or make it writable';
      throw new BridgeError('E_PUBLISH', `the spool ${dir} cannot be used: ${reasonOf(error)}`, todo, dir);
    }
    return spool;
  }

  async #find(name: string): Promise<void> {
    const path = join(this.#dir, name);
    // The bridge was killed while it wrote this file.
    if (name.endsWith('.tmp')) await rm(path, { force: true });
    if (!name.endsWith(SUFFIX)) return;
    const content = await readFile(path);
    const message = decode(content);
    if (!message || fileOf(message.subject) !== name) return;
    const { subject, id, host } = message;
    this.#set({ subject, id, host, bytes: content.length });
  }

  #set(waiting: Waiting): void {
    this.#bytes += waiting.bytes - (this.#waiting.get(waiting.subject)?.bytes ?? 0);
    this.#waiting.set(waiting.subject, waiting);
  }

  get size(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the oldest messages, at most `count`. */
  first(count: number): Waiting[] {
    const found: Waiting[] = [];
    for (const waiting of this.#waiting.values()) {
      if (found.length >= count) break;
      found.push(waiting);
    }
    return found;
  }

  /** Stores a message on disk; returns false if it does not fit. Rejects if the disk fails. */
  put(message: Message): Promise<boolean> {
    return this.#inTurn(async () => {
      const content = encode(message);
      const before = this.#waiting.get(message.subject);
      const bytes = this.#bytes + content.length - (before?.bytes ?? 0);
      if (bytes > this.#maxBytes || (!before && this.#waiting.size >= MESSAGES_MAX)) return false;
      await this.#write(fileOf(message.subject), content);
      const { subject, id, host } = message;
      this.#set({ subject, id, host, bytes: content.length });
      return true;
    });
  }

  async #write(name: string, content: Buffer): Promise<void> {
    const path = join(this.#dir, name);
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Returns the message as it is on disk now. */
  read({ subject }: Waiting): Promise<Message | undefined> {
    return this.#inTurn(async () => decode(await readFile(join(this.#dir, fileOf(subject)))));
  }

  /** Removes a message, unless a newer one of its subject has replaced it. */
  remove({ subject, id }: Pick<Message, 'subject' | 'id'>): Promise<void> {
    return this.#inTurn(async () => {
      const waiting = this.#waiting.get(subject);
      if (waiting?.id !== id) return;
      await rm(join(this.#dir, fileOf(subject)), { force: true });
      this.#waiting.delete(subject);
      this.#bytes -= waiting.bytes;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}
