// Whether a host's data are fresh, since when, and why not.
import type { HostState as Liveness, UnixMicros } from '@rtprobe/protocol';
import { nowMicros, steadyMicros } from '../base/clock.ts';

/** Added to two reporting intervals before silence is called stale. */
const STALE_GRACE_MS = 1000;
/** A difference between the wall clock and the steady clock beyond this means that the wall clock was set. */
const CLOCK_SET_US = 2e6;
const SILENT = 'no data although the connection stands: the machine, its agent or the way to it is stuck';

export interface LivenessPort {
  changed(): void;
  /** Data are missing between two times; called when they flow again, before the first of them is shown. */
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
  /** performance.now() when the newest data came. */
  #dataAt = 0;
  /** Newest data before they stopped. */
  #gapFrom: UnixMicros | undefined;

  constructor(isReplay: boolean, port: LivenessPort) {
    this.state = isReplay ? 'replay' : 'offline';
    this.reason = isReplay ? undefined : 'connecting';
    this.#port = port;
  }

  /** When the state began, by the wall clock of today: one that was set since has moved the past, too. */
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

  /** Asked now and then: a live host that says nothing becomes stale. */
  check(intervalMs: number, now = performance.now()): void {
    if (this.state !== 'live') return;
    if (now - this.#dataAt > 2 * intervalMs + STALE_GRACE_MS) this.become('stale', SILENT);
  }
}
