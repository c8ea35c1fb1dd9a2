// Computes columns and sums of any time range, from the tier that fits.
import { SparseSum } from '@rtprobe/metrics';
import {
  type BucketValues,
  HISTORY_WIDTHS_US,
  type HistoryColumn,
  type HistoryGap,
  type HistoryHeader,
  type HistorySelection,
  type Measure,
  type UnixMicros,
} from '@rtprobe/protocol';
import { type Database, sliceTable } from '../store/database.ts';
import { unpackFrames } from '../store/raw-second.ts';
import { ALL_CPUS, ALL_SOURCES } from '../store/series.ts';
import { readSlice } from '../store/slice.ts';
import { COARSEST, RAW, SECONDS, TIERS, type Tier, tierOf } from '../store/tiers.ts';

const GAPS_MAX = 10_000;

/** The section of a slice that contains the selection, and its series. */
interface Selected {
  section: 'measures' | 'cpus' | 'rows';
  ids: ReadonlySet<number>;
  /** Series of single sources: raw slices contain no sums. */
  rawIds: ReadonlySet<number>;
}

type Selection = Omit<HistorySelection, 'host'>;

function select(db: Database, host: number, { measure, number, name, cpu }: Selection): Selected {
  const sql = `SELECT series.id, source FROM series LEFT JOIN source ON source.id = series.source
    WHERE series.host = ?1 AND series.measure = ?2 AND (?3 IS NULL OR cpu = ?3)
    AND (?4 IS NULL OR source.number = ?4) AND (?5 IS NULL OR source.name = ?5)`;
  const ofSources = number !== undefined || name !== undefined;
  const all = db.all<{ id: number; source: number }>(
    sql,
    host,
    measure,
    cpu ?? null,
    number ?? null,
    name ?? null,
  );
  const rawIds = new Set(all.filter(({ source }) => source !== ALL_SOURCES).map(({ id }) => id));
  if (ofSources) return { section: 'rows', ids: rawIds, rawIds };
  const sum = 'SELECT id FROM series WHERE host = ? AND measure = ? AND source = ? AND cpu = ?';
  const ids = db.all<{ id: number }>(sum, host, measure, ALL_SOURCES, cpu ?? ALL_CPUS).map(({ id }) => id);
  return { section: cpu === undefined ? 'measures' : 'cpus', ids: new Set(ids), rawIds };
}

/** A range of whole slices of one tier; `to` is included. */
interface Segment {
  tier: Tier;
  from: number;
  to: number;
}

/**
 * Yields slices of a tier from `from` to `to` in order of time. Slices that are not rolled up yet are replaced by finer
 * ones.
 */
function* segments(db: Database, host: number, tier: Tier, from: number, to: number): Generator<Segment> {
  if (tier.index <= SECONDS.index) {
    if (from <= to) yield { tier, from, to };
    return;
  }
  const sql = 'SELECT unit FROM stale WHERE host = ? AND tier = ? AND unit BETWEEN ? AND ? ORDER BY unit';
  const finer = TIERS[tier.index - 1]!;
  const ratio = tier.widthUs / finer.widthUs;
  let next = from;
  for (const { unit } of db.all<{ unit: number }>(sql, host, tier.index, from, to)) {
    if (next < unit) yield { tier, from: next, to: unit - 1 };
    yield* segments(db, host, finer, unit * ratio, unit * ratio + ratio - 1);
    next = unit + 1;
  }
  if (next <= to) yield { tier, from: next, to };
}

/** One stored slice, or one raw frame, and the wanted series in it. */
interface Piece {
  /** A time inside it. */
  time: UnixMicros;
  spanUs: number;
  slice: Uint8Array;
  ids: ReadonlySet<number>;
}

