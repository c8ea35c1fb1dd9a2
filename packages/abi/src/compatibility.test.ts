// Messages of a module of another release are understood or refused, never misread.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as frames from './frames.ts';
import * as generated from './generated.ts';
import {
  type AttributeDescriptor,
  type AttributeSetName,
  attributeSets,
  Command,
  type CommandMessages,
  commandSets,
} from './generated.ts';
import { encodeMessage, type NetlinkMessage, readNetlink } from './netlink.ts';
import { fromNewerModule } from './testing.ts';

const FAMILY = 31;
const numbers: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('../tests/numbers.json', import.meta.url), 'utf8'),
);

function read(bytes: Uint8Array): { messages: NetlinkMessage[]; errors: string[] } {
  const messages: NetlinkMessage[] = [];
  const errors: string[] = [];
  const error = (code: string, detail: string) => errors.push(`${code} ${detail}`);
  readNetlink(bytes, FAMILY, (message) => messages.push(message), error);
  return { messages, errors };
}

function sampleOf({ type, nested, multi }: AttributeDescriptor): unknown {
  const one = {
    pad: undefined,
    u8: 1,
    u32: 0xffff_fffe,
    s32: -2,
    u64: 2n ** 63n,
    s64: -5n,
    string: 'text',
    binary: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    nest: nested && wholeOf(nested),
  }[type];
  return multi ? [one, one] : one;
}

/** Returns an object with every attribute of a set. */
function wholeOf(set: AttributeSetName): object {
  const fields = Object.values(attributeSets[set]).filter(({ type }) => type !== 'pad');
  return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field)]));
}

const commands = Object.entries(Command) as [string, Command][];

describe('a message of a newer module', () => {
  it.each(commands)('%s: new attributes are skipped, at every level', (_, command) => {
    const value = wholeOf(commandSets[command]!) as CommandMessages[typeof command];
    const message = encodeMessage(FAMILY, command, 1, 0, value);
    expect(read(fromNewerModule(message))).toEqual(read(message));
    expect(read(message)).toMatchObject({ messages: [{ command, value }], errors: [] });
  });

  it('with an attribute of another size loses only this attribute, and that is reported', () => {
    const message = Buffer.from(
      encodeMessage(FAMILY, Command.getConfig, 1, 0, { measures: 7, periodNs: 5n }),
    );
    // A measures of 64 bits.
    const wide = Buffer.concat([
      message.subarray(0, 20),
      Buffer.from('0c000200ffffffffffffffff', 'hex'),
      message.subarray(28),
    ]);
    wide.writeUInt32LE(wide.length, 0);
    expect(read(wide)).toMatchObject({
      messages: [{ value: { periodNs: 5n } }],
      errors: ['E_ATTR_SIZE config.measures: 8 bytes, not 4'],
    });
  });

  it('that this release does not know is reported and skipped', () => {
    const message = encodeMessage(FAMILY, Command.getConfig, 1, 0, { measures: 7 });
    message[16] = 77;
    expect(read(message)).toEqual({ messages: [], errors: ['E_NL_COMMAND command 77'] });
  });
});

it('a message of an older module, without what is newer, has the rest', () => {
  const message = encodeMessage(FAMILY, Command.getInfo, 1, 0, { abiVersion: 1, instance: 9n });
  expect(read(message)).toMatchObject({ messages: [{ value: { abiVersion: 1, instance: 9n } }], errors: [] });
});

/** Numbers that were never sent, and mean nothing now. */
const REMOVED = ['Unread 0'];

it('no number of the interface has another meaning than in the releases before', () => {
  const now: Record<string, string> = {};
  for (const [set, table] of Object.entries(attributeSets))
    for (const [number, { name, type, nested, multi }] of Object.entries(table))
      now[`${set} ${number}`] = [name, type, nested, multi && 'repeated'].filter(Boolean).join(' ');
  for (const [name, command] of commands) now[`command ${command}`] = name;
  for (const [name, table] of Object.entries({ ...generated, ...frames }))
    if (name.endsWith('Name') && typeof table === 'object')
      for (const [value, meaning] of Object.entries(table))
        now[`${name.slice(0, -4)} ${value}`] = meaning as string;
  const changed = Object.entries(numbers).filter(([name, meaning]) => now[name] !== meaning);
  expect(changed.map(([name]) => name)).toEqual(REMOVED);
});
