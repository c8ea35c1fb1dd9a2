// Everything that is known of a spike, as one JSON document in the types of the protocol.
import type { SpikeRecord } from './record.ts';

export function toJson({ spike, host, trace }: SpikeRecord): string {
  const document = { format: 'rtprobe-spike', version: 1, host, spike, trace };
  return `${escapeInvisible(JSON.stringify(document, undefined, 2))}\n`;
}

/** Writes what no eye sees as an escape: the same document for every reader, harmless on a terminal. */
const escapeInvisible = (json: string): string =>
  json.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
