// Describes sources and rows of a host with their totals, for scripts.
import { BUCKET_COUNT } from '@rtprobe/abi';
import { percentile } from '@rtprobe/metrics';
import type { Host } from '../host/host.ts';
import type { Row } from '../state/row-table.ts';

const quantiles = { p50Ns: 0.5, p99Ns: 0.99, p999Ns: 0.999, p9999Ns: 0.9999 } as const;

/** Merges all CPUs of a source. A percentile is left out if the count does not suffice. */
function summary(rows: readonly Row[]) {
  const buckets = new Float64Array(BUCKET_COUNT);
  let count = 0;
  let maxNs = 0;
  for (const row of rows) {
    count += row.count;
    maxNs = Math.max(maxNs, row.max);
    row.buckets.index.forEach((bucket, i) => {
      buckets[bucket]! += row.buckets.count[i]!;
    });
  }
  const given = Object.entries(quantiles).map(([name, q]) => [name, percentile(buckets, count, maxNs, q)]);
  return { count, maxNs, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

export function describeSources(host: Host) {
  const { sources, rows, epoch } = host.state;
  const bySource = Map.groupBy(rows.all, (row) => row.source);
  return {
    host: host.name,
    epoch,
    sources: Array.from(sources.values(), (source) => ({
      ...source,
      ...summary(bySource.get(source.id) ?? []),
    })),
    rows: rows.all.map(({ row, source, cpu, count, sum, min, max, none }) => ({
      ...{ row, source, cpu, count, none },
      ...{ sumNs: sum, minNs: min, maxNs: max },
    })),
  };
}
