// Query and body parameters that several routes use.
import { measureSchema } from '@rtprobe/protocol/schemas';
import { z } from 'zod';

export const nothing = z.strictObject({});
export const hostName = z.string().min(1).max(64);
export const hostQuery = z.strictObject({ host: hostName.optional() });

/** A decimal integer in a query. */
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

/** Selects values of a time range. */
export const selection = {
  host: hostName.optional(),
  measure: measureSchema,
  number: number(0, 2 ** 32 - 1).optional(),
  name: z.string().max(256).optional(),
  cpu: number(0, 65_535).optional(),
  from: time,
  to: time,
};
