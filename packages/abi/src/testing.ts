// For tests: messages as a module of a later release would write them.
import { ATTRIBUTE_HEADER_LEN, align4, concat } from './attributes.ts';
import { type AttributeSetName, attributeSets, commandSets } from './generated.ts';

const HEADERS = 20;
const COMMAND = 16;
/** Higher than any number in use. */
const UNKNOWN = 900;

/** Returns an attribute that no release knows: text, or a nest of such a text. */
function unknown(number: number, nested: boolean): Uint8Array {
  const inner = nested ? unknown(1, false) : new TextEncoder().encode('of tomorrow\0');
  const bytes = new Uint8Array(align4(ATTRIBUTE_HEADER_LEN + inner.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ATTRIBUTE_HEADER_LEN + inner.length, true);
  view.setUint16(2, nested ? number | 0x8000 : number, true);
  bytes.set(inner, ATTRIBUTE_HEADER_LEN);
  return bytes;
}

/** Adds unknown attributes before and after those of a set, and in every nest. */
function withUnknown(set: AttributeSetName, bytes: Uint8Array): Uint8Array {
  const parts = [unknown(UNKNOWN, false)];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint16(at, true);
    const end = at + align4(length);
    const nested = attributeSets[set][view.getUint16(at + 2, true) & 0x3fff]?.nested;
    if (nested === undefined) parts.push(bytes.subarray(at, end));
    else {
      const inner = withUnknown(nested, bytes.subarray(at + ATTRIBUTE_HEADER_LEN, at + length));
      const header = bytes.slice(at, at + ATTRIBUTE_HEADER_LEN);
      new DataView(header.buffer).setUint16(0, ATTRIBUTE_HEADER_LEN + inner.length, true);
      parts.push(header, inner);
    }
    at = end;
  }
  parts.push(unknown(UNKNOWN + 1, true));
  return concat(parts);
}

/** Returns a message of the family as a later release writes it, with attributes that this release does not know. */
export function fromNewerModule(message: Uint8Array): Uint8Array {
  const set = commandSets[message[COMMAND]!]!;
  const bytes = concat([message.subarray(0, HEADERS), withUnknown(set, message.subarray(HEADERS))]);
  new DataView(bytes.buffer).setUint32(0, bytes.length, true);
  return bytes;
}
