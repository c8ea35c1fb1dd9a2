// Requests that the module must refuse, made from kmod/uapi/rtprobe.yaml: each attribute of each request with a wrong
// size, a value beyond its limits, and what no policy can express.
import { join } from 'node:path';
import { camel, enumOf, maxLength, operationValues, readSpec } from '../../../packages/abi/gen/spec.ts';

const spec = readSpec(join(import.meta.dirname, '../../../kmod/uapi/rtprobe.yaml'));

/** The valid attributes of a request, by number. */
type Attributes = readonly (readonly [number, Buffer])[];

export interface BadRequest {
  readonly command: number;
  readonly dump: boolean;
  readonly attributes: Attributes;
  /** Name of the refused or missing attribute, as the decoder returns it; undefined if the interface has none. */
  readonly attribute: string | undefined;
  /** The operation and what is wrong. */
  readonly title: string;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** Returns an attribute with its header. */
function attribute(number: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc((4 + payload.length + 3) & ~3);
  bytes.writeUInt16LE(4 + payload.length, 0);
  bytes.writeUInt16LE(number, 2);
  payload.copy(bytes, 4);
  return bytes;
}

const NESTED = 0x8000;
const [TIMER_LATENCY, STOLEN] = [2, 12];
const threshold = (...fields: [number, Buffer][]): Buffer =>
  Buffer.concat(fields.map(([number, payload]) => attribute(number, payload)));

/** Values that are wrong for a reason that the YAML file does not state, by operation and attribute. */
const semantic: Readonly<Record<string, Readonly<Record<string, readonly Buffer[]>>>> = {
  'set-config': {
    cpus: [text(''), text('x'), text('3-1')],
    threshold: [
      threshold([3, u64(5n)]),
      threshold([2, u32(99)], [3, u64(5n)]),
      threshold([2, u32(STOLEN)], [3, u64(5n)]),
      threshold([2, u32(TIMER_LATENCY)], [4, u64(5n)]),
    ],
  },
  'add-rule': {
    measures: [u32(0)],
    irq: [u32(2 ** 31)],
    name: [text('')],
    cpus: [text(''), text('x'), text('9-1')],
    pid: [u32(2 ** 31)],
    comm: [text('')],
    cgroup: [text('')],
    'signal-pid': [u32(2 ** 31)],
    'signal-comm': [text('')],
  },
  'arm-rule': { id: [u32(4_000_000)] },
  'del-rule': { id: [u32(4_000_000)] },
  'get-spike': { id: [u64(0n)] },
  'get-trace': { id: [u64(0n)] },
  clear: { what: [u32(0)] },
  'register-process': { pid: [u32(4_000_000)] },
};

/** Attributes without which a request is refused. */
const required: Readonly<Record<string, string>> = {
  'add-rule': 'threshold-ns',
  'arm-rule': 'id',
  'get-spike': 'id',
  'get-trace': 'id',
  clear: 'what',
};
/** A valid value of a required attribute. */
const validValue: Readonly<Record<string, Buffer>> = { 'add-rule': u64(1_000_000_000n) };

function badValues(operation: string, of: (typeof spec)['attribute-sets'][0]['attributes'][0]) {
  const { name, type, checks } = of;
  const values: [string, Buffer][] = [];
  const add = (what: string, value: Buffer) => values.push([what, value]);
  if (type !== 'string') add('a wrong size', Buffer.alloc(type === 'u64' ? 7 : 3));
  const number = (value: number) => (type === 'u64' ? u64(BigInt(value)) : u32(value));
  if (checks?.min) add('less than its minimum', number(checks.min - 1));
  if (checks?.max !== undefined) add('more than its maximum', number(checks.max + 1));
  if (checks?.['flags-mask'] !== undefined)
    add('a flag that does not exist', u32(2 ** enumOf(spec, checks['flags-mask']).entries.length));
  const length = maxLength(spec, of);
  if (length !== undefined) add('too long a text', text('1'.repeat(length + 1)));
  for (const [i, value] of (semantic[operation]?.[name] ?? []).entries()) add(`bad value ${i + 1}`, value);
  return values;
}

export function badRequests(): BadRequest[] {
  const all: BadRequest[] = [];
  for (const operation of operationValues(spec).filter(({ event }) => !event)) {
    const set = spec['attribute-sets'].find(({ name }) => name === operation['attribute-set'])!.attributes;
    const names = (operation.do ?? operation.dump)!.request?.attributes ?? [];
    const numberOf = (name: string) => set.findIndex((each) => each.name === name) + 1;
    const flagOf = (name: string) => (set[numberOf(name) - 1]!.type === 'nest' ? NESTED : 0);
    const refuse = (what: string, attributes: Attributes, attribute?: string) =>
      all.push({
        command: operation.value,
        dump: operation.dump !== undefined,
        attributes,
        attribute: attribute && camel(attribute),
        title: `${operation.name}: ${what}`,
      });
    const needed = required[operation.name];
    const companion = validValue[operation.name];
    for (const name of names)
      for (const [what, value] of badValues(operation.name, set[numberOf(name) - 1]!)) {
        const others: Attributes =
          companion && name !== needed ? [[numberOf(needed!), companion] as const] : [];
        refuse(`${what} of ${name}`, [...others, [numberOf(name) | flagOf(name), value]], name);
      }
    if (needed) refuse(`without ${needed}`, [], needed);
    for (const { name } of set)
      if (!names.includes(name)) refuse(`${name}, which is for answers`, [[numberOf(name), u32(1)]], name);
    refuse('an attribute of tomorrow', [[set.length + 1, u32(1)]]);
    if (operation.name === 'set-config') {
      const nested = (...fields: [number, Buffer][]): Attributes => [
        [numberOf('threshold') | NESTED, threshold([2, u32(TIMER_LATENCY)], ...fields)],
      ];
      refuse(
        'too large a threshold of a measure',
        nested([3, u64(60_000_000_001n)]),
        'threshold.threshold-ns',
      );
      refuse('an attribute of tomorrow in a threshold', nested([5, u32(1)]));
    }
  }
  return all;
}

/** Returns the bytes of a request. */
export function encodeRaw(
  family: number,
  seq: number,
  { command, dump, attributes }: BadRequest,
): Uint8Array {
  const parts = attributes.map(([number, payload]) => attribute(number, payload));
  const header = Buffer.alloc(20);
  const body = Buffer.concat([header, ...parts]);
  body.writeUInt32LE(body.length, 0);
  body.writeUInt16LE(family, 4);
  body.writeUInt16LE(dump ? 0x301 : 0x5, 6);
  body.writeUInt32LE(seq, 8);
  body[16] = command;
  body[17] = 1;
  return body;
}
