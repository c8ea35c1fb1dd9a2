// The doctor's judgement of a machine.
import { z } from 'zod';
import { DOCTOR_CHECKS, DOCTOR_STATES } from '../doctor.ts';
import { adviceSchema } from './advice.ts';
import { measureSchema } from './measure.ts';
import { count, unixMicros } from './numbers.ts';

export const doctorSchema = z
  .object({
    host: z.string().exactOptional(),
    at: z.exactOptional(unixMicros),
    root: z.string().exactOptional(),
    kernel: z.string().exactOptional(),
    asUser: z.boolean(),
    task: z.object({ pid: count, name: z.string(), policy: z.string(), priority: count }).exactOptional(),
    leftOut: count,
    findings: z.array(
      z.object({
        id: z.enum(DOCTOR_CHECKS),
        state: z.enum(DOCTOR_STATES),
        title: z.string(),
        reason: z.string().exactOptional(),
        zh: z.object({ title: z.string(), reason: z.string().exactOptional() }),
        evidence: z.array(z.object({ source: z.string(), value: z.string() })),
        moreEvidence: count.exactOptional(),
        advice: adviceSchema.exactOptional(),
      }),
    ),
    measures: z
      .array(
        z.object({
          measure: measureSchema,
          available: z.boolean(),
          needs: z.string().exactOptional(),
          zh: z.string().exactOptional(),
        }),
      )
      .exactOptional(),
    module: z
      .array(z.object({ level: z.enum(['ok', 'note', 'bad']), code: z.string(), text: z.string() }))
      .exactOptional(),
  })
  .describe('Settings of a machine that change latencies, judged.');
