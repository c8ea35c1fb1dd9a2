// Tracks whether a host's data are fresh, since when, and why not.
import type { HostState as Liveness, UnixMicros } from '@rtprobe/protocol';
import { nowMicros, steadyMicros } from '../base/clock.ts';

/** Added to two reporting intervals before data count as stale. */
const STALE_GRACE_MS = 1000;
/** If wall clock and steady clock differ by more than this, the wall clock was set. */
const CLOCK_SET_US = 2e6;
const SILENT = 'no data although the connection is up: the machine, its agent or the network is stuck';

export interface LivenessPort {
  changed(): void;
  /**
   * Reports that data are missing between two times. Called when data arrive again, before the first of them is shown.
   */
  gap(from: UnixMicros, to: UnixMicros, reason: string): void;
  /** Time of the newest data; undefined before the first. */
  lastDataAt(): UnixMicros | undefined;
}

export class LivenessTracker {
  state: Liveness;
  reason: string | undefined;
  #since: UnixMicros = nowMicros();
  #sinceSteady = steadyMicros();
  readonly #port: LivenessPort;
  /** performance.now() when the newest data arrived. */
  #dataAt = 0;
  /** Time of the newest data before the gap. */
  #gapFrom: UnixMicros | undefined;

  constructor(isReplay: boolean, port: LivenessPort) {
    this.state = isReplay ? 'replay' : 'offline';
    this.reason = isReplay ? undefined : 'connecting';
    this.#port = port;
  }

  /** Returns when the state began, by the current wall clock; a clock that was set also shifts the past. */
  get since(): UnixMicros {
    const since = nowMicros() - (steadyMicros() - this.#sinceSteady);
    if (Math.abs(since - this.#since) > CLOCK_SET_US) this.#since = since;
    return this.#since;
  }

  become(state: Liveness, reason: string | undefined): void {
    if (this.state === state && this.reason === reason) return;
    const newest = this.#port.lastDataAt();
    if (state === 'live' && this.#gapFrom !== undefined && newest !== undefined) {
      this.#port.gap(this.#gapFrom, newest, this.reason ?? 'no data');
    }
    this.#gapFrom = state === 'live' ? undefined : (this.#gapFrom ?? newest);
    if (this.state !== state) {
      this.#since = nowMicros();
      this.#sinceSteady = steadyMicros();
    }
    this.state = state;
    this.reason = reason;
    this.#port.changed();
  }

  /** Histograms arrived. */
  dataArrived(): void {
    this.#dataAt = performance.now();
    if (this.state !== 'replay') this.become('live', undefined);
  }

  /** Called periodically. A live host that sends nothing becomes stale. */
  check(intervalMs: number, now = performance.now()): void {
    if (this.state !== 'live') return;
    if (now - this.#dataAt > 2 * intervalMs + STALE_GRACE_MS) this.become('stale', SILENT);
  }
}
