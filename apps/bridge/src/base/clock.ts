// Converts kernel times (CLOCK_MONOTONIC, ns) to Unix time, which browsers use.
import type { UnixMicros } from '@rtprobe/protocol';

/** The year 2100. */
const TIME_MAX_US = 4_102_444_800e6;

export class KernelClock {
  #offset: bigint | undefined;

  /** CLOCK_REALTIME minus CLOCK_MONOTONIC as reported by get-info; changes when the machine's clock is set. */
  set offset(value: bigint) {
    this.#offset = value;
  }

  get known(): boolean {
    return this.#offset !== undefined;
  }

  /** Returns Unix µs, rounded down; 0 if the offset has not been reported yet or the time is out of range. */
  toUnix(monotonicNs: bigint): UnixMicros {
    if (this.#offset === undefined) return 0;
    const time = Number((monotonicNs + this.#offset) / 1000n);
    return time >= 0 && time <= TIME_MAX_US ? time : 0;
  }
}

/** Returns the wall clock of this machine. It steps when the clock is set: use it for display, not for ages. */
export function nowMicros(): UnixMicros {
  return Date.now() * 1000;
}

/**
 * Returns a time that never steps. It was equal to the wall clock when the bridge started. Use it for ages and
 * intervals.
 */
export function steadyMicros(): UnixMicros {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
