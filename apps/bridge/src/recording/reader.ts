// Opens a recording: reads an index of its blocks, and their entries on request.
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { BridgeError, reasonOf } from '../base/errors.ts';
import {
  BLOCK_HEADER_LEN,
  BLOCK_MAGIC_BYTES,
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
  /** The bytes before it are no block: entries may be missing between it and the block before. */
  isAfterDamage: boolean;
}

/** Each block needs memory while the recording is open. As many as a recording of two weeks has. */
const BLOCKS_MAX = 250_000;

/** How far behind a damaged header the next block is searched, and in which parts. A writer makes blocks of 8 MiB. */
const SEARCH_MAX = 64 * 1024 * 1024;
const SEARCH_BYTES = 256 * 1024;

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
  /** Bytes between blocks that are not a block: a header is damaged. */
  readonly damagedBytes: number;
  readonly #handle: FileHandle;

  private constructor(
    handle: FileHandle,
    description: Description,
    { blocks, truncatedBytes, damagedBytes }: Indexed,
  ) {
    this.#handle = handle;
    this.description = description;
    this.blocks = blocks;
    this.truncatedBytes = truncatedBytes;
    this.damagedBytes = damagedBytes;
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
      const indexed = await indexBlocks(handle, end);
      const { blocks } = indexed;
      if (blocks.length === 0)
        throw new BridgeError('E_RECORD_EMPTY', `${name} has no complete block`, OTHER_RECORDING, name);
      if (blocks.length > BLOCKS_MAX) {
        const why = `${name} has more than ${BLOCKS_MAX} blocks`;
        throw new BridgeError('E_RECORD_BLOCKS', why, OTHER_RECORDING, name);
      }
      return new Recording(handle, description, indexed);
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

interface Indexed {
  blocks: IndexedBlock[];
  truncatedBytes: number;
  damagedBytes: number;
}

async function indexBlocks(handle: FileHandle, start: number): Promise<Indexed> {
  const { size } = await handle.stat();
  const blocks: IndexedBlock[] = [];
  let damagedBytes = 0;
  let isAfterDamage = false;
  let at = start;
  while (at < size && blocks.length <= BLOCKS_MAX) {
    const header = decodeBlockHeader(await readAt(handle, at, BLOCK_HEADER_LEN));
    const previous = blocks[blocks.length - 1];
    const offset = at + BLOCK_HEADER_LEN;
    if (header && offset + header.storedLength <= size && !(previous && header.first < previous.first)) {
      blocks.push({ ...header, offset, isAfterDamage });
      isAfterDamage = false;
      at = offset + header.storedLength;
      continue;
    }
    const next = await findBlock(handle, at + 1);
    if (next === undefined) break;
    damagedBytes += next - at;
    isAfterDamage = true;
    at = next;
  }
  return { blocks, truncatedBytes: size - at, damagedBytes };
}

/** Returns where the next undamaged block header begins; undefined if there is none within reach. */
async function findBlock(handle: FileHandle, from: number): Promise<number | undefined> {
  for (let at = from; at < from + SEARCH_MAX; at += SEARCH_BYTES) {
    // Headers that begin in this part, also those that end in the next.
    const bytes = await readAt(handle, at, SEARCH_BYTES + BLOCK_HEADER_LEN - 1);
    let found = bytes.indexOf(BLOCK_MAGIC_BYTES);
    for (; found >= 0 && found < SEARCH_BYTES; found = bytes.indexOf(BLOCK_MAGIC_BYTES, found + 1)) {
      if (decodeBlockHeader(bytes.subarray(found, found + BLOCK_HEADER_LEN))) return at + found;
    }
    if (bytes.length < SEARCH_BYTES) return undefined;
  }
  return undefined;
}
