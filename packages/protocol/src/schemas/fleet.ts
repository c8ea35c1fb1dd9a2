// Messages that a bridge publishes for a fleet.
import { z } from 'zod';
import { incidentSchema } from './incident.ts';
import { unixMicros } from './numbers.ts';
import { partSchema, spikeSchema } from './spike.ts';

const publishedSpikeSchema = spikeSchema
  .pick({
    ...{ id: true, time: true, measure: true, valueNs: true, thresholdNs: true },
    ...{ cpu: true, label: true, culprit: true, sentence: true },
  })
  .extend({
    parts: z
      .array(partSchema.pick({ kind: true, label: true, durationNs: true, count: true }))
      .exactOptional(),
  });

export const publishedIncidentSchema = z.object({
  version: z.literal(1),
  site: z.string(),
  host: z.string(),
  id: z.string(),
  publishedAt: unixMicros,
  incident: incidentSchema.exactOptional(),
  spikes: z.array(publishedSpikeSchema),
  details: z.array(spikeSchema).exactOptional(),
});