function* pieces(
  db: Database,
  host: number,
  { tier, from, to }: Segment,
  selected: Selected,
): Generator<Piece> {
  const section = tier === RAW ? 'rows' : selected.section;
  const sql = `SELECT unit, span, ${section} AS bytes FROM ${sliceTable(host, tier)}
    WHERE unit BETWEEN ? AND ? ORDER BY unit`;
  for (const { unit, span, bytes } of db.iterate<{ unit: number; span: number; bytes: Uint8Array }>(
    sql,
    from,
    to,
  )) {
    if (tier !== RAW) {
      yield { time: unit * tier.widthUs, spanUs: span, slice: bytes, ids: selected.ids };
      continue;
    }
    for (const { time, spanUs, slice } of unpackFrames(unit, bytes)) {
      // A span ends where the next one begins: its last microsecond is inside.
      yield { time: time - 1, spanUs, slice, ids: selected.rawIds };
    }
  }
}

function addPiece(sum: SparseSum, { slice, ids }: Piece): void {
  readSlice(slice, ids, (_id, values) => sum.add(values));
}

const fitting = (from: UnixMicros, to: UnixMicros, columns: number): number[] =>
  HISTORY_WIDTHS_US.filter((width) => (to - from) / width <= columns);

/** Returns the finest width with at most `columns` columns; the coarsest width if none has so few. */
export const finestWidth = (from: UnixMicros, to: UnixMicros, columns: number): number =>
  fitting(from, to, columns)[0] ?? HISTORY_WIDTHS_US.at(-1)!;

/** Returns the first and last column of a time range. */
export const spanOf = (widthUs: number, from: UnixMicros, to: UnixMicros) => ({
  widthUs,
  first: Math.floor(from / widthUs),
  last: Math.floor((to - 1) / widthUs),
});

/** Columns, sums and gaps of one host. Use it within one snapshot. */
export class Reader {
  readonly #db: Database;
  readonly #host: number;

  constructor(db: Database, host: number) {
    this.#db = db;
    this.#host = host;
  }

  /** Returns start and end of the stored data, and since when they are complete at this width. */
  extent(widthUs: number): Pick<HistoryHeader, 'oldest' | 'newest' | 'completeFrom'> {
    const sql = 'SELECT stored_to FROM host WHERE id = ?';
    const newest = this.#db.get<{ stored_to: number }>(sql, this.#host)!.stored_to;
    return { oldest: this.#oldest(), newest, completeFrom: this.#completeFrom(tierOf(widthUs)) };
  }

  #oldest(): UnixMicros {
    const begins = TIERS.map((tier) => this.#first(tier)).filter((time) => time !== undefined);
    return begins.length > 0 ? Math.min(...begins) : 0;
  }

  #first(tier: Tier): UnixMicros | undefined {
    const table = sliceTable(this.#host, tier);
    const { unit } = this.#db.get<{ unit: number | null }>(`SELECT MIN(unit) AS unit FROM ${table}`)!;
    return unit === null ? undefined : unit * tier.widthUs;
  }

  #completeFrom(tier: Tier): UnixMicros {
    const sql = 'SELECT before FROM pruned WHERE host = ? AND tier = ?';
    return this.#db.get<{ before: number }>(sql, this.#host, tier.index)?.before ?? 0;
  }

  /**
   * Returns the finest width with at most `columns` columns whose slices reach back to `from`, or as far back as any.
   */
  chooseWidth(from: UnixMicros, to: UnixMicros, columns: number): number {
    const widths = fitting(from, to, columns);
    const need = Math.max(from, this.#oldest());
    const holds = (width: number): boolean => {
      const tier = tierOf(width);
      return this.#completeFrom(tier) <= need || (tier === RAW && this.#hasEverySecond(from, to));
    };
    return widths.find(holds) ?? widths.at(-1) ?? finestWidth(from, to, columns);
  }

  /** Around spikes, frames are kept longer. */
  #hasEverySecond(from: UnixMicros, to: UnixMicros): boolean {
    const count = (tier: Tier): number => {
      const sql = `SELECT COUNT(*) AS n FROM ${sliceTable(this.#host, tier)} WHERE unit BETWEEN ? AND ?`;
      const [first, last] = [Math.floor(from / tier.widthUs), Math.floor((to - 1) / tier.widthUs)];
      return this.#db.get<{ n: number }>(sql, first, last)!.n;
    };
    const watched = count(SECONDS);
    return watched > 0 && count(RAW) >= watched;
  }

