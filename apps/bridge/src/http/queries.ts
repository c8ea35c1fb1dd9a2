// Words of query strings and bodies that several routes take.
import { measureSchema } from '@rtprobe/protocol/schemas';
import { z } from 'zod';

export const nothing = z.strictObject({});
export const hostName = z.string().min(1).max(64);
export const hostQuery = z.strictObject({ host: hostName.optional() });

/** A whole number in decimal, as a query carries it. */
export const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,16}$/, `a number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a number from ${min} to ${max}`)
    .meta({ type: 'integer', minimum: min, maximum: max });

export const time = number(0, Number.MAX_SAFE_INTEGER);
export const id = number(1, Number.MAX_SAFE_INTEGER);
export const timeRange = { host: hostName.optional(), from: time.optional(), to: time.optional() };

/** Which values of which time. */
export const selection = {
  host: hostName.optional(),
  measure: measureSchema,
  number: number(0, 2 ** 32 - 1).optional(),
  name: z.string().max(256).optional(),
  cpu: number(0, 65_535).optional(),
  from: time,
  to: time,
};
