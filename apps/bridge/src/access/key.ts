// The secret that signs every session. It never leaves this process: browsers and scripts have derived sessions.
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { BridgeError, reasonOf } from '../base/errors.ts';
import {
  createPrivate,
  PrivateFileError,
  readPrivate,
  replacePrivate,
  versionOf,
  writeRemedy,
} from './private-file.ts';

const SECRET_BYTES = 32;
const FILE_MAX = 256;
const PREFIX = 'rtprobe-key-1 ';
/** How often the file is checked: another bridge that uses it may have renewed the key. */
const LOOK_MS = 1000;

export interface SigningKey {
  /** Key for HMAC-SHA256. */
  readonly bytes: Buffer;
  /** Names the key without revealing it. */
  readonly id: string;
}

export interface AccessKey {
  /** Returns the key. Throws E_KEY_FILE if the file is no longer safe or complete. */
  current(): SigningKey;
  /** Replaces the secret: every session ends. */
  renew(): void;
}

function signingKey(secret: Buffer): SigningKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'rtprobe session 1', SECRET_BYTES));
  return { bytes, id: createHash('sha256').update('key id').update(bytes).digest('base64url').slice(0, 12) };
}

/** A secret that exists as long as the process, for a bridge without a file. */
export class MemoryKey implements AccessKey {
  #key = signingKey(randomBytes(SECRET_BYTES));

  current(): SigningKey {
    return this.#key;
  }

  renew(): void {
    this.#key = signingKey(randomBytes(SECRET_BYTES));
  }
}

const newText = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}\n`;

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

export class KeyFile implements AccessKey {
  readonly #path: string;
  readonly #now: () => number;
  #key: SigningKey;
  #version: string;
  #lookedAt: number;

  /** Creates the file if it is missing. Throws E_KEY_FILE. */
  constructor(path: string, now = () => performance.now()) {
    this.#path = path;
    this.#now = now;
    try {
      if (!statOf(path)) createPrivate(path, newText());
    } catch (error) {
      const what = `${path} cannot be created: ${reasonOf(error)}`;
      throw new BridgeError('E_KEY_FILE', what, writeRemedy(error), path);
    }
    [this.#key, this.#version] = this.#read();
    this.#lookedAt = now();
  }

  current(): SigningKey {
    const now = this.#now();
    if (now - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = now;
      const stats = statOf(this.#path);
      if (!stats || versionOf(stats) !== this.#version) {
        // With an unusable file every check fails, so no session is valid until it is repaired.
        this.#version = '';
        this.#lookedAt = Number.NEGATIVE_INFINITY;
        [this.#key, this.#version] = this.#read();
        this.#lookedAt = now;
      }
    }
    return this.#key;
  }

  renew(): void {
    replacePrivate(this.#path, newText());
    [this.#key, this.#version] = this.#read();
  }

  #read(): [SigningKey, string] {
    const path = this.#path;
    let found: ReturnType<typeof readPrivate>;
    try {
      found = readPrivate(path, FILE_MAX);
    } catch (error) {
      if (!(error instanceof PrivateFileError)) throw error;
      throw new BridgeError('E_KEY_FILE', error.what, error.todo, path);
    }
    if (!found)
      throw new BridgeError('E_KEY_FILE', `${path} was removed`, 'restart the bridge to create it', path);
    const [, text] = /^rtprobe-key-1 ([\w-]{43})\n?$/.exec(found.text) ?? [];
    if (text === undefined) {
      const todo = 'remove it, and the next start creates a new key';
      throw new BridgeError('E_KEY_FILE', `${path} does not contain a key of rtprobe`, todo, path);
    }
    return [signingKey(Buffer.from(text, 'base64url')), found.version];
  }
}
