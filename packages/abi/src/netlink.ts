// Decodes and encodes netlink messages (linux/netlink.h, linux/genetlink.h) of the rtprobe family.
import {
  ATTRIBUTE_HEADER_LEN,
  align4,
  concat,
  decodeAttributes,
  decodeText,
  encodeAttributes,
} from './attributes.ts';
import type { StreamErrorSink } from './errors.ts';
import {
  type AttributeSetName,
  attributeSets,
  type Command,
  type CommandMessages,
  type CommandRequests,
  commandSets,
} from './generated.ts';

export const NETLINK_HEADER_LEN = 16;
const GENL_HEADER_LEN = 4;
const NLMSG_NOOP = 1;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLMSG_OVERRUN = 4;
/** Lowest message type of a family; lower types are the control messages above. */
const NLMSG_MIN_TYPE = 16;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_MULTI = 0x02;
export const NLM_F_ACK = 0x04;
/** The dump changed while it ran; the reader repeats the request. */
export const NLM_F_DUMP_INTR = 0x10;
const NLM_F_DUMP = 0x300;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;

const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;
const NLMSGERR_ATTR_MISS_TYPE = 5;

/** A message of the family; `value` has the fields of the command's attribute set. */
export type FamilyMessage = {
  [C in Command]: { kind: 'message'; command: C; seq: number; flags: number; value: CommandMessages[C] };
}[Command];

/** A command that the module accepts; the others are events. */
export type RequestCommand = keyof CommandRequests;

export type NetlinkMessage =
  | FamilyMessage
  /** Reply to a request; errno 0 is success. `text` and `attribute` are the kernel's extended acknowledgement. */
  | { kind: 'ack'; seq: number; errno: number; text?: string; attribute?: string }
  /** End of a dump; `interrupted` if the data changed while it ran, so that it must be requested again. */
  | { kind: 'done'; seq: number; errno: number; text?: string; interrupted?: true };

interface Header {
  length: number;
  type: number;
  flags: number;
  seq: number;
}

function readHeader(view: DataView, at: number): Header {
  return {
    length: view.getUint32(at, true),
    type: view.getUint16(at + 4, true),
    flags: view.getUint16(at + 6, true),
    seq: view.getUint32(at + 8, true),
  };
}

interface Extack {
  text?: string;
  /** Where in the request the refused attribute is. */
  offset?: number;
  /** Number of the attribute that the request lacks. */
  missing?: number;
}

/** Reads an extended acknowledgement; ignores a malformed one, which only explains. */
function readExtack(bytes: Uint8Array): Extack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Extack = {};
  for (let at = 0; bytes.length - at >= ATTRIBUTE_HEADER_LEN; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_LEN || at + length > bytes.length) break;
    const type = view.getUint16(at + 2, true);
    const payload = bytes.subarray(at + ATTRIBUTE_HEADER_LEN, at + length);
    if (type === NLMSGERR_ATTR_MSG) found.text = decodeText(payload);
    else if (type === NLMSGERR_ATTR_OFFS && payload.length === 4) found.offset = view.getUint32(at + 4, true);
    else if (type === NLMSGERR_ATTR_MISS_TYPE && payload.length === 4)
      found.missing = view.getUint32(at + 4, true);
    at += align4(length);
  }
  return found;
}

/**
 * Returns the name of the attribute at `offset` of a request, as in the ABI; of a nested one with those around it, such
 * as threshold.thresholdNs.
 */
export function attributeAt(request: Uint8Array, offset: number): string | undefined {
  const begin = NETLINK_HEADER_LEN + GENL_HEADER_LEN;
  const set = commandSets[request[NETLINK_HEADER_LEN] ?? 0];
  return set && request.length > begin
    ? attributePath(set, request, begin, request.length, offset)
    : undefined;
}

function attributePath(
  set: AttributeSetName,
  bytes: Uint8Array,
  from: number,
  end: number,
  offset: number,
): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; end - at >= ATTRIBUTE_HEADER_LEN; ) {
    const length = view.getUint16(at, true);
    const descriptor = attributeSets[set][view.getUint16(at + 2, true) & 0x3fff];
    if (at === offset) return descriptor?.name;
    if (length < ATTRIBUTE_HEADER_LEN || at > offset) return undefined;
    const next = at + align4(length);
    if (offset < next) {
      const inner = Math.min(at + length, end);
      const path =
        descriptor?.nested &&
        attributePath(descriptor.nested, bytes, at + ATTRIBUTE_HEADER_LEN, inner, offset);
      return path && `${descriptor.name}.${path}`;
    }
    at = next;
  }
  return undefined;
}

