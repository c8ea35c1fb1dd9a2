// Statistics of a host, computed once a second.
import type { Cost, Info, Lost } from '@rtprobe/abi';
import type { ExportStats, HistoryStats, HostStats, LostCounters, PublishStats } from '@rtprobe/protocol';

const sumOfCost = (cost: readonly Cost[] = []): bigint =>
  cost.reduce((sum, { timeNs = 0n }) => sum + timeNs, 0n);

function toCost(cost: readonly Cost[]): NonNullable<HostStats['cost']> {
  return cost.map(({ cpu = 0, events = 0n, timeNs = 0n }) => ({
    ...{ cpu, events: Number(events), timeNs: Number(timeNs) },
  }));
}

export class StatsMeter {
  #last: { events: bigint; now: bigint; cost: bigint } | undefined;
  #cpu = process.cpuUsage();
  #cpuAt = performance.now();
  #bridgeCpu = 0;

  /** Another load of the module: its counters restarted. */
  restart(): void {
    this.#last = undefined;
  }

  /** Computes the statistics. `lost` does not include counters that only a connection or the store has. */
  measure(info: Info, lost: LostCounters): HostStats {
    const events = info.events ?? 0n;
    const now = info.now ?? 0n;
    const passed = this.#last ? Number(now - this.#last.now) / 1e9 : 0;
    const eventsPerSecond = passed > 0 ? Math.max(0, Number(events - this.#last!.events) / passed) : 0;
    const cost = sumOfCost(info.cost);
    const probeNs = this.#last && Number(cost - this.#last.cost);
    const cpus = info.cost?.length ?? 0;
    this.#last = { events, now, cost };
    return {
      eventsPerSecond: Math.round(eventsPerSecond),
      events: Number(events),
      lost,
      spikesTotal: Number(info.spikesTotal ?? 0n),
      spikesHeld: info.spikesHeld ?? 0,
      spikesCapacity: info.spikesCapacity ?? 0,
      memoryBytes: Number(info.memoryBytes ?? 0n),
      memoryMaxBytes: Number(info.memoryMaxBytes ?? 0n),
      bridgeCpu: this.#measureCpu(),
      ...(info.cost && { cost: toCost(info.cost) }),
      ...(cpus > 0 && passed > 0 && probeNs !== undefined && { probeCpu: probeNs / (passed * 1e9 * cpus) }),
      ...(info.tasks !== undefined && { tasks: info.tasks }),
      ...(info.tasksCapacity !== undefined && { tasksCapacity: info.tasksCapacity }),
    };
  }

  #measureCpu(): number {
    const passedUs = (performance.now() - this.#cpuAt) * 1000;
    // A recording at high speed calls this many times a second; a share over a short time means nothing.
    if (passedUs < 500_000) return this.#bridgeCpu;
    const used = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    this.#cpuAt = performance.now();
    this.#bridgeCpu = Math.round(((used.user + used.system) / passedUs) * 1e4) / 1e4;
    return this.#bridgeCpu;
  }
}

/** Converts counters to numbers; they stay far below 2^53. */
function toCounters(lost: Lost | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(lost ?? {}).map(([name, value]) => [name, Number(value)]));
}

export function lostCounters(
  info: Info | undefined,
  agentOverruns: number,
  eventGaps: number,
  faults: Readonly<Record<string, number>>,
): LostCounters {
  return {
    module: toCounters(info?.lost),
    agentOverruns,
    eventGaps,
    protocolErrors: { ...faults },
    historyDropped: 0,
    skippedFrames: 0,
  };
}

export function withHistory(stats: HostStats, history: HistoryStats | undefined): HostStats {
  if (!history) return stats;
  const lost = { ...stats.lost, historyDropped: history.dropped, historyLeftOut: history.leftOut };
  return { ...stats, lost, history };
}

export function withExports(stats: HostStats, exports: ExportStats | undefined): HostStats {
  if (!exports) return stats;
  return { ...stats, lost: { ...stats.lost, exportsDropped: exports.dropped }, exports };
}

export function withPublish(stats: HostStats, publish: PublishStats | undefined): HostStats {
  if (!publish) return stats;
  return { ...stats, lost: { ...stats.lost, publishDropped: publish.dropped }, publish };
}
