// What panels show of a host at one moment. Live it is read from the host; freezing keeps copies, so that every
// panel goes on to tell of the same moment while data flow on behind.
import { Histogram, percentile } from '@rtprobe/metrics';
import {
  type HostInfo,
  type HostStats,
  MEASURES,
  type Measure,
  type SourceInfo,
  type Spike,
  type UnixMicros,
} from '@rtprobe/protocol';
import type { Host } from './host.ts';
import type { Source } from './source.ts';
import { FrozenTier, type Tier } from './tier.ts';

export interface SeriesReading {
  total: Histogram;
  worstAt: UnixMicros | undefined;
  worstCpu: number | undefined;
  /** Last ten minutes, or what the page has seen of them. */
  recent: { buckets: Float64Array; count: number; spanUs: number };
}

export interface SourceReading {
  info: SourceInfo;
  count: number;
  none: number;
  max: number;
  p999: number | undefined;
  rate: number;
  cpus: readonly number[];
  history: Source;
}

export interface Reading {
  info: HostInfo;
  stats: HostStats | undefined;
  time: UnixMicros;
  spikes: readonly Spike[];
  spikesForgotten: number;
  cpus: readonly number[];
  series(measure: Measure, cpu: number): SeriesReading | undefined;
  sources(): readonly SourceReading[];
  /** The tier as it is to be drawn: itself, or what it was when the screen was frozen. */
  columns(tier: Tier): Tier | FrozenTier;
}

function readSeries(host: Host, measure: Measure, cpu: number): SeriesReading | undefined {
  const series = host.series(measure, cpu);
  if (series === undefined) return undefined;
  const total = new Histogram();
  total.copyFrom(series.total);
  const buckets = new Float64Array(total.buckets.length);
  const recent = series.recent(host.time, total, buckets);
  return {
    total,
    worstAt: series.worstAt,
    worstCpu: series.worstCpu ?? (cpu >= 0 ? cpu : undefined),
    recent: { buckets, ...recent },
  };
}

function readSources(host: Host): SourceReading[] {
  return [...host.sources.values()].map((source) => {
    const { info, total } = source;
    return {
      info,
      count: total.count,
      none: source.none,
      max: total.max,
      p999: percentile(total.buckets, total.count, total.max, 0.999),
      rate: source.rate(host.time),
      cpus: [...source.cpus.keys()],
      history: source,
    };
  });
}

export function readLive(host: Host): Reading {
  return {
    info: host.info,
    stats: host.stats,
    time: host.time,
    spikes: host.spikes.all,
    spikesForgotten: host.spikes.forgotten,
    cpus: host.cpus,
    series: (measure, cpu) => readSeries(host, measure, cpu),
    sources: () => readSources(host),
    columns: (tier) => tier,
  };
}

export function readFrozen(host: Host): Reading {
  const series = new Map<string, SeriesReading>();
  for (const measure of MEASURES) {
    for (const cpu of [-1, ...host.cpus]) {
      const reading = readSeries(host, measure, cpu);
      if (reading !== undefined) series.set(`${measure}/${cpu}`, reading);
    }
  }
  const sources = readSources(host);
  const columns = new Map(host.tiers().map((tier) => [tier, new FrozenTier(tier)]));
  return {
    ...readLive(host),
    info: { ...host.info },
    series: (measure, cpu) => series.get(`${measure}/${cpu}`),
    sources: () => sources,
    columns: (tier) => columns.get(tier) ?? tier,
  };
}
