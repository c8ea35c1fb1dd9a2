// Advice for known causes.
import { z } from 'zod';

const words = { title: z.string(), what: z.string(), try: z.array(z.string()), risk: z.string() };

export const adviceSchema = z
  .object({
    id: z.string(),
    ...words,
    docs: z.array(z.string()),
    zh: z.object(words).exactOptional(),
    possible: z.literal(true).exactOptional(),
    file: z.string().exactOptional(),
  })
  .describe('What a known cause is and what to try against it.');

export const knowledgeSchema = z.object({
  entries: z.array(adviceSchema),
  refused: z.array(z.object({ file: z.string(), message: z.string() })),
});
