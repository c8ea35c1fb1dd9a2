// The stored history of the synthetic host: every row by the second, aggregated on request.
import { lowerEdge } from '@rtprobe/metrics';
import type { FrameRow, HistoryColumn, HistoryHeader, HistoryTotal, SourceInfo } from '@rtprobe/protocol';

const SECOND_US = 1e6;
/** Hosts with more rows than this have no history: a test would run out of memory. */
export const PAST_ROWS_MAX = 400;

interface Second {
  count: number;
  sum: number;
  max: number;
  buckets: Map<number, number>;
}

interface Row {
  row: number;
  source: number;
  cpu: number;
}

const empty = (): Second => ({ count: 0, sum: 0, max: 0, buckets: new Map() });

function addTo(to: Second, from: Second): void {
  to.count += from.count;
  to.sum += from.sum;
  to.max = Math.max(to.max, from.max);
  for (const [bucket, count] of from.buckets) to.buckets.set(bucket, (to.buckets.get(bucket) ?? 0) + count);
}

/** Returns buckets from the shortest value to the longest, and the minimum of the first one. */
function sorted({ buckets }: Pick<Second, 'buckets'>) {
  const pairs = [...buckets].sort((a, b) => a[0] - b[0]);
  return { pairs, min: pairs[0] === undefined ? 0 : lowerEdge(pairs[0][0]) };
}

export class SyntheticPast {
  readonly #rows: readonly Row[];
  readonly #sources: readonly SourceInfo[];
  /** By row, then by second since 1970. */
  readonly #seconds: Map<number, Second>[] = [];
  readonly #watched = new Set<number>();
  #oldest = 0;
  #newest = 0;

  constructor(rows: readonly Row[], sources: readonly SourceInfo[]) {
    this.#rows = rows;
    this.#sources = sources;
  }

  tick(time: number): void {
    if (this.#oldest === 0) this.#oldest = time;
    this.#newest = time;
    this.#watched.add(Math.floor((time - 1) / SECOND_US));
  }

  add(time: number, row: FrameRow): void {
    if (this.#rows.length > PAST_ROWS_MAX) return;
    const second = Math.floor((time - 1) / SECOND_US);
    this.#seconds[row.row] ??= new Map();
    const of = this.#seconds[row.row]!;
    const known = of.get(second) ?? empty();
    of.set(second, known);
    const buckets = new Map<number, number>();
    for (let i = 0; i < row.buckets; i++) buckets.set(row.bucketIndex[i]!, row.bucketCount[i]!);
    addTo(known, { count: row.count, sum: row.sum, max: row.max, buckets });
  }

  #chosen(query: URLSearchParams): Row[] {
    return this.#rows.filter(({ source, cpu }) => {
      const info = this.#sources[source]!;
      if (info.measure !== query.get('measure')) return false;
      if (query.has('number') && info.number !== Number(query.get('number'))) return false;
      if (query.has('name') && info.name !== query.get('name')) return false;
      return !query.has('cpu') || cpu === Number(query.get('cpu'));
    });
  }

  #sum(rows: readonly Row[], from: number, to: number): Second {
    const sum = empty();
    for (const { row } of rows) {
      const of = this.#seconds[row];
      if (of === undefined) continue;
      for (let second = Math.floor(from / SECOND_US); second * SECOND_US < to; second++) {
        const known = of.get(second);
        if (known !== undefined) addTo(sum, known);
      }
    }
    return sum;
  }

  /** The finest width is one second. */
  columns(query: URLSearchParams, widthUs: number, from: number, to: number) {
    const first = Math.floor(from / widthUs);
    const header: HistoryHeader = {
      ...{ widthUs, first, last: Math.floor((to - 1) / widthUs), oldest: this.#oldest, newest: this.#newest },
      completeFrom: widthUs < SECOND_US ? this.#newest : this.#oldest,
    };
    const rows = this.#chosen(query);
    const columns: HistoryColumn[] = [];
    for (let column = first; column <= header.last && widthUs >= SECOND_US; column++) {
      const [begin, end] = [column * widthUs, (column + 1) * widthUs];
      let watched = 0;
      for (let second = begin / SECOND_US; second < end / SECOND_US; second++)
        if (this.#watched.has(second)) watched++;
      if (watched === 0) continue;
      const { count, sum, max, ...known } = this.#sum(rows, begin, end);
      const { pairs, min } = sorted(known);
      columns.push({
        ...{ column, spanUs: watched * SECOND_US, count, sum, min, max, none: 0, buckets: pairs.length },
        bucketIndex: Uint16Array.from(pairs, (p) => p[0]),
        bucketCount: Float64Array.from(pairs, (p) => p[1]),
      });
    }
    return { header, columns };
  }

  total(query: URLSearchParams, from: number, to: number): HistoryTotal {
    const { count, sum, max, ...known } = this.#sum(this.#chosen(query), from, to);
    const { pairs, min } = sorted(known);
    return {
      ...{ host: 'synthetic', from, to, spanUs: to - from, count, sum, min, max, none: 0 },
      buckets: pairs,
    };
  }
}
