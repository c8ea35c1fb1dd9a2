// Types of what panels show of a host at one moment; read-host.ts creates them.
import type { Histogram } from '@rtprobe/metrics';
import type {
  HostInfo,
  HostStats,
  Incident,
  Measure,
  Rule,
  SourceInfo,
  Spike,
  TaskStat,
  UnixMicros,
} from '@rtprobe/protocol';
import type { Source } from '../stream/source.ts';
import type { FrozenTier, Tier } from '../stream/tier.ts';

export interface SeriesReading {
  total: Histogram;
  worstAt: UnixMicros | undefined;
  worstCpu: number | undefined;
  /** The last ten minutes, or the part of them that the page received. */
  recent: { buckets: Float64Array; count: number; spanUs: number };
}

export interface SourceReading {
  info: SourceInfo;
  count: number;
  none: number;
  max: number;
  p999: number | undefined;
  rate: number;
  /** Share of one CPU over the last seconds. */
  share: number;
  cpus: readonly number[];
  history: Source;
}

/** One source on one CPU. */
export interface RowReading {
  info: SourceInfo;
  cpu: number;
  count: number;
  /** ns */
  sum: number;
  max: number;
}

/** A row of the detail scope. */
export interface RowDetail extends RowReading {
  total: Histogram;
  p999: number | undefined;
  rate: number;
  share: number;
  history: Source;
}

/** The rows of the detail scope, at one moment. */
export interface DetailReading {
  time: UnixMicros;
  rows: readonly RowDetail[];
  series(source: number): SeriesReading | undefined;
}

export interface Reading {
  info: HostInfo;
  stats: HostStats | undefined;
  time: UnixMicros;
  spikes: readonly Spike[];
  spikesForgotten: number;
  /** The spikes grouped by physical event, oldest first. */
  incidents: readonly Incident[];
  cpus: readonly number[];
  series(measure: Measure, cpu: number): SeriesReading | undefined;
  tasks: readonly TaskStat[];
  rules: readonly Rule[];
  sources(): readonly SourceReading[];
  rows(): readonly RowReading[];
  /** Returns the tier to draw: itself, or its copy from when the screen was frozen. */
  columns(tier: Tier): Tier | FrozenTier;
}
