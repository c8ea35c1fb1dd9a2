// Kernel times are CLOCK_MONOTONIC nanoseconds; browsers want unix time.
import type { UnixMicros } from '@rtprobe/protocol';

/** The year 2100. */
const TIME_MAX_US = 4_102_444_800e6;

export class KernelClock {
  #offset: bigint | undefined;

  /** CLOCK_REALTIME minus CLOCK_MONOTONIC, as get-info says it; follows a machine whose clock is set. */
  set offset(value: bigint) {
    this.#offset = value;
  }

  get known(): boolean {
    return this.#offset !== undefined;
  }

  /** Rounded down to the microsecond; 0 while the offset is not known yet, and for what is no time at all. */
  toUnix(monotonicNs: bigint): UnixMicros {
    if (this.#offset === undefined) return 0;
    const time = Number((monotonicNs + this.#offset) / 1000n);
    return time >= 0 && time <= TIME_MAX_US ? time : 0;
  }
}

/** This machine's wall clock: it steps when somebody sets it. For what people read, never for ages. */
export function nowMicros(): UnixMicros {
  return Date.now() * 1000;
}

/** A clock that never steps, with about the wall clock's time of when the bridge started. For ages and distances. */
export function steadyMicros(): UnixMicros {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
