// A spike and all its circumstances as one JSON document in the types of the protocol.
import type { HostInfo, Spike } from '@rtprobe/protocol';
import type { Fact } from './caption.ts';
import type { SpikeRecord } from './record.ts';

export function toJson({ spike, host, trace, incident }: SpikeRecord): string {
  const document = { format: 'rtprobe-spike', version: 1, host, incident, spike, trace };
  return `${escapeInvisible(JSON.stringify(document, undefined, 2))}\n`;
}

/** Returns the text in a picture file: its caption and its content without the trace, in one line. */
export function pictureJson(shown: {
  caption: readonly Fact[];
  host?: HostInfo | undefined;
  spike?: Spike;
  window?: { from: number; to: number };
}): string {
  const { caption, ...rest } = shown;
  const names = Object.fromEntries(caption.map(({ name, value }) => [name, value]));
  return escapeInvisible(JSON.stringify({ format: 'rtprobe-picture', version: 1, caption: names, ...rest }));
}

/** Escapes invisible characters, so that the document is safe on a terminal. */
const escapeInvisible = (json: string): string =>
  json.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
