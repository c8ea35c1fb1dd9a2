// The columns of a chart: those that this tab received, and those that the bridge stores where they are missing.
import type { UnixMicros } from '@rtprobe/protocol';
import type { Columns } from '../history/columns.ts';
import { JoinedColumns } from '../history/joined-columns.ts';
import type { StoredColumns } from '../history/stored-columns.ts';
import { type ChartSubject, seriesOf, storedSelection } from '../reading/chart-subject.ts';
import type { CurrentHost } from './current-host.ts';
import type { FrozenScreen } from './frozen-screen.ts';
import { tierFor } from './tier-choice.ts';
import type { TimeWindow } from './time-window.ts';

/**
 * The heatmap's columns are whole pixels wide and at least two, so what is on screen reaches back up to half a window
 * further than asked for.
 */
const OVERHANG = 0.5;

/** A finer width is taken although it lacks this share of the stretch at its begin. */
const MISSED_SHARE = 0.05;

interface Parts {
  host: CurrentHost;
  screen: FrozenScreen;
  window: TimeWindow;
  /** undefined: there is no bridge to ask. */
  stored: StoredColumns | undefined;
}

export class ChartColumns {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Returns the columns of a subject from `from` to `to`, at most about `columnsMax` of them; undefined before the host
   * is known. Where this tab has not received all of it, the bridge's are joined to its own as they arrive.
   */
  read(subject: ChartSubject, from: UnixMicros, to: UnixMicros, columnsMax: number): Columns | undefined {
    const { screen, window, stored } = this.#parts;
    const host = this.#parts.host();
    const reading = screen.reading();
    const series = seriesOf(host, subject);
    if (host === undefined || series === undefined || reading === undefined) return undefined;
    const own = tierFor(series, from, to, columnsMax);
    // Where only the stored history says how long the run is, it is asked.
    const unknown = host.info.runStartedAt === undefined && stored?.oldest(host.name) === undefined;
    const since = (time: UnixMicros) => (unknown ? time : Math.max(time, window.earliest()));
    const reach = from - (to - from) * OVERHANG;
    const edge = since(reach);
    const held = !own.empty && own.first * own.widthUs <= edge;
    if (held && (series.begin ?? to) <= edge) return reading.columns(own);
    // Before the first frame there is no present to count back from.
    if (stored === undefined || !host.info.history || host.time === 0 || from < 0)
      return reading.columns(own);
    const selection = storedSelection(host, subject);
    const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
    // The bridge looks a moment after the module was loaded: what is missing must be seen to be missed.
    const wanted = since(from) + (to - from) * MISSED_SHARE;
    const whole = (widthUs: number) => (stored.completeFrom(selection, widthUs) ?? 0) <= wanted;
    const tier = fits.find((t) => whole(t.widthUs)) ?? fits.at(-1) ?? series.tiers.at(-1)!;
    const first = Math.floor(Math.max(0, reach) / tier.widthUs);
    const last = Math.floor((to - 1) / tier.widthUs);
    const until = series.begin ?? Number.POSITIVE_INFINITY;
    const before = stored.columns(selection, tier.widthUs, first, last, until);
    return new JoinedColumns(reading.columns(tier), before);
  }
}
