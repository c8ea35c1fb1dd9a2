// Schemas of alerts.
import { z } from 'zod';
import { REPORTED_KINDS } from '../alerts.ts';
import { count, unixMicros } from './numbers.ts';

const channel = z.object({
  ...{ name: z.string(), type: z.enum(['webhook', 'mail', 'journal', 'command']), target: z.string() },
  ...{ on: z.array(z.enum(REPORTED_KINDS)), sent: count, failed: count, suppressed: count, waiting: count },
  ...{ lastSentAt: unixMicros.exactOptional(), error: z.string().exactOptional() },
});

const message = z.object({
  ...{ kind: z.string(), host: z.string().exactOptional(), time: unixMicros, title: z.string() },
  channels: z.array(z.string()),
});

export const alertStateSchema = z.object({
  ...{ enabled: z.boolean(), details: z.boolean(), quiet: z.boolean(), held: count },
  deadMan: z.object({ channel: z.string(), everyMs: count }).exactOptional(),
  ...{ channels: z.array(channel), recent: z.array(message) },
});
