// Groups the incidents in memory by the name of their cause.
import type { Incident } from '@rtprobe/protocol';
import { type IncidentEntry, isHostNoise } from './incidents.ts';

export interface CauseGroup {
  cause: string;
  count: number;
  worst: Incident;
  last: Incident;
  /** Names of the tasks that its primary spikes interrupted, most often first. */
  victims: { comm: string; count: number }[];
}

/** Groups incidents by the name of their cause: causes inside Linux first, the worst of them on top. */
export function groupByCause(entries: readonly IncidentEntry[]): CauseGroup[] {
  const groups = new Map<string, CauseGroup & { names: Map<string, number> }>();
  for (const { incident, spikes } of entries) {
    const { culprit } = incident;
    let group = groups.get(culprit);
    if (group === undefined) {
      group = { cause: culprit, count: 0, worst: incident, last: incident, victims: [], names: new Map() };
      groups.set(culprit, group);
    }
    group.count++;
    if (incident.valueNs > group.worst.valueNs) group.worst = incident;
    if (incident.time >= group.last.time) group.last = incident;
    const comm = spikes[0]?.task.comm;
    if (comm !== undefined) group.names.set(comm, (group.names.get(comm) ?? 0) + 1);
  }
  const list = [...groups.values()].map(({ names, ...group }) => ({
    ...group,
    victims: [...names]
      .map(([comm, count]) => ({ comm, count }))
      .sort((a, b) => b.count - a.count || (a.comm < b.comm ? -1 : 1)),
  }));
  return list.sort(
    (a, b) =>
      Number(isHostNoise(a.worst)) - Number(isHostNoise(b.worst)) || b.worst.valueNs - a.worst.valueNs,
  );
}
