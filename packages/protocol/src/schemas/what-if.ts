// What would have remained without a cause.
import { z } from 'zod';
import { STRUCK_KINDS } from '../what-if.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';

const remaining = {
  maxNs: nanoseconds.describe('At most.'),
  over: count.describe('Values over the lowest threshold.'),
};
const values = { ...remaining, count, buckets: z.array(z.tuple([z.number(), z.number()])) };

export const whatIfSchema = z
  .object({
    host: z.string(),
    measure: measureSchema,
    from: unixMicros,
    to: unixMicros,
    values: z.object(values),
    decomposed: count,
    unknown: count,
    thresholdNs: nanoseconds.exactOptional(),
    causes: z.array(
      z.object({
        ...remaining,
        key: z.string(),
        kind: z.enum(STRUCK_KINDS),
        label: z.string(),
        spikes: count,
        largestNs: nanoseconds,
        largest: z.string(),
      }),
    ),
    more: count,
    without: z.object({ ...values, keys: z.array(z.string()), spikes: count }).exactOptional(),
    composed: z
      .object({
        cpu: count,
        sumNs: nanoseconds,
        observedNs: nanoseconds,
        parts: z.array(z.object({ label: z.string(), durationNs: nanoseconds, spike: z.string() })),
        more: count,
      })
      .exactOptional(),
  })
  .describe('What would have remained of a measure without a cause.');
