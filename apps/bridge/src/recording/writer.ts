// Writes a host's stream to a file, in blocks that each begin with a keyframe. If the disk fails, the recording ends
// with a reason; the live path is not affected.
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { ABI_VERSION, AgentFrame } from '@rtprobe/abi';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { BRIDGE_VERSION } from '../base/version.ts';
import type { FrameTap } from '../sources/tap.ts';
import {
  BLOCK_RAW_MAX,
  Direction,
  type Entry,
  encodeBlockHeader,
  encodeEntry,
  encodeFileHeader,
} from './format.ts';

/** A block is closed after this time. It limits what a crash can lose, and what a jump has to read. */
const BLOCK_SPAN_US = 5_000_000;
const BLOCK_RAW_BYTES = 8 * 1024 * 1024;
/** After this time a block is closed even between a request and its answer: entries store their time in a u32. */
const BLOCK_SPAN_MAX_US = 600_000_000;
/** Maximum closed blocks that wait for the disk. */
const BLOCKS_WAITING_MAX = 4;

const compress = promisify(deflateRaw);

/** The file that a recording is written to. */
export interface RecordingFile {
  write(bytes: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

interface OpenBlock {
  first: number;
  last: number;
  entries: Buffer[];
  rawLength: number;
  keyframeEntries: number;
}

export interface RecordingState {
  file: string;
  bytes: number;
  /** Why the recording ended early. */
  error?: string;
}

/** Creates the file; never overwrites one. Throws E_RECORD_OPEN. */
export async function createRecordingFile(path: string): Promise<RecordingFile> {
  try {
    const handle = await open(path, 'wx', 0o600);
    return { write: (bytes) => handle.writeFile(bytes), close: () => handle.close() };
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = exists ? 'the file exists' : reasonOf(error);
    throw new BridgeError('E_RECORD_OPEN', `cannot create ${path}: ${why}`, 'choose another name', path);
  }
}

export interface RecordingTarget {
  name: string;
  file: RecordingFile;
  /** Called when the first block is written: a host reports its name only after the stream began. */
  host: () => string;
  /** Unix microseconds. */
  createdAt: number;
}

export class RecordingWriter implements FrameTap {
  readonly state: RecordingState;
  readonly #target: RecordingTarget;
  readonly #keyframe: (at: number) => Entry[];
  readonly #failed: () => void;
  readonly #log: Log;
  #block: OpenBlock | undefined;
  /** Time of the newest entry. */
  #newest = 0;
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();

  /** `keyframe` returns the state at the start of a block. `failed` is called once, if recording ends early. */
  constructor(target: RecordingTarget, keyframe: (at: number) => Entry[], failed: () => void, log: Log) {
    this.state = { file: target.name, bytes: 0 };
    this.#target = target;
    this.#keyframe = keyframe;
    this.#failed = failed;
    this.#log = log;
  }

  received(kind: number, payload: Uint8Array, at: number): void {
    this.#add({ at, direction: Direction.received, kind, payload });
  }

  requested(request: Uint8Array, at: number): void {
    this.#add({ at, direction: Direction.requested, kind: AgentFrame.netlink, payload: request });
  }

  settled(at: number): void {
    const block = this.#block;
    if (!block || this.state.error !== undefined) return;
    if (at - block.first < BLOCK_SPAN_US && block.rawLength < BLOCK_RAW_BYTES) return;
    try {
      this.#cut();
      if (this.state.error === undefined) this.#begin(at);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Writes pending blocks and closes the file. */
  async close(): Promise<void> {
    this.#cut();
    await this.#writing;
    if (this.state.error === undefined) await this.#target.file.close();
  }

  #add(received: Entry): void {
    if (this.state.error !== undefined) return;
    // A reader treats a block that begins before the previous one as the end of the file.
    const entry = { ...received, at: Math.max(received.at, this.#newest) };
    this.#newest = entry.at;
    try {
      if (this.#block && entry.at - this.#block.first > BLOCK_SPAN_MAX_US) this.#cut();
      // If closing the block failed, the recording has ended.
      if (this.state.error !== undefined) return;
      const block = this.#block ?? this.#begin(entry.at);
      if (block.rawLength > BLOCK_RAW_MAX / 2) throw new Error('an answer of the host does not end');
      this.#append(block, entry);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(at: number): OpenBlock {
    const block: OpenBlock = { first: at, last: at, entries: [], rawLength: 0, keyframeEntries: 0 };
    for (const entry of this.#keyframe(at)) this.#append(block, entry);
    block.keyframeEntries = block.entries.length;
    this.#block = block;
    return block;
  }

  #append(block: OpenBlock, entry: Entry): void {
    const bytes = encodeEntry(entry, block.first);
    block.entries.push(bytes);
    block.rawLength += bytes.length;
    block.last = Math.max(block.last, entry.at);
  }

  #cut(): void {
    const block = this.#block;
    this.#block = undefined;
    if (!block || this.state.error !== undefined) return;
    if (this.#waiting >= BLOCKS_WAITING_MAX) {
      this.#fail(new Error('the disk is too slow for the stream'));
      return;
    }
    this.#waiting++;
    this.#writing = this.#writing
      .then(() => this.#store(block))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#waiting--);
  }

  async #store(block: OpenBlock): Promise<void> {
    if (this.state.error !== undefined) return;
    if (this.state.bytes === 0) await this.#write(this.#fileHeader());
    const stored = await compress(Buffer.concat(block.entries, block.rawLength));
    const { first, last, rawLength, keyframeEntries } = block;
    const header = encodeBlockHeader({
      ...{ first, last, rawLength, keyframeEntries },
      storedLength: stored.length,
      entries: block.entries.length,
      checksum: crc32(stored),
    });
    await this.#write(Buffer.concat([header, stored]));
  }

  #fileHeader(): Uint8Array {
    const { host, createdAt } = this.#target;
    return encodeFileHeader({
      host: host(),
      createdAt,
      bridgeVersion: BRIDGE_VERSION,
      abiVersion: ABI_VERSION,
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#target.file.write(bytes);
    this.state.bytes += bytes.length;
  }

  #fail(error: unknown): void {
    if (this.state.error !== undefined) return;
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    const why = full ? 'the disk is full' : reasonOf(error);
    const todo = `${full ? 'free some space and ' : ''}start another recording`;
    this.state.error = `recording ended: ${why}; ${todo} (E_RECORD_WRITE)`;
    this.#block = undefined;
    this.#log.error({ code: 'E_RECORD_WRITE', file: this.state.file }, this.state.error);
    this.#target.file.close().catch(() => {});
    this.#failed();
  }
}
