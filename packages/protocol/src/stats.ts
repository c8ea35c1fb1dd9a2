// Figures of a host, once a second, and all counters of dropped and missed data.
import type { HistoryStats } from './history.ts';
import type { Nanoseconds } from './units.ts';

export interface LostCounters {
  /** Counters of the kernel module since it was loaded. Keys as in kmod/uapi/rtprobe.yaml, camel case. */
  module: Record<string, number>;
  /** Receive overruns of the agent since its start. */
  agentOverruns: number;
  /** Events missing by sequence number. */
  eventGaps: number;
  /** Malformed input from the agent, by code. */
  protocolErrors: Record<string, number>;
  /** Spans, spikes and gaps dropped because the bridge's disk was too slow. */
  historyDropped: number;
  /** Sources on a CPU whose values are not stored: the store has no room for more. Missing while nothing is stored. */
  historyLeftOut?: number;
  /** Spikes over the export level that were not exported; missing if there is no export. */
  exportsDropped?: number;
  /** Incidents of the host that were not published; missing if nothing is published. */
  publishDropped?: number;
  /** Frames skipped for this connection because it was too slow. */
  skippedFrames: number;
  /** Rows of frames that no message had described; counted by a page for itself. */
  unknownRows?: number;
}

/** Sent once a second. */
export interface HostStats {
  eventsPerSecond: number;
  events: number;
  lost: LostCounters;
  spikesTotal: number;
  /** Number of spikes on the module's list, which has room for `spikesCapacity`. */
  spikesHeld: number;
  spikesCapacity: number;
  memoryBytes: number;
  memoryMaxBytes: number;
  /** CPU share of the bridge process, 1 = one core. */
  bridgeCpu: number;
  /** The module's own cost by CPU since load; missing if it is not measured. */
  cost?: { cpu: number; events: number; timeNs: Nanoseconds }[];
  /** The module's share of all CPUs over the last second, 1 = all of them. */
  probeCpu?: number;
  /** What the agent costs its machine; missing if it does not report that. */
  agent?: {
    /** CPU time in ms per second; missing before the second report. */
    cpuMsPerSecond?: number;
    rssBytes: number;
  };
  /** Number of tasks in the module's table, and its capacity. */
  tasks?: number;
  tasksCapacity?: number;
  /** Missing if no history is stored. */
  history?: HistoryStats;
  /** Missing if there is no automatic export. */
  exports?: ExportStats;
  /** Missing if nothing is published. */
  publish?: PublishStats;
}

/** State of publishing to a fleet. */
export interface PublishStats {
  /** Address of the broker. */
  url: string;
  connected: boolean;
  /** Messages of this host that the broker stored since the bridge started. */
  sent: number;
  /** Messages of this host that were given up: no room in the spool, or refused by the broker. */
  dropped: number;
  /** Messages of all hosts that wait in the spool, and their bytes. */
  waiting: number;
  bytes: number;
  /** Why the newest attempt failed. */
  error?: string;
}

/** State of the automatic export of spikes. */
export interface ExportStats {
  dir: string;
  /** Spikes over this value are exported. */
  aboveNs: Nanoseconds;
  /** Number of exported spikes of this host since the bridge started. */
  written: number;
  dropped: number;
  /** Bytes of all files in the folder. */
  bytes: number;
  /** Why the newest spike was dropped. */
  error?: string;
}

/**
 * What a counter means. dropped: a value, an event or a frame that rtprobe did not store; only this raises an alarm.
 * missed: a sample that the probe could not take because its CPU was held, which is a sign of latency. uncaptured: the
 * value is counted, but some details of its spike are missing. skipped: a frame that one page was too slow to receive;
 * the next one contains its values.
 */
export type LossKind = 'dropped' | 'missed' | 'uncaptured' | 'skipped';

/** Counters of other kinds than dropped data, by key. Every other counter, also an unknown one, counts dropped data. */
const LOSS_KINDS: ReadonlyMap<string, LossKind> = new Map([
  ['timerMissed', 'missed'],
  ['spikeNoSlot', 'uncaptured'],
  ['spikeListFull', 'uncaptured'],
  ['spikeLimited', 'uncaptured'],
  ['spikeSelfLimited', 'uncaptured'],
  ['traceOverwritten', 'uncaptured'],
  ['markerLimited', 'uncaptured'],
  ['E_DETAILS', 'uncaptured'],
  ['skippedFrames', 'skipped'],
]);

/** `counter`: key of a module's counter, a code of protocolErrors, or a field of LostCounters. */
export const lossKindOf = (counter: string): LossKind => LOSS_KINDS.get(counter) ?? 'dropped';

/** Returns the sum of the counters of each kind. */
export function lossesOf(lost: LostCounters): Record<LossKind, number> {
  const { module, protocolErrors, ...others } = lost;
  const sums = { dropped: 0, missed: 0, uncaptured: 0, skipped: 0 };
  for (const counters of [module, protocolErrors, others]) {
    for (const [counter, count] of Object.entries(counters)) sums[lossKindOf(counter)] += count ?? 0;
  }
  return sums;
}
