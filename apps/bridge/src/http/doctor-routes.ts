// REST for the doctor: asks the agent for facts, and judges them.
import { steadyMicros } from '../base/clock.ts';
import { readFacts } from '../doctor/facts.ts';
import { judge } from '../doctor/judge.ts';
import { measuresFor } from '../doctor/measures.ts';
import type { Host } from '../host/host.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

export function doctorHandlers(hosts: readonly Host[], knowledge: Knowledge): Pick<Handlers, 'getDoctor'> {
  return {
    getDoctor: async ({ query: { host: name, task } }) => {
      const host = oneHost(hosts, name);
      const collected = readFacts(await host.doctorFacts());
      const at = steadyMicros();
      const remedies = await knowledge.remedies();
      const { measuresAvailable } = host.info;
      const judged = judge(collected, {
        ...(task !== undefined && { task }),
        advice: (check) => remedies.get(check),
      });
      return {
        ...judged,
        ...{ host: host.name, at },
        // The module told the bridge, also where the agent may not read /proc/rtprobe.
        ...(measuresAvailable && { measures: measuresFor(measuresAvailable) }),
      };
    },
  };
}
