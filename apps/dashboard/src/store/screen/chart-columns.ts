// The columns of a chart: those of this tab, and those that the bridge stores for the missing time.
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
 * The heatmap's columns are at least two whole pixels wide, so that the screen reaches back up to half a window further
 * than requested.
 */
const OVERHANG = 0.5;

/** A finer width is used even if it lacks this share of the range at its start. */
const MISSED_SHARE = 0.05;

interface Parts {
  host: CurrentHost;
  screen: FrozenScreen;
  window: TimeWindow;
  /** undefined: there is no bridge. */
  stored: StoredColumns | undefined;
}

export class ChartColumns {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Returns the columns of a subject from `from` to `to`, at most about `columnsMax`; undefined before the host is
   * known. Where this tab lacks data, it adds the bridge's columns as they arrive.
   */
  read(subject: ChartSubject, from: UnixMicros, to: UnixMicros, columnsMax: number): Columns | undefined {
    const { screen, window, stored } = this.#parts;
    const host = this.#parts.host();
    const reading = screen.reading();
    const series = seriesOf(host, subject);
    if (host === undefined || series === undefined || reading === undefined) return undefined;
    const own = tierFor(series, from, to, columnsMax);
    // The stored history is read if only it gives the length of the run.
    const unknown = host.info.runStartedAt === undefined && stored?.oldest(host.name) === undefined;
    const since = (time: UnixMicros) => (unknown ? time : Math.max(time, window.earliest()));
    const reach = from - (to - from) * OVERHANG;
    const edge = since(reach);
    const held = !own.empty && own.first * own.widthUs <= edge;
    if (held && (series.begin ?? to) <= edge) return reading.columns(own);
    // Before the first frame there is no present from which to count back.
    if (stored === undefined || !host.info.history || host.time === 0 || from < 0)
      return reading.columns(own);
    const selection = storedSelection(host, subject);
    const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
    // The bridge starts a moment after the module was loaded, so a short gap at the start does not count as missing.
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
