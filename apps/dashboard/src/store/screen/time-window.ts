// Which stretch of time is on screen, and from which tier it is drawn.
import type { UnixMicros } from '@rtprobe/protocol';
import { RANGE_MIN_US, type Range } from '../address/view.ts';
import { chosenWindow } from '../reading/defaults.ts';
import type { Session } from '../session/session.ts';
import type { Host } from '../stream/host.ts';
import type { Series } from '../stream/series.ts';
import type { Tier } from '../stream/tier.ts';
import { isStale } from './status.ts';

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
export function rightEdge(session: Session): UnixMicros {
  const { frozen, view } = session.state;
  const { host } = session;
  if (view.range !== undefined) return view.range.to;
  if (frozen !== undefined) return frozen.reading.time;
  if (host === undefined) return 0;
  const now = performance.now();
  const received = session.receivedAt.get(host.name);
  const late = received !== undefined && isStale(session, host, now);
  if (late && host.info.state !== 'replay') return host.time + (now - received) * 1000;
  return Math.max(host.time, newestSpike(host));
}

/** A frame tells of times past, and comes up to this much later than a spike does. */
const AHEAD_MOST_US = 1e6;

/** A spike is shown when it comes, not with the next frame. 0: there is none that is ahead of the frames. */
function newestSpike(host: Host): UnixMicros {
  const time = host.spikes.all.at(-1)?.time ?? 0;
  return time - host.time <= AHEAD_MOST_US ? time : 0;
}

/** Seconds that charts over time are to show. Frozen, they keep to what they showed when it was frozen. */
export function windowSeconds(session: Session): number {
  const { view, frozen } = session.state;
  if (view.range !== undefined) return (view.range.to - view.range.from) / 1e6;
  const now = frozen?.reading.time ?? session.host?.time ?? 0;
  return chosenWindow(view, now === 0 ? 0 : (now - session.earliest()) / 1e6);
}

/** What charts over time show. */
export function visibleRange(session: Session): Range {
  const to = rightEdge(session);
  return { from: to - windowSeconds(session) * 1e6, to };
}

/** However short the run is, so much can be looked at. */
const RANGE_LEAST_MOST_US = 600e6;

/**
 * A stretch moved and stretched so that it ends at `latest` or before, a quarter of it at least lies after
 * `earliest`, and it is neither too short to show anything nor much longer than what there is.
 */
export function fitRange({ from, to }: Range, earliest: UnixMicros, latest: UnixMicros): Range {
  const most = Math.max(RANGE_LEAST_MOST_US, (latest - earliest) * 1.1);
  const length = Math.min(most, Math.max(RANGE_MIN_US, to - from));
  const end = Math.min(latest, Math.max((from + to) / 2 + length / 2, earliest + length / 4));
  return { from: end - length, to: end };
}

/** The stretch `factor` times as long, in which `around` stays at its place on screen. */
export function zoomRange({ from, to }: Range, factor: number, around: UnixMicros): Range {
  return { from: around - (around - from) * factor, to: around + (to - around) * factor };
}
