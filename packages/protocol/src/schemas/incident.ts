// Incidents.
import { z } from 'zod';
import { INCIDENT_ORIGINS } from '../incident.ts';
import { adviceSchema } from './advice.ts';
import { deviceSchema } from './devices.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';
import { spikeSchema } from './spike.ts';

export const incidentSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    time: unixMicros,
    until: unixMicros,
    valueNs: nanoseconds,
    cpus: z.array(count),
    onlineCpus: count.exactOptional(),
    origin: z.enum(INCIDENT_ORIGINS),
    primary: z.string(),
    measure: measureSchema,
    culprit: z.string(),
    device: deviceSchema.exactOptional(),
    sentence: z.string(),
    zh: z.object({ sentence: z.string() }).exactOptional(),
    breaks: z.array(z.string()).exactOptional(),
    symptoms: z.array(z.string()),
  })
  .describe('The spikes that one physical event made.');

export const storedIncidentSchema = z.object({
  incident: incidentSchema,
  spikes: z.array(spikeSchema),
  advice: z.array(adviceSchema).exactOptional(),
});

export const incidentPageSchema = z.object({
  host: z.string(),
  incidents: z.array(incidentSchema),
  next: z.string().exactOptional(),
});