  /** Yields columns with data, in order; each is valid until the next one is requested. */
  *columns(selection: Selection, header: ReturnType<typeof spanOf>): Generator<HistoryColumn> {
    const { widthUs, first, last } = header;
    const tier = tierOf(widthUs);
    const selected = select(this.#db, this.#host, selection);
    const sum = new SparseSum();
    let column = -1;
    let spanUs = 0;
    const [from, to] = [(first * widthUs) / tier.widthUs, ((last + 1) * widthUs) / tier.widthUs - 1];
    const completeFrom = this.#completeFrom(tier);
    // If slices of a column were removed, the largest value may be among them, so the column is left out.
    const isWhole = () =>
      column * widthUs >= completeFrom || widthUs <= tier.widthUs || spanUs >= widthUs - tier.widthUs / 2;
    for (const segment of segments(this.#db, this.#host, tier, Math.floor(from), Math.ceil(to))) {
      for (const piece of pieces(this.#db, this.#host, segment, selected)) {
        const at = Math.floor(piece.time / widthUs);
        if (at < first || at > last) continue;
        if (at !== column) {
          const values = sum.flush();
          if (column >= 0 && isWhole()) yield columnOf(column, widthUs, spanUs, values);
          column = at;
          spanUs = 0;
        }
        spanUs += piece.spanUs;
        addPiece(sum, piece);
      }
    }
    if (column >= 0 && isWhole()) yield columnOf(column, widthUs, spanUs, sum.flush());
  }

  /** Returns the CPUs that have values of a measure. */
  cpusOf(measure: Measure): number[] {
    const sql = 'SELECT DISTINCT cpu FROM series WHERE host = ? AND measure = ? AND source = ? AND cpu != ?';
    const found = this.#db.all<{ cpu: number }>(sql, this.#host, measure, ALL_SOURCES, ALL_CPUS);
    return found.map(({ cpu }) => cpu).sort((a, b) => a - b);
  }

  /** Sums all values of a time range, cut at whole seconds, or at coarser slices where seconds were removed. */
  total(selection: Selection, from: UnixMicros, to: UnixMicros): BucketValues & { spanUs: number } {
    const selected = select(this.#db, this.#host, selection);
    const sum = new SparseSum();
    let spanUs = 0;
    for (const segment of this.#cover(COARSEST, from, to)) {
      for (const piece of pieces(this.#db, this.#host, segment, selected)) {
        spanUs += piece.spanUs;
        addPiece(sum, piece);
      }
    }
    return { ...sum.flush(), spanUs: Math.min(spanUs, to - from) };
  }

  /** Covers the range with coarse slices inside and finer ones at the edges. */
  *#cover(tier: Tier, from: UnixMicros, to: UnixMicros): Generator<Segment> {
    if (from >= to) return;
    const finer = TIERS[tier.index - 1]!;
    const isFinest = tier === SECONDS || this.#completeFrom(finer) > from;
    const first = isFinest ? Math.floor(from / tier.widthUs) : Math.ceil(from / tier.widthUs);
    const end = isFinest ? Math.ceil(to / tier.widthUs) : Math.floor(to / tier.widthUs);
    if (isFinest || first >= end) {
      if (isFinest) yield* segments(this.#db, this.#host, tier, first, end - 1);
      else yield* this.#cover(finer, from, to);
      return;
    }
    yield* this.#cover(finer, from, first * tier.widthUs);
    yield* segments(this.#db, this.#host, tier, first, end - 1);
    yield* this.#cover(finer, end * tier.widthUs, to);
  }

  /** Returns gaps, oldest first. */
  gaps(from: UnixMicros, to: UnixMicros): HistoryGap[] {
    const sql = `SELECT start AS "from", end AS "to", reason FROM gap WHERE host = ? AND end > ? AND start < ?
      ORDER BY start LIMIT ?`;
    return this.#db.all<HistoryGap>(sql, this.#host, from, to, GAPS_MAX).map((gap) => ({ ...gap }));
  }
}

function columnOf(column: number, widthUs: number, spanUs: number, values: BucketValues): HistoryColumn {
  return { column, ...values, spanUs: Math.min(spanUs, widthUs) };
}
