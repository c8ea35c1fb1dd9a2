// The bytes of a recording. docs/reference/recordings.md describes the layout for other readers.
import { crc32 } from 'node:zlib';
import { BridgeError } from '../base/errors.ts';

export const RECORDING_VERSION = 1;
/** The first byte is not text and the last one is a line feed, so that a transfer in text mode is detected. */
const FILE_MAGIC = Buffer.from('\x89RTPREC\n', 'latin1');
const FILE_HEADER_LEN = 16;
const DESCRIPTION_MAX = 65_536;
const BLOCK_MAGIC = 0x4b4c_4252; // "RBLK" read little-endian
export const BLOCK_MAGIC_BYTES = Buffer.from('RBLK', 'latin1');
export const BLOCK_HEADER_LEN = 48;
/** Largest raw block that a reader accepts: a keyframe of the largest dump and the following entries. */
export const BLOCK_RAW_MAX = 256 * 1024 * 1024;
const ENTRY_HEADER_LEN = 12;
/** Maximum entries of a block: each needs memory, however short it is. */
const BLOCK_ENTRIES_MAX = 4 * 1024 * 1024;

export interface Description {
  host: string;
  /** Unix microseconds. */
  createdAt: number;
  bridgeVersion: string;
  abiVersion: number;
}

export interface BlockHeader {
  /** Unix microseconds of the first and the last entry, by the recording machine's clock. */
  first: number;
  last: number;
  storedLength: number;
  rawLength: number;
  entries: number;
  /** Number of entries, at the beginning, that form the keyframe. */
  keyframeEntries: number;
  /** CRC-32 of the stored bytes. */
  checksum: number;
}

export const Direction = { received: 0, requested: 1 } as const;

export interface Entry {
  /** Unix microseconds. */
  at: number;
  direction: number;
  /** Kind of the agent's frame; a request has the kind netlink. */
  kind: number;
  payload: Uint8Array;
}

export function encodeFileHeader(description: Description): Buffer {
  const text = Buffer.from(JSON.stringify(description));
  const header = Buffer.alloc(FILE_HEADER_LEN);
  FILE_MAGIC.copy(header);
  header.writeUInt32LE(RECORDING_VERSION, 8);
  header.writeUInt32LE(text.length, 12);
  return Buffer.concat([header, text]);
}

export const OTHER_RECORDING = 'name another recording';

/** Throws E_RECORD_FOREIGN if a file does not begin like a recording. */
export function checkMagic(begin: Buffer, file: string): void {
  if (begin.length >= FILE_HEADER_LEN && begin.subarray(0, 8).equals(FILE_MAGIC)) return;
  throw new BridgeError('E_RECORD_FOREIGN', `${file} is not an rtprobe recording`, OTHER_RECORDING, file);
}

/**
 * Reads and checks the header. Throws E_RECORD_FOREIGN or E_RECORD_VERSION. `read` returns fewer bytes than requested
 * at the end of the file.
 */
export async function readFileHeader(
  file: string,
  read: (at: number, length: number) => Promise<Buffer>,
): Promise<{ description: Description; end: number }> {
  const header = await read(0, FILE_HEADER_LEN);
  checkMagic(header, file);
  const version = header.readUInt32LE(8);
  if (version !== RECORDING_VERSION) {
    throw new BridgeError(
      'E_RECORD_VERSION',
      `${file} has version ${version}, this reader supports ${RECORDING_VERSION}`,
      'install the release that wrote it',
      file,
    );
  }
  const length = header.readUInt32LE(12);
  const text = length > DESCRIPTION_MAX ? Buffer.alloc(0) : await read(FILE_HEADER_LEN, length);
  try {
    const description = JSON.parse(text.toString('utf8')) as Description;
    if (typeof description.host !== 'string') throw new TypeError('no host');
    return { description, end: FILE_HEADER_LEN + length };
  } catch {
    throw new BridgeError('E_RECORD_FOREIGN', `${file} has a damaged header`, OTHER_RECORDING, file);
  }
}

export function encodeBlockHeader(block: BlockHeader): Buffer {
  const bytes = Buffer.alloc(BLOCK_HEADER_LEN);
  bytes.writeUInt32LE(BLOCK_MAGIC, 0);
  bytes.writeUInt32LE(block.checksum, 4);
  bytes.writeBigUInt64LE(BigInt(block.first), 8);
  bytes.writeBigUInt64LE(BigInt(block.last), 16);
  bytes.writeUInt32LE(block.storedLength, 24);
  bytes.writeUInt32LE(block.rawLength, 28);
  bytes.writeUInt32LE(block.entries, 32);
  bytes.writeUInt32LE(block.keyframeEntries, 36);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 40)), 40);
  return bytes;
}

/** Returns undefined if the bytes are not a whole, undamaged block header. */
export function decodeBlockHeader(bytes: Buffer): BlockHeader | undefined {
  if (bytes.length < BLOCK_HEADER_LEN || bytes.readUInt32LE(0) !== BLOCK_MAGIC) return undefined;
  if (bytes.readUInt32LE(40) !== crc32(bytes.subarray(0, 40))) return undefined;
  const block: BlockHeader = {
    checksum: bytes.readUInt32LE(4),
    first: Number(bytes.readBigUInt64LE(8)),
    last: Number(bytes.readBigUInt64LE(16)),
    storedLength: bytes.readUInt32LE(24),
    rawLength: bytes.readUInt32LE(28),
    entries: bytes.readUInt32LE(32),
    keyframeEntries: bytes.readUInt32LE(36),
  };
  const plausible =
    block.last >= block.first &&
    Number.isSafeInteger(block.last) &&
    block.rawLength <= BLOCK_RAW_MAX &&
    block.storedLength <= BLOCK_RAW_MAX &&
    block.entries <= block.rawLength / ENTRY_HEADER_LEN &&
    block.entries <= BLOCK_ENTRIES_MAX &&
    block.keyframeEntries <= block.entries;
  return plausible ? block : undefined;
}

export function encodeEntry(entry: Entry, blockFirst: number): Buffer {
  const bytes = Buffer.alloc(ENTRY_HEADER_LEN + entry.payload.length);
  bytes.writeUInt32LE(entry.at - blockFirst, 0);
  bytes.writeUInt8(entry.direction, 4);
  bytes.writeUInt8(entry.kind, 5);
  bytes.writeUInt32LE(entry.payload.length, 8);
  bytes.set(entry.payload, ENTRY_HEADER_LEN);
  return bytes;
}

/** Returns the entries of a raw block; undefined if they do not fill it exactly. Payloads are views. */
export function decodeEntries(raw: Buffer, block: BlockHeader): Entry[] | undefined {
  const entries: Entry[] = [];
  let at = 0;
  while (raw.length - at >= ENTRY_HEADER_LEN) {
    const length = raw.readUInt32LE(at + 8);
    const end = at + ENTRY_HEADER_LEN + length;
    if (end > raw.length || entries.length >= block.entries) return undefined;
    entries.push({
      at: block.first + raw.readUInt32LE(at),
      direction: raw.readUInt8(at + 4),
      kind: raw.readUInt8(at + 5),
      payload: raw.subarray(at + ENTRY_HEADER_LEN, end),
    });
    at = end;
  }
  return at === raw.length && entries.length === block.entries ? entries : undefined;
}
