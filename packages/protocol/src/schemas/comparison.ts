// Comparison of runs.
import { z } from 'zod';
import { CAUSE_CHANGES, UNDECIDED, VERDICTS } from '../comparison.ts';
import { TOOLS } from '../test-run.ts';
import { deviceSchema } from './devices.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';

const run = z.object({
  word: z.string().describe('"3" is a test run, "run:2" a load of the module.'),
  host: z.string(),
  name: z.string().exactOptional(),
  from: unixMicros,
  to: unixMicros,
  tool: z.enum(TOOLS).exactOptional(),
  count: count.exactOptional(),
  maxNs: nanoseconds.exactOptional(),
});

const values = z.object({ count, maxNs: nanoseconds, buckets: z.array(z.tuple([z.number(), z.number()])) });

const measure = z.object({
  measure: measureSchema,
  verdict: z.enum(VERDICTS).exclude(['mixed']),
  why: z.enum(UNDECIDED).exactOptional(),
  blocks: z.tuple([count, count]),
  blockUs: z.number(),
  a: values,
  b: values,
  quantiles: z.array(
    z.object({
      quantile: z.number(),
      aNs: nanoseconds,
      bNs: nanoseconds,
      lowNs: z.number().describe('Lower end of the interval of b - a, with 99 % confidence.'),
      highNs: z.number(),
      p: z.number(),
      differs: z.boolean(),
    }),
  ),
});

const figures = z.object({ count, worstNs: nanoseconds, worst: z.string(), cpus: z.array(count) });

const pair = z.object({
  a: z.string(),
  b: z.string(),
  verdict: z.enum(VERDICTS),
  measures: z.array(measure),
  causes: z.array(
    z.object({
      culprit: z.string(),
      device: deviceSchema.exactOptional(),
      change: z.enum(CAUSE_CHANGES),
      proven: z.boolean(),
      a: figures.exactOptional(),
      b: figures.exactOptional(),
    }),
  ),
  settings: z
    .array(z.object({ name: z.string(), a: z.string().exactOptional(), b: z.string().exactOptional() }))
    .exactOptional(),
});

export const comparisonSchema = z
  .object({ runs: z.array(run), pairs: z.array(pair) })
  .describe('Runs compared with the first of them.');
