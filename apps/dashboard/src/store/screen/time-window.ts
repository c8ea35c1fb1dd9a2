// The time range on screen, and how to change it.
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
  /** undefined: there is no bridge. */
  stored: Pick<StoredColumns, 'available' | 'oldest'> | undefined;
}

export class TimeWindow {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns the right edge: that of the selected range, else the newest data, else the present while data are late. */
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

  /** Returns the seconds that charts over time show. A frozen screen keeps its value. */
  seconds(): number {
    const { address, screen } = this.#parts;
    const { view } = address;
    if (view.range !== undefined) return (view.range.to - view.range.from) / 1e6;
    const now = screen.time ?? this.#parts.host()?.time ?? 0;
    return chosenWindow(view, now === 0 ? 0 : (now - this.earliest()) / 1e6);
  }

  /** Returns the range that charts over time show. */
  range(): Range {
    const to = this.rightEdge();
    return { from: to - this.seconds() * 1e6, to };
  }

  /** Returns the earliest time that can be shown: the start of the run, or of what this page received. */
  earliest(): UnixMicros {
    const { stored } = this.#parts;
    const host = this.#parts.host();
    const seen = host?.seenFrom ?? host?.time ?? 0;
    if (host === undefined || !host.info.history || stored?.available !== true) return seen;
    return Math.min(host.info.runStartedAt ?? (stored.oldest(host.name) || seen), seen);
  }

  /** Freezes and shows a time range, as far as there are data. */
  show(range: Range): void {
    const { address, screen } = this.#parts;
    screen.freeze();
    if (screen.time === undefined) return;
    address.change({ range: fitRange(range, this.earliest(), screen.time) });
  }

  /** Freezes with the window around a time, but not after the moment of freezing. */
  showAround(time: UnixMicros): void {
    const half = this.seconds() * 0.5e6;
    this.show({ from: time - half, to: time + half });
  }

  /** Moves the window to a time if it is outside. */
  bringIn(time: UnixMicros): void {
    const { from, to } = this.range();
    if (time < from || time > to) this.showAround(time);
  }

  /** Freezes and moves the window by a quarter of its length, earlier (-1) or later (1), within the run. */
  pan(direction: 1 | -1): void {
    const { from, to } = this.range();
    const by = ((to - from) / 4) * direction;
    this.show({ from: from + by, to: to + by });
  }

  /** Freezes and scales the window by a factor around a time, or around its middle. */
  zoom(factor: number, around?: UnixMicros): void {
    const range = this.range();
    this.show(zoomRange(range, factor, around ?? (range.from + range.to) / 2));
  }

  /** Selects a window of that length: at the present, or at the end of the selected range. */
  choose(window: WindowSeconds | undefined): void {
    const { address } = this.#parts;
    const { range } = address.view;
    address.change({ window, range: undefined });
    if (range !== undefined) this.show({ from: range.to - this.seconds() * 1e6, to: range.to });
  }
}

/** A frame reports past times and arrives up to this much later than a spike, in µs. */
const AHEAD_MOST_US = 1e6;

/** Returns the time of a spike that is newer than the last frame, so that it is shown at once; 0: none. */
function newestSpike(host: Host): UnixMicros {
  const time = host.spikes.all.at(-1)?.time ?? 0;
  return time - host.time <= AHEAD_MOST_US ? time : 0;
}
