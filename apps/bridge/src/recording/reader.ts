// Opens a recording: reads an index of its blocks, and their entries on request.
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { BridgeError, reasonOf } from '../base/errors.ts';
import {
  BLOCK_HEADER_LEN,
  type BlockHeader,
  type Description,
  decodeBlockHeader,
  decodeEntries,
  type Entry,
  OTHER_RECORDING,
  readFileHeader,
} from './format.ts';

const inflate = promisify(inflateRaw);

export interface IndexedBlock extends BlockHeader {
  /** Where the stored bytes begin in the file. */
  offset: number;
}

/** Each block needs memory while the recording is open. As many as a recording of two weeks has. */
const BLOCKS_MAX = 250_000;

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

export class Recording {
  readonly description: Description;
  readonly blocks: readonly IndexedBlock[];
  /** Bytes at the end that are not a whole block: the recording was truncated. */
  readonly truncatedBytes: number;
  readonly #handle: FileHandle;

  private constructor(
    handle: FileHandle,
    description: Description,
    blocks: readonly IndexedBlock[],
    truncatedBytes: number,
  ) {
    this.#handle = handle;
    this.description = description;
    this.blocks = blocks;
    this.truncatedBytes = truncatedBytes;
  }

  /**
   * Throws E_RECORD_OPEN, E_RECORD_FOREIGN, E_RECORD_VERSION, E_RECORD_EMPTY or E_RECORD_BLOCKS; `name` is what the errors
   * call the file.
   */
  static async open(path: string, name = path): Promise<Recording> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      throw new BridgeError(
        'E_RECORD_OPEN',
        `cannot open ${name}: ${reasonOf(error)}`,
        OTHER_RECORDING,
        name,
      );
    }
    try {
      const read = (at: number, length: number) => readAt(handle, at, length);
      const { description, end } = await readFileHeader(name, read);
      const { blocks, truncatedBytes } = await indexBlocks(handle, end);
      if (blocks.length === 0)
        throw new BridgeError('E_RECORD_EMPTY', `${name} has no complete block`, OTHER_RECORDING, name);
      if (blocks.length > BLOCKS_MAX) {
        const why = `${name} has more than ${BLOCKS_MAX} blocks`;
        throw new BridgeError('E_RECORD_BLOCKS', why, OTHER_RECORDING, name);
      }
      return new Recording(handle, description, blocks, truncatedBytes);
    } catch (error) {
      await handle.close();
      if (error instanceof BridgeError) throw error;
      throw new BridgeError(
        'E_RECORD_OPEN',
        `cannot read ${name}: ${reasonOf(error)}`,
        OTHER_RECORDING,
        name,
      );
    }
  }

  get first(): number {
    return this.blocks[0]!.first;
  }

  get last(): number {
    return this.blocks[this.blocks.length - 1]!.last;
  }

  /** Returns the index of the block for a time: the last one that begins at or before it. */
  blockAt(time: number): number {
    let low = 0;
    let high = this.blocks.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.blocks[middle]!.first > time) high = middle;
      else low = middle;
    }
    return low;
  }

  /** Returns the entries of a block; undefined if it is damaged or cannot be read. */
  async read(index: number): Promise<Entry[] | undefined> {
    const block = this.blocks[index]!;
    try {
      const stored = await readAt(this.#handle, block.offset, block.storedLength);
      if (crc32(stored) !== block.checksum) return undefined;
      const raw = await inflate(stored, { maxOutputLength: Math.max(block.rawLength, 1) });
      return decodeEntries(raw, block);
    } catch {
      return undefined;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function indexBlocks(
  handle: FileHandle,
  start: number,
): Promise<{ blocks: IndexedBlock[]; truncatedBytes: number }> {
  const { size } = await handle.stat();
  const blocks: IndexedBlock[] = [];
  let at = start;
  while (at < size && blocks.length <= BLOCKS_MAX) {
    const header = decodeBlockHeader(await readAt(handle, at, BLOCK_HEADER_LEN));
    const previous = blocks[blocks.length - 1];
    const offset = at + BLOCK_HEADER_LEN;
    if (!header || offset + header.storedLength > size || (previous && header.first < previous.first)) break;
    blocks.push({ ...header, offset });
    at = offset + header.storedLength;
  }
  return { blocks, truncatedBytes: size - at };
}
