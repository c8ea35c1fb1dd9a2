// What the bridge stores on disk: columns, totals, runs, stored spikes, causes, annotations.
import { z } from 'zod';
import { adviceSchema } from './advice.ts';
import { deviceSchema } from './devices.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';
import { spikeSchema } from './spike.ts';

const values = { count, sum: nanoseconds, min: nanoseconds, max: nanoseconds, none: count };
const buckets = z.array(z.tuple([z.number(), z.number()])).describe('Ascending pairs of bucket and count.');

export const historySchema = z.object({
  host: z.string(),
  widthUs: z.number(),
  first: count,
  last: z.int(),
  oldest: unixMicros,
  newest: unixMicros,
  completeFrom: unixMicros,
  columns: z.array(z.object({ ...values, time: unixMicros, spanUs: z.number(), buckets })),
  gaps: z.array(z.object({ from: unixMicros, to: unixMicros, reason: z.string() })),
});

export const historyTotalSchema = z.object({
  ...values,
  host: z.string(),
  from: unixMicros,
  to: unixMicros,
  spanUs: z.number(),
  buckets,
});

const runWorst = z.object({
  measure: measureSchema,
  valueNs: nanoseconds,
  cpu: count,
  number: count,
  name: z.string(),
  label: z.string(),
  time: z.exactOptional(unixMicros),
});

export const runInfoSchema = z
  .object({
    id: count,
    host: z.string(),
    instance: z.string(),
    boot: z.string().exactOptional(),
    epoch: count,
    name: z.string().exactOptional(),
    baseline: z.boolean(),
    kernel: z.string(),
    preemptRt: z.boolean(),
    moduleVersion: z.string(),
    startedAt: unixMicros,
    endedAt: unixMicros,
    live: z.boolean(),
    spikes: count,
    worst: z.array(runWorst),
  })
  .describe('One load of the module, or the time since its histograms were cleared.');

export const spikePageSchema = z.object({
  host: z.string(),
  spikes: z.array(spikeSchema),
  next: z.string().exactOptional(),
});

export const storedSpikeSchema = z.object({
  spike: spikeSchema,
  run: count.exactOptional(),
  traceBytes: count.exactOptional(),
  previous: z.string().exactOptional(),
  following: z.string().exactOptional(),
  incident: z.string().exactOptional(),
  advice: z.array(adviceSchema).exactOptional(),
});

const cause = z.object({
  key: z.string(),
  measure: measureSchema,
  culprit: z.string(),
  device: deviceSchema.exactOptional(),
  frames: z.array(z.string()),
  victim: z.string(),
  count,
  worstNs: nanoseconds,
  worst: z.string(),
  cpus: z.array(count),
  first: unixMicros,
  last: unixMicros,
});

export const causeListSchema = z.object({ host: z.string(), causes: z.array(cause), more: count });

export const annotationSchema = z.object({
  id: count,
  host: z.string(),
  time: unixMicros,
  text: z.string(),
  author: z.string(),
  createdAt: unixMicros,
});
