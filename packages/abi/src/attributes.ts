// Converts netlink attributes to plain objects and back, with the tables generated from the YAML. Integers are
// little-endian, as on every machine the module supports so far (x86, arm64).
import type { StreamErrorSink } from './errors.ts';
import { type AttributeDescriptor, type AttributeSetName, attributeSets } from './generated.ts';

export const ATTRIBUTE_HEADER_LEN = 4;
/** nla_type without the flags for "nested" and "network byte order". */
const TYPE_MASK = 0x3fff;
const NESTED_FLAG = 0x8000;

export type AttributeValue =
  | number
  | bigint
  | string
  | Uint8Array
  | AttributeObject
  | AttributeObject[]
  | string[];
export interface AttributeObject {
  [name: string]: AttributeValue | undefined;
}

/** Netlink aligns messages and attributes to four bytes. */
export const align4 = (length: number): number => (length + 3) & ~3;

const fixedSize: Partial<Record<AttributeDescriptor['type'], number>> = {
  u8: 1,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
};
const utf8 = new TextDecoder();

/** Kernel text ends with a NUL. Names are hostile, so bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return utf8.decode(nul < 0 ? bytes : bytes.subarray(0, nul));
}

/** Returns the value of an attribute whose payload starts at `at` of the bytes of `view`. */
function decodeValue(
  d: AttributeDescriptor,
  view: DataView,
  bytes: Uint8Array,
  at: number,
  length: number,
  error: StreamErrorSink,
): AttributeValue {
  switch (d.type) {
    case 'u8':
      return view.getUint8(at);
    case 'u32':
      return view.getUint32(at, true);
    case 's32':
      return view.getInt32(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
    case 's64':
      return view.getBigInt64(at, true);
    case 'string':
      return decodeText(bytes.subarray(at, at + length));
    case 'nest':
      return decodeAttributes(d.nested!, bytes.subarray(at, at + length), error);
    default:
      return bytes.slice(at, at + length);
  }
}

/**
 * Reads the attributes of one set. Unknown attributes are skipped, so that the interface can grow. A malformed one is
 * reported and ignored; the ones before it are kept.
 */
export function decodeAttributes(
  set: AttributeSetName,
  bytes: Uint8Array,
  error: StreamErrorSink,
): AttributeObject {
  const table = attributeSets[set];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const object: AttributeObject = {};
  for (let at = 0; bytes.length - at >= ATTRIBUTE_HEADER_LEN; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_LEN || at + length > bytes.length) {
      error('E_ATTR_LENGTH', `${set}: attribute of ${length} bytes at ${at} of ${bytes.length}`);
      return object;
    }
    const descriptor = table[view.getUint16(at + 2, true) & TYPE_MASK];
    const payloadAt = at + ATTRIBUTE_HEADER_LEN;
    const payloadLength = length - ATTRIBUTE_HEADER_LEN;
    at += align4(length);
    if (descriptor === undefined || descriptor.type === 'pad') continue;
    const size = fixedSize[descriptor.type];
    if (size !== undefined && payloadLength !== size) {
      error('E_ATTR_SIZE', `${set}.${descriptor.name}: ${payloadLength} bytes, not ${size}`);
      continue;
    }
    const value = decodeValue(descriptor, view, bytes, payloadAt, payloadLength, error);
    if (!descriptor.multi) {
      object[descriptor.name] = value;
      continue;
    }
    const list = (object[descriptor.name] as string[] | undefined) ?? [];
    list.push(value as string);
    object[descriptor.name] = list;
  }
  return object;
}

function encodeValue(d: AttributeDescriptor, value: AttributeValue): Uint8Array {
  if (d.type === 'string') return new TextEncoder().encode(`${value as string}\0`);
  if (d.type === 'nest') return encodeAttributes(d.nested!, value as AttributeObject);
  if (d.type === 'binary') return value as Uint8Array;
  const bytes = new Uint8Array(fixedSize[d.type] ?? 0);
  const view = new DataView(bytes.buffer);
  if (d.type === 'u8') view.setUint8(0, value as number);
  else if (d.type === 'u32') view.setUint32(0, value as number, true);
  else if (d.type === 's32') view.setInt32(0, value as number, true);
  else if (d.type === 'u64') view.setBigUint64(0, value as bigint, true);
  else if (d.type === 's64') view.setBigInt64(0, value as bigint, true);
  return bytes;
}

function encodeOne(number: number, d: AttributeDescriptor, value: AttributeValue): Uint8Array {
  const payload = encodeValue(d, value);
  const length = ATTRIBUTE_HEADER_LEN + payload.length;
  if (length > 0xffff) throw new RangeError(`attribute ${d.name} of ${length} bytes`);
  const bytes = new Uint8Array(align4(length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, d.type === 'nest' ? number | NESTED_FLAG : number, true);
  bytes.set(payload, ATTRIBUTE_HEADER_LEN);
  return bytes;
}

/** Writes the given attributes in the order of the table. An unknown name throws, because it is a bug of the caller. */
export function encodeAttributes(set: AttributeSetName, object: object): Uint8Array {
  const values = object as AttributeObject;
  const table = Object.entries(attributeSets[set]);
  const known = new Set(table.map(([, d]) => d.name));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) throw new RangeError(`no attribute ${name} in ${set}`);
  }
  const parts: Uint8Array[] = [];
  for (const [number, d] of table) {
    const value = values[d.name];
    if (value === undefined) continue;
    const each = d.multi ? (value as AttributeValue[]) : [value];
    for (const one of each) parts.push(encodeOne(Number(number), d, one));
  }
  return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
