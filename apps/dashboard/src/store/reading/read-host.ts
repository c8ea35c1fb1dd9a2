// Reads a host: live, or copied when the screen is frozen, so that all panels show the same moment while data arrive in
// the background.
import { Histogram } from '@rtprobe/metrics';
import { allMeasures } from '../../i18n/measures.ts';
import { scopeSources } from '../stream/detail-scope.ts';
import type { Host } from '../stream/host.ts';
import type { Row } from '../stream/row-table.ts';
import type { Series } from '../stream/series.ts';
import { FrozenTier } from '../stream/tier.ts';
import { quantileOf } from './quantile.ts';
import type {
  DetailReading,
  Reading,
  RowDetail,
  RowReading,
  SeriesReading,
  SourceReading,
} from './reading.ts';

function readSeries(host: Host, series: Series | undefined, cpu: number): SeriesReading | undefined {
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
      p999: quantileOf(total, 0.999),
      rate: source.rate(host.time),
      share: source.share(host.time),
      cpus: [...source.cpus.keys()],
      history: source,
    };
  });
}

function readRow({ source, cpu, count, sum, max }: Row): RowReading {
  return { info: source.info, cpu, count, sum, max };
}

/** Returns undefined until a keyframe has filled the rows of the detail scope. */
export function readDetail(host: Host): DetailReading | undefined {
  if (host.detailScope === undefined || !host.detailFilled) return undefined;
  const rows: RowDetail[] = [];
  for (const row of host.rows()) {
    const { detail } = row;
    if (detail === undefined) continue;
    const total = new Histogram();
    total.copyFrom(detail.total);
    const p999 = quantileOf(total, 0.999);
    const now = { rate: detail.rate(host.time), share: detail.share(host.time) };
    rows.push({ ...readRow(row), total, p999, ...now, history: detail });
  }
  const ids = scopeSources(host.detailScope);
  const series = new Map(ids.map((id) => [id, readSeries(host, host.seriesOf(id), -1)]));
  return { time: host.time, rows, series: (source) => series.get(source) };
}

export function readLive(host: Host): Reading {
  return {
    info: host.info,
    stats: host.stats,
    time: host.time,
    spikes: host.spikes.all,
    spikesForgotten: host.spikes.forgotten,
    incidents: host.incidents.all,
    cpus: host.cpus,
    tasks: host.tasks,
    rules: host.rules,
    series: (measure, cpu) => readSeries(host, host.series(measure, cpu), cpu),
    sources: () => readSources(host),
    rows: () => host.rows().map(readRow),
    columns: (tier) => tier,
  };
}

export function readFrozen(host: Host): Reading {
  const series = new Map<string, SeriesReading>();
  for (const { name: measure } of allMeasures()) {
    for (const cpu of [-1, ...host.cpus]) {
      const reading = readSeries(host, host.series(measure, cpu), cpu);
      if (reading !== undefined) series.set(`${measure}/${cpu}`, reading);
    }
  }
  const sources = readSources(host);
  const rows = host.rows().map(readRow);
  const columns = new Map(host.tiers().map((tier) => [tier, new FrozenTier(tier)]));
  return {
    ...readLive(host),
    info: { ...host.info },
    series: (measure, cpu) => series.get(`${measure}/${cpu}`),
    sources: () => sources,
    rows: () => rows,
    columns: (tier) => columns.get(tier) ?? tier,
  };
}
