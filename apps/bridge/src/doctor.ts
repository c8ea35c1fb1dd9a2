// Judges facts outside of a bridge, with the knowledge files of this machine.
import type { Doctor } from '@rtprobe/protocol';
import type { Log } from './base/log.ts';
import { readFacts } from './doctor/facts.ts';
import { judge } from './doctor/judge.ts';
import { Knowledge } from './knowledge/knowledge.ts';
import { KNOWLEDGE_DIR } from './options.ts';

/** Judges what rtprobectl doctor --json printed. Rejects with E_FACTS. Faulty knowledge files are reported to the log. */
export async function judgeFacts(json: string, log: Log, task?: string): Promise<Doctor> {
  const collected = readFacts(json);
  const remedies = await new Knowledge(KNOWLEDGE_DIR, log).remedies();
  return judge(collected, { ...(task !== undefined && { task }), advice: (check) => remedies.get(check) });
}
