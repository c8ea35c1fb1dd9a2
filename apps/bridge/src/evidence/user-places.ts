// Where samples of a spike found its tasks in user mode: files and functions, never addresses in memory.
import type { UserPlace } from '@rtprobe/protocol';
import { userPlaceSchema } from '@rtprobe/protocol/schemas';
import { z } from 'zod';

export interface TaskPlaces {
  readonly pid: number;
  /** Most samples first; empty if the task had ended. */
  readonly places: readonly UserPlace[];
}

export interface SpikePlaces {
  /** Number of the spike in the module. */
  readonly id: bigint;
  readonly tasks: readonly TaskPlaces[];
}

const schema = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  tasks: z.array(z.object({ pid: z.number().int().nonnegative(), places: z.array(userPlaceSchema) })),
});

/** One line of an agent's answer, in fields. */
export type PlaceFields = readonly string[];

const placeOf = ([kind, module = '', address = '', name = '']: PlaceFields):
  | Omit<UserPlace, 'samples'>
  | undefined => {
  if (kind === 'anonymous') return {};
  if (kind !== 'file' || module === '') return undefined;
  if (name !== '') return { module, function: name };
  return { module, ...(/^[0-9a-f]{1,16}$/.test(address) && { address: `0x${address}` }) };
};

/** Counts equal places, most samples first. Leaves out addresses that were in no mapping any more. */
export function countPlaces(lines: readonly PlaceFields[]): UserPlace[] {
  const counted = new Map<string, UserPlace>();
  for (const fields of lines) {
    const place = placeOf(fields);
    if (place === undefined) continue;
    const key = JSON.stringify(place);
    const known = counted.get(key);
    if (known) known.samples++;
    else counted.set(key, { samples: 1, ...place });
  }
  return [...counted.values()].sort((a, b) => b.samples - a.samples);
}

export const encodeSpikePlaces = ({ id, tasks }: SpikePlaces): Uint8Array =>
  Buffer.from(JSON.stringify({ id: String(id), tasks }));

/** Returns undefined if the payload is not one of encodeSpikePlaces. */
export function decodeSpikePlaces(payload: Uint8Array): SpikePlaces | undefined {
  try {
    const { id, tasks } = schema.parse(JSON.parse(Buffer.from(payload).toString()));
    return { id: BigInt(id), tasks };
  } catch {
    return undefined;
  }
}
