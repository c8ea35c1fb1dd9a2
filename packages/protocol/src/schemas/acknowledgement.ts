// Schemas of acknowledgements.
import { z } from 'zod';
import { unixMicros } from './numbers.ts';

export const acknowledgementSchema = z.object({
  ...{ incident: z.string(), time: unixMicros, by: z.string(), comment: z.string() },
});

export const acknowledgementListSchema = z.object({
  host: z.string(),
  acknowledgements: z.array(acknowledgementSchema),
});
