// Columns of time as charts read them, and the choice between what this tab has seen and what the bridge keeps.
import type { Measure, Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import { type ChartSubject, seriesOf } from '../reading/chart-subject.ts';
import { tierFor } from '../screen/time-window.ts';
import type { Session } from '../session/session.ts';

/** Columns are numbered by time / width. */
export interface Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  covered(column: number): boolean;
  /** On its way from the bridge: whether there are data is not known yet. */
  awaited?(column: number): boolean;
  count(column: number): number;
  max(column: number): Nanoseconds;
  /** Levels of the column: `ROWS` bytes from `offset`. */
  chunk(column: number): Uint8Array | undefined;
  offset(column: number): number;
}

/** What this tab saw, and what it did not from the bridge's disk. */
class JoinedColumns implements Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  readonly #live: Columns;
  readonly #past: Columns;

  constructor(live: Columns, past: Columns) {
    this.widthUs = live.widthUs;
    this.#live = live;
    this.#past = past;
    this.first = live.last < live.first ? past.first : Math.min(live.first, past.first);
    this.last = Math.max(live.last, past.last);
  }

  /** The first column this tab has may be half seen: the larger count tells which of the two saw more. */
  #of(column: number): Columns {
    if (!this.#live.covered(column)) return this.#past;
    return this.#past.count(column) > this.#live.count(column) ? this.#past : this.#live;
  }

  covered(column: number): boolean {
    return this.#live.covered(column) || this.#past.covered(column);
  }

  awaited(column: number): boolean {
    return !this.#live.covered(column) && this.#past.awaited?.(column) === true;
  }

  count(column: number): number {
    return this.#of(column).count(column);
  }

  max(column: number): Nanoseconds {
    return Math.max(this.#live.max(column), this.#past.max(column));
  }

  chunk(column: number): Uint8Array | undefined {
    return this.#of(column).chunk(column);
  }

  offset(column: number): number {
    return this.#of(column).offset(column);
  }
}

/**
 * The heatmap's columns are whole pixels wide and at least two, so what is on screen reaches back up to half a window
 * further than asked for.
 */
const OVERHANG = 0.5;

/** A finer width is taken although it lacks this share of the stretch at its begin. */
const MISSED_SHARE = 0.05;

/** What the bridge is asked for to get a subject of the host on screen. */
export function selectionOf(session: Session, { measure, cpu, source }: ChartSubject) {
  const host = session.host!;
  const info = source === undefined ? undefined : host.sources.get(source)?.info;
  const of: { host: string; measure: Measure; number?: number; name?: string; cpu?: number } = {
    host: host.name,
    measure,
  };
  if (info !== undefined) {
    of.number = info.number;
    of.name = info.name;
  }
  if (cpu >= 0) of.cpu = cpu;
  return of;
}

/**
 * Columns of a subject from `from` to `to`, at most about `columnsMax` of them; undefined before the host is known.
 * Where this tab has not seen all of it, the bridge's are joined to its own as they arrive.
 */
export function columnsFor(
  session: Session,
  subject: ChartSubject,
  from: UnixMicros,
  to: UnixMicros,
  columnsMax: number,
): Columns | undefined {
  const { host } = session;
  const reading = session.reading();
  const series = seriesOf(host, subject);
  if (host === undefined || series === undefined || reading === undefined) return undefined;
  const own = tierFor(series, from, to, columnsMax);
  const { past } = session;
  // How long the run is may be known to the disk alone: then it is asked.
  const unknown = host.info.runStartedAt === undefined && past?.oldest(host.name) === undefined;
  const since = (time: UnixMicros) => (unknown ? time : Math.max(time, session.earliest()));
  const reach = from - (to - from) * OVERHANG;
  const edge = since(reach);
  const held = !own.empty && own.first * own.widthUs <= edge;
  if (held && (series.begin ?? to) <= edge) return reading.columns(own);
  // Before the first frame there is no present to count back from.
  if (past === undefined || !host.info.history || host.time === 0 || from < 0) return reading.columns(own);
  const selection = selectionOf(session, subject);
  const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
  // The bridge looks a moment after the module was loaded: what is missing must be seen to be missed.
  const wanted = since(from) + (to - from) * MISSED_SHARE;
  const whole = (widthUs: number) => (past.completeFrom(selection, widthUs) ?? 0) <= wanted;
  const tier = fits.find((t) => whole(t.widthUs)) ?? fits.at(-1) ?? series.tiers.at(-1)!;
  const first = Math.floor(Math.max(0, reach) / tier.widthUs);
  const last = Math.floor((to - 1) / tier.widthUs);
  const until = series.begin ?? Number.POSITIVE_INFINITY;
  return new JoinedColumns(reading.columns(tier), past.columns(selection, tier.widthUs, first, last, until));
}