/** Returns the name of the attribute that is refused or missing. */
function attributeOf(request: Uint8Array, { offset, missing }: Extack): string | undefined {
  if (offset !== undefined) return attributeAt(request, offset);
  const set = missing === undefined ? undefined : commandSets[request[NETLINK_HEADER_LEN] ?? 0];
  return set && attributeSets[set][missing!]?.name;
}

function readAck(header: Header, payload: Uint8Array): NetlinkMessage {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const errno = -view.getInt32(0, true) || 0;
  const message: NetlinkMessage = { kind: 'ack', seq: header.seq, errno };
  if (!(header.flags & NLM_F_ACK_TLVS) || payload.length < 4 + NETLINK_HEADER_LEN) return message;
  // The kernel echoes the whole refused request unless the reply is capped to its header.
  const echoed = header.flags & NLM_F_CAPPED ? NETLINK_HEADER_LEN : view.getUint32(4, true);
  const extackAt = 4 + align4(echoed);
  if (extackAt > payload.length) return message;
  const extack = readExtack(payload.subarray(extackAt));
  if (extack.text !== undefined) message.text = extack.text;
  const attribute = attributeOf(payload.subarray(4, 4 + echoed), extack);
  if (attribute !== undefined) message.attribute = attribute;
  return message;
}

function readDone(header: Header, payload: Uint8Array): NetlinkMessage {
  const interrupted = (header.flags & NLM_F_DUMP_INTR) !== 0 && { interrupted: true as const };
  if (payload.length < 4) return { kind: 'done', seq: header.seq, errno: 0, ...interrupted };
  const errno = -new DataView(payload.buffer, payload.byteOffset).getInt32(0, true) || 0;
  const { text } = readExtack(payload.subarray(4));
  return { kind: 'done', seq: header.seq, errno, ...(text !== undefined && { text }), ...interrupted };
}

function readOne(
  header: Header,
  payload: Uint8Array,
  family: number,
  error: StreamErrorSink,
): NetlinkMessage | undefined {
  if (header.type === NLMSG_NOOP) return undefined;
  if (header.type === NLMSG_OVERRUN) {
    error('E_NL_OVERRUN', 'NLMSG_OVERRUN');
    return undefined;
  }
  if (header.type === NLMSG_DONE) return readDone(header, payload);
  if (header.type === NLMSG_ERROR) {
    if (payload.length >= 4) return readAck(header, payload);
    error('E_NL_LENGTH', `answer of ${payload.length} bytes`);
    return undefined;
  }
  if (header.type !== family || header.type < NLMSG_MIN_TYPE) {
    error('E_NL_FAMILY', `message type ${header.type}, the family is ${family}`);
    return undefined;
  }
  if (payload.length < GENL_HEADER_LEN) {
    error('E_NL_LENGTH', `generic netlink message of ${payload.length} bytes`);
    return undefined;
  }
  const command = payload[0]!;
  const set = commandSets[command];
  if (set === undefined) {
    error('E_NL_COMMAND', `command ${command}`);
    return undefined;
  }
  const value = decodeAttributes(set, payload.subarray(GENL_HEADER_LEN), error);
  return { kind: 'message', command, seq: header.seq, flags: header.flags, value } as FamilyMessage;
}

/**
 * Reads every message of one netlink frame and passes them to `receive` in order. Never throws: malformed messages are
 * reported and skipped, up to the end of the frame if the length cannot be trusted.
 */
export function readNetlink(
  bytes: Uint8Array,
  family: number,
  receive: (message: NetlinkMessage) => void,
  error: StreamErrorSink,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (bytes.length - at >= NETLINK_HEADER_LEN) {
    const header = readHeader(view, at);
    if (header.length < NETLINK_HEADER_LEN || at + header.length > bytes.length) {
      error('E_NL_LENGTH', `message of ${header.length} bytes with ${bytes.length - at} left`);
      return;
    }
    const message = readOne(
      header,
      bytes.subarray(at + NETLINK_HEADER_LEN, at + header.length),
      family,
      error,
    );
    if (message) receive(message);
    at += align4(header.length);
  }
  if (at < bytes.length) error('E_NL_LENGTH', `${bytes.length - at} bytes behind the last message`);
}

