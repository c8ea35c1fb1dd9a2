// Which stretch of time is on screen, and from which tier it is drawn.
import type { UnixMicros } from '@rtprobe/protocol';
import { chosenMeasure, chosenWindow } from './choice.ts';
import type { Series } from './series.ts';
import type { Session } from './session.ts';
import { isStale } from './status.ts';
import type { Tier } from './tier.ts';

/** Begin of what this page still holds of the series; undefined when it holds nothing. */
export function runStart(series: Series): UnixMicros | undefined {
  const coarsest = series.tiers.at(-1)!;
  return series.begin === undefined ? undefined : Math.max(series.begin, coarsest.first * coarsest.widthUs);
}

/**
 * The finest tier that has at most `columnsMax` columns from `from` to `to` and still holds the begin of that
 * stretch, or all the page ever had of it.
 */
export function tierFor(series: Series, from: UnixMicros, to: UnixMicros, columnsMax: number): Tier {
  const need = Math.max(from, runStart(series) ?? from);
  const coarsest = series.tiers.at(-1)!;
  const fits = series.tiers.filter((t) => (to - from) / t.widthUs <= columnsMax);
  return fits.find((t) => !t.empty && t.first * t.widthUs <= need) ?? fits.at(-1) ?? coarsest;
}

/** Right edge of the window: where a person put it, else the newest data, else the present while data are late. */
export function rightEdge(session: Session): number {
  const { frozen } = session.state;
  const { host } = session;
  if (frozen !== undefined) return frozen.end ?? frozen.reading.time;
  if (host === undefined) return 0;
  const now = performance.now();
  const received = session.receivedAt.get(host.name);
  const late = received !== undefined && isStale(session, host, now);
  return late && host.info.state !== 'replay' ? host.time + (now - received) * 1000 : host.time;
}

/** Seconds that the heatmap is to show. Frozen, it keeps to what it showed when it was frozen. */
export function windowSeconds(session: Session): number {
  const { view, frozen } = session.state;
  const series = session.host?.series(chosenMeasure(view, session.reading()), view.cpu);
  const start = series === undefined ? undefined : runStart(series);
  const now = frozen?.reading.time ?? session.host?.time ?? 0;
  return chosenWindow(view, start === undefined ? 0 : (now - start) / 1e6);
}
