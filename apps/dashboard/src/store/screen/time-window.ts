// Which stretch of time is on screen, and the ways to another one.
import type { UnixMicros } from '@rtprobe/protocol';
import type { Address } from '../address/address.ts';
import type { Range, WindowSeconds } from '../address/view.ts';
import type { StoredColumns } from '../history/stored-columns.ts';
import { chosenWindow } from '../reading/defaults.ts';
import type { Host } from '../stream/host.ts';
import { isStale } from '../stream/silence.ts';
import type { CurrentHost } from './current-host.ts';
import type { FrozenScreen } from './frozen-screen.ts';
import { fitRange, zoomRange } from './range.ts';

interface Parts {
  host: CurrentHost;
  address: Pick<Address, 'view' | 'change'>;
  screen: Pick<FrozenScreen, 'time' | 'freeze'>;
  /** undefined: there is no bridge to ask. */
  stored: Pick<StoredColumns, 'available' | 'oldest'> | undefined;
}

export class TimeWindow {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Right edge: where a person put it, else the newest data, else the present while data are late. */
  rightEdge(): UnixMicros {
    const { address, screen } = this.#parts;
    const host = this.#parts.host();
    if (address.view.range !== undefined) return address.view.range.to;
    if (screen.time !== undefined) return screen.time;
    if (host === undefined) return 0;
    const now = performance.now();
    const { receivedAt } = host;
    const late = receivedAt !== undefined && isStale(host, now);
    if (late && host.info.state !== 'replay') return host.time + (now - receivedAt) * 1000;
    return Math.max(host.time, newestSpike(host));
  }

  /** Seconds that charts over time are to show. Frozen, they keep to what they showed when it was frozen. */
  seconds(): number {
    const { address, screen } = this.#parts;
    const { view } = address;
    if (view.range !== undefined) return (view.range.to - view.range.from) / 1e6;
    const now = screen.time ?? this.#parts.host()?.time ?? 0;
    return chosenWindow(view, now === 0 ? 0 : (now - this.earliest()) / 1e6);
  }

  /** What charts over time show. */
  range(): Range {
    const to = this.rightEdge();
    return { from: to - this.seconds() * 1e6, to };
  }

  /** Begin of what can be looked at: the run, or what this page has seen of it where that is not known. */
  earliest(): UnixMicros {
    const { stored } = this.#parts;
    const host = this.#parts.host();
    const seen = host?.seenFrom ?? host?.time ?? 0;
    if (host === undefined || !host.info.history || stored?.available !== true) return seen;
    return Math.min(host.info.runStartedAt ?? (stored.oldest(host.name) || seen), seen);
  }

  /** Freezes and shows a stretch of time, as far as there are data. */
  show(range: Range): void {
    const { address, screen } = this.#parts;
    screen.freeze();
    if (screen.time === undefined) return;
    address.change({ range: fitRange(range, this.earliest(), screen.time) });
  }

  /** Freezes with the window around a time, but not beyond the moment of freezing. */
  showAround(time: UnixMicros): void {
    const half = this.seconds() * 0.5e6;
    this.show({ from: time - half, to: time + half });
  }

  /** Moves the window to a time that lies outside of it. */
  bringIn(time: UnixMicros): void {
    const { from, to } = this.range();
    if (time < from || time > to) this.showAround(time);
  }

  /** Freezes and moves the window by a quarter of itself, earlier (-1) or later (1), within the run. */
  pan(direction: 1 | -1): void {
    const { from, to } = this.range();
    const by = ((to - from) / 4) * direction;
    this.show({ from: from + by, to: to + by });
  }

  /** Freezes and stretches the window by a factor about a time; without one, about its middle. */
  zoom(factor: number, around?: UnixMicros): void {
    const range = this.range();
    this.show(zoomRange(range, factor, around ?? (range.from + range.to) / 2));
  }

  /** A window of that length: of the present, or ending where the chosen stretch ends. */
  choose(window: WindowSeconds | undefined): void {
    const { address } = this.#parts;
    const { range } = address.view;
    address.change({ window, range: undefined });
    if (range !== undefined) this.show({ from: range.to - this.seconds() * 1e6, to: range.to });
  }
}

/** A frame tells of times past, and comes up to this much later than a spike does. */
const AHEAD_MOST_US = 1e6;

/** A spike is shown when it comes, not with the next frame. 0: there is none that is ahead of the frames. */
function newestSpike(host: Host): UnixMicros {
  const time = host.spikes.all.at(-1)?.time ?? 0;
  return time - host.time <= AHEAD_MOST_US ? time : 0;
}