/** Returns whether a message of the family with that command is among the messages. */
export function hasCommand(bytes: Uint8Array, family: number, command: Command): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; bytes.length - at > NETLINK_HEADER_LEN; ) {
    const { length, type } = readHeader(view, at);
    if (length < NETLINK_HEADER_LEN || length > bytes.length - at) return false;
    if (type === family && bytes[at + NETLINK_HEADER_LEN] === command) return true;
    at += align4(length);
  }
  return false;
}

/** Returns one message of the family. */
export function encodeMessage<C extends Command>(
  family: number,
  command: C,
  seq: number,
  flags: number,
  value: CommandMessages[C],
): Uint8Array {
  const attributes = encodeAttributes(commandSets[command]!, value);
  const bytes = new Uint8Array(NETLINK_HEADER_LEN + GENL_HEADER_LEN + attributes.length);
  writeHeader(bytes, family, flags, seq);
  bytes[NETLINK_HEADER_LEN] = command;
  bytes[NETLINK_HEADER_LEN + 1] = 1;
  bytes.set(attributes, NETLINK_HEADER_LEN + GENL_HEADER_LEN);
  return bytes;
}

function writeHeader(bytes: Uint8Array, type: number, flags: number, seq: number): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, seq, true);
}

/** Returns a request for one reply (`do`); the kernel acknowledges it. */
export function encodeDo<C extends RequestCommand>(
  family: number,
  command: C,
  seq: number,
  value: CommandRequests[C],
): Uint8Array {
  return encodeMessage<Command>(family, command, seq, NLM_F_REQUEST | NLM_F_ACK, value);
}

/** Returns a request for a dump, which ends with `done`. */
export function encodeDump<C extends RequestCommand>(
  family: number,
  command: C,
  seq: number,
  value: CommandRequests[C],
): Uint8Array {
  return encodeMessage<Command>(family, command, seq, NLM_F_REQUEST | NLM_F_DUMP, value);
}

/** Returns the end of a dump, as the kernel writes it. */
export function encodeDone(seq: number, errno = 0, interrupted = false): Uint8Array {
  const bytes = new Uint8Array(NETLINK_HEADER_LEN + 4);
  writeHeader(bytes, NLMSG_DONE, interrupted ? NLM_F_MULTI | NLM_F_DUMP_INTR : NLM_F_MULTI, seq);
  new DataView(bytes.buffer).setInt32(NETLINK_HEADER_LEN, -errno, true);
  return bytes;
}

/** Returns the acknowledgement of a request, as the kernel writes it with NETLINK_EXT_ACK. */
export function encodeAck(request: Uint8Array, errno: number, extack: Extack = {}): Uint8Array {
  const echo = errno === 0 ? request.subarray(0, NETLINK_HEADER_LEN) : request;
  const tlvs: Uint8Array[] = [];
  if (extack.text !== undefined) {
    tlvs.push(rawAttribute(NLMSGERR_ATTR_MSG, new TextEncoder().encode(`${extack.text}\0`)));
  }
  if (extack.offset !== undefined) {
    const offset = new Uint8Array(4);
    new DataView(offset.buffer).setUint32(0, extack.offset, true);
    tlvs.push(rawAttribute(NLMSGERR_ATTR_OFFS, offset));
  }
  if (extack.missing !== undefined) {
    const missing = new Uint8Array(4);
    new DataView(missing.buffer).setUint32(0, extack.missing, true);
    tlvs.push(rawAttribute(NLMSGERR_ATTR_MISS_TYPE, missing));
  }
  const code = new Uint8Array(4);
  new DataView(code.buffer).setInt32(0, -errno, true);
  const padding = new Uint8Array(align4(echo.length) - echo.length);
  const bytes = concat([new Uint8Array(NETLINK_HEADER_LEN), code, echo, padding, ...tlvs]);
  const seq = new DataView(request.buffer, request.byteOffset).getUint32(8, true);
  const flags = (errno === 0 ? NLM_F_CAPPED : 0) | (tlvs.length > 0 ? NLM_F_ACK_TLVS : 0);
  writeHeader(bytes, NLMSG_ERROR, flags, seq);
  return bytes;
}

function rawAttribute(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align4(ATTRIBUTE_HEADER_LEN + payload.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ATTRIBUTE_HEADER_LEN + payload.length, true);
  view.setUint16(2, type, true);
  bytes.set(payload, ATTRIBUTE_HEADER_LEN);
  return bytes;
}
