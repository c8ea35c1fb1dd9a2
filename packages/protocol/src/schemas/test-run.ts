// Test runs and the results of tools.
import { z } from 'zod';
import { RESULT_NOTES, SETTING_NAMES, TEST_RUN_STATES, TOOLS, UNMATCHED } from '../test-run.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';

const sample = {
  cycle: count.exactOptional(),
  valueNs: nanoseconds.exactOptional(),
  monoNs: z.string().exactOptional(),
  time: unixMicros.exactOptional(),
};

const matchedSpike = z.object({
  id: z.string(),
  measure: measureSchema,
  valueNs: nanoseconds,
  cpu: count,
  culprit: z.string(),
});

export const matchedSamplesSchema = z
  .object({
    samples: z.array(
      z.object({
        ...sample,
        row: count,
        spike: matchedSpike.exactOptional(),
        why: z.enum(UNMATCHED).exactOptional(),
        meanwhile: matchedSpike.exactOptional(),
      }),
    ),
    listed: count,
    matched: count,
    otherSpikes: count,
  })
  .describe('The samples that a tool listed, each with its spike.');

const row = z.object({
  number: count,
  context: z.enum(['irq', 'thread', 'user']).exactOptional(),
  cpu: count.exactOptional(),
  tid: count.exactOptional(),
  intervalNs: nanoseconds.exactOptional(),
  count: count.exactOptional(),
  minNs: nanoseconds.exactOptional(),
  avgNs: nanoseconds.exactOptional(),
  maxNs: nanoseconds.exactOptional(),
  buckets: z
    .array(z.tuple([nanoseconds, count]))
    .describe("Ascending pairs of a bucket's lower edge in ns and its count."),
  over: count.exactOptional().describe('Samples beyond the last bucket.'),
  lastIsOpen: z.boolean().exactOptional().describe('The last bucket also has all larger values.'),
  samples: z.array(z.object(sample)).exactOptional(),
  samplesLeftOut: count.exactOptional(),
});

export const toolResultSchema = z
  .object({
    tool: z.enum(TOOLS),
    version: z.string().exactOptional(),
    command: z.string().exactOptional(),
    kernel: z.string().exactOptional(),
    startedAt: unixMicros.exactOptional(),
    endedAt: unixMicros.exactOptional(),
    exitCode: z.int().exactOptional(),
    limitNs: nanoseconds.exactOptional(),
    rows: z.array(row),
    notes: z.array(z.enum(RESULT_NOTES)),
    ignoredLines: count,
  })
  .describe('The figures of a tool such as cyclictest.');

const info = {
  id: count,
  host: z.string(),
  name: z.string().exactOptional(),
  state: z.enum(TEST_RUN_STATES),
  command: z.array(z.string()).exactOptional(),
  file: z.string().exactOptional(),
  startedAt: unixMicros.exactOptional(),
  endedAt: unixMicros.exactOptional(),
  reportedAt: unixMicros,
  exitCode: z.int().exactOptional(),
  signal: z.string().exactOptional(),
  tool: z.enum(TOOLS).exactOptional(),
  count: count.exactOptional(),
  maxNs: nanoseconds.exactOptional(),
};

export const testRunInfoSchema = z
  .object({ ...info, changes: count })
  .describe('A program that ran on a host, or the result file of an earlier one.');

const settingChange = z.object({
  time: unixMicros,
  name: z.string(),
  before: z.string().exactOptional(),
  after: z.string().exactOptional(),
});

export const testRunSchema = z.object({
  ...info,
  result: toolResultSchema.exactOptional(),
  resultError: z
    .object({ code: z.string(), message: z.string(), word: z.string().exactOptional() })
    .exactOptional(),
  output: z.string(),
  outputLeftOut: count,
  settings: z
    .record(z.string(), z.string())
    .describe(`By name: ${SETTING_NAMES.join(', ')}, or affinity/ and the number of an interrupt.`),
  changes: z.array(settingChange),
});
