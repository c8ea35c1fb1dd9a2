// The facts that an agent collected, as docs/reference/agent-stream.md describes them. They are hostile: another machine
// or a file supplies them.
import { z } from 'zod';
import { BridgeError } from '../base/errors.ts';

/** The agent's limits, with room for the findings of rtprobectl. */
export const FACTS_BYTES_MAX = 2 * 1024 * 1024;
const FILES_MAX = 16_384;
const TASKS_MAX = 4096;

const text = z.string().max(8192);
const small = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const failed = z.object({ error: text });
const orFailed = <S extends z.ZodType>(schema: S) => z.union([schema, failed]);

const taskSchema = z.object({
  pid: small,
  tid: small,
  name: text,
  kernel: z.boolean(),
  policy: small,
  priority: small,
  cpus: text.exactOptional(),
  locked: small.exactOptional(),
  swapped: small.exactOptional(),
  resident: small.exactOptional(),
});
export type FactsTask = z.output<typeof taskSchema>;

export const factsSchema = z.object({
  format: z.literal('rtprobe-doctor'),
  version: z.literal(1),
  uid: small,
  root: text.exactOptional(),
  machine: text.exactOptional(),
  files: z
    .record(text, z.union([text, failed, z.object({ text, cut: z.literal(true) })]))
    .refine((files) => Object.keys(files).length <= FILES_MAX, 'too many files'),
  tasks: z.array(taskSchema).max(TASKS_MAX),
  latencyHolders: z.array(z.object({ pid: small, name: text })).max(TASKS_MAX),
  unreadableFds: small,
  coalescing: z
    .record(text, orFailed(z.object({ rxUsecs: small, txUsecs: small, adaptive: z.boolean() })))
    .exactOptional(),
  latencyLimit: orFailed(z.number().int()).exactOptional(),
  smiCount: orFailed(small).exactOptional(),
  config: z.object({ file: text, options: z.record(text, text) }).exactOptional(),
  leftOut: small,
});
export type Facts = z.output<typeof factsSchema>;

const moduleSchema = z.array(z.object({ level: z.enum(['ok', 'note', 'bad']), code: text, text })).max(256);
export type ModuleFindings = z.output<typeof moduleSchema>;

const ofControl = z.object({ module: moduleSchema, facts: z.union([factsSchema, z.null()]) });

export interface CollectedFacts {
  facts: Facts;
  /** What rtprobectl found about the module. */
  module?: ModuleFindings;
}

const REMEDY = 'collect them again on the machine: sudo rtprobectl doctor --json';

const refusal = (why: string): BridgeError =>
  new BridgeError('E_FACTS', `these are no facts: ${why}`, REMEDY);

/** Reads what rtprobectl doctor --json or rtprobe-agent --doctor printed. Throws E_FACTS. */
export function readFacts(json: string): CollectedFacts {
  if (json.length > FACTS_BYTES_MAX) throw refusal(`more than ${FACTS_BYTES_MAX} characters`);
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw refusal('not JSON, or incomplete');
  }
  const isOfControl = typeof content === 'object' && content !== null && 'module' in content;
  const parsed = isOfControl ? ofControl.safeParse(content) : factsSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(`${issue!.path.map(String).join('.').slice(0, 120)}: ${issue!.message}`);
  }
  if (!('module' in parsed.data)) return { facts: parsed.data };
  const { facts, module } = parsed.data;
  if (facts === null) throw refusal('rtprobe-agent was not installed where they were collected');
  return { facts, module };
}
