// The once-a-second figures of a host, and every loss.
import type { HistoryStats } from './history.ts';
import type { Nanoseconds } from './units.ts';

export interface LostCounters {
  /** By the kernel module, since it was loaded. Keys as in kmod/uapi/rtprobe.yaml, camel case. */
  module: Record<string, number>;
  /** Receive overruns of the agent since it started. */
  agentOverruns: number;
  /** Events missing by sequence number. */
  eventGaps: number;
  /** Malformed input from the agent by code. */
  protocolErrors: Record<string, number>;
  /** Spans, spikes and gaps that the bridge's disk could not take in time. */
  historyDropped: number;
  /** Sources on a CPU whose values are not stored: the store has no room for more. Missing while nothing is stored. */
  historyLeftOut?: number;
  /** Spikes over the level of the export that were not exported; missing while there is none. */
  exportsDropped?: number;
  /** Frames this connection was not sent because it lagged. */
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
  /** On the module's list, which has room for `spikesCapacity`. */
  spikesHeld: number;
  spikesCapacity: number;
  memoryBytes: number;
  memoryMaxBytes: number;
  /** CPU share of the bridge process itself, 1 = one core. */
  bridgeCpu: number;
  /** The module's own cost by CPU since load; missing where it is not measured. */
  cost?: { cpu: number; events: number; timeNs: Nanoseconds }[];
  /** The module's share of all CPUs over the last second, 1 = all of them. */
  probeCpu?: number;
  /** Tasks in the module's table and its bound. */
  tasks?: number;
  tasksCapacity?: number;
  /** Missing while nothing is kept on disk. */
  history?: HistoryStats;
  /** Missing while spikes are not exported by themselves. */
  exports?: ExportStats;
}

/** How spikes are exported by themselves. */
export interface ExportStats {
  dir: string;
  /** Those over this value. */
  aboveNs: Nanoseconds;
  /** Of this host, since the bridge was started. */
  written: number;
  dropped: number;
  /** Of all files in the folder. */
  bytes: number;
  /** Why the newest was dropped. */
  error?: string;
}

/** Sum of every loss: what the screen shows as one number before it is opened up. */
export function lostTotal(lost: LostCounters): number {
  const sum = (counters: Record<string, number>) => Object.values(counters).reduce((a, b) => a + b, 0);
  // A missed period is the sign of a latency longer than the period, not a loss of data.
  const { timerMissed = 0, ...module } = lost.module;
  void timerMissed;
  const bridge = lost.eventGaps + sum(lost.protocolErrors) + lost.historyDropped + (lost.exportsDropped ?? 0);
  const page = lost.skippedFrames + (lost.unknownRows ?? 0);
  return sum(module) + lost.agentOverruns + bridge + (lost.historyLeftOut ?? 0) + page;
}
