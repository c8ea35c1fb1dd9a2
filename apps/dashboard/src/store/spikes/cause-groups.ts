// Groups the captured spikes by the name of their cause.
import type { Spike } from '@rtprobe/protocol';

export interface CauseGroup {
  cause: string;
  count: number;
  worst: Spike;
  last: Spike;
  /** Names of the tasks it interrupted, most often first. */
  victims: { comm: string; count: number }[];
}

/** Groups spikes by the name of their cause, worst first. */
export function groupByCause(spikes: readonly Spike[]): CauseGroup[] {
  const groups = new Map<string, CauseGroup & { names: Map<string, number> }>();
  for (const spike of spikes) {
    let group = groups.get(spike.culprit);
    if (group === undefined) {
      group = { cause: spike.culprit, count: 0, worst: spike, last: spike, victims: [], names: new Map() };
      groups.set(spike.culprit, group);
    }
    group.count++;
    if (spike.valueNs > group.worst.valueNs) group.worst = spike;
    if (spike.time >= group.last.time) group.last = spike;
    group.names.set(spike.task.comm, (group.names.get(spike.task.comm) ?? 0) + 1);
  }
  const list = [...groups.values()].map(({ names, ...group }) => ({
    ...group,
    victims: [...names]
      .map(([comm, count]) => ({ comm, count }))
      .sort((a, b) => b.count - a.count || (a.comm < b.comm ? -1 : 1)),
  }));
  return list.sort((a, b) => b.worst.valueNs - a.worst.valueNs);
}
