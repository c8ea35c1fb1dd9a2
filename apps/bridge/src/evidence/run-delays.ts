// Evidence from outside a virtual machine: how long its host did not run each virtual CPU. The lab samples the threads
// of its QEMU; see docs/explanation/lab.md.
import { ClockDistance } from './clock-distance.ts';

/** What one sample of a virtual CPU's thread found. Times are microseconds of the bridge's steady clock. */
export interface RunDelay {
  readonly cpu: number;
  /** Time of the sample. */
  readonly untilUs: number;
  /** Time since the previous sample; the wait ended within it. */
  readonly spanUs: number;
  /** Total time that the thread waited, in one or several waits; 0: it did not wait. */
  readonly delayUs: number;
  /**
   * The thread slept, from `untilUs - delayUs` to `untilUs` if `spanUs` is 0: its CPU was idle, or it waited for
   * another thread of its host.
   */
  readonly asleep?: boolean;
}

/** Limits of the stored samples of a CPU: their span and their number. */
const STORED_US = 90e6;
const SAMPLES_MAX = 4096;
/** No kernel has more CPUs. Samples of others come from a damaged recording. */
const CPUS_MAX = 8192;
/** Maximum samples of all CPUs together. */
const SAMPLES_OF_ALL_MAX = 65_536;
/** A spike is not delayed longer than this to wait for a sample that covers it. */
const AWAITED_US = 200_000;

interface Samples {
  readonly delays: RunDelay[];
  coveredUs: number;
}

export class RunDelays {
  readonly clock = new ClockDistance();
  readonly #cpus = new Map<number, Samples>();
  #stored = 0;

  /** Number of stored samples of all CPUs. */
  get stored(): number {
    return this.#stored;
  }

  add(delays: readonly RunDelay[]): void {
    for (const delay of delays) {
      if (delay.cpu >= CPUS_MAX) continue;
      const samples = this.#cpus.get(delay.cpu) ?? { delays: [], coveredUs: 0 };
      this.#cpus.set(delay.cpu, samples);
      samples.coveredUs = Math.max(samples.coveredUs, delay.untilUs);
      if (delay.delayUs <= 0) continue;
      samples.delays.push(delay);
      this.#stored++;
      const oldest = delay.untilUs - STORED_US;
      while (
        samples.delays.length > SAMPLES_MAX ||
        this.#stored > SAMPLES_OF_ALL_MAX ||
        samples.delays[0]!.untilUs < oldest
      ) {
        samples.delays.shift();
        this.#stored--;
        if (samples.delays.length === 0) break;
      }
    }
  }

  /** Returns whether a sample that covers this moment of the machine's clock is still missing. */
  awaits(cpu: number, atNs: bigint): boolean {
    const end = this.#latest(atNs);
    const covered = this.#cpus.get(cpu)?.coveredUs;
    if (end === undefined || covered === undefined) return false;
    return covered < end && end - covered < AWAITED_US;
  }

  /**
   * Returns the least time in nanoseconds that the host did not run the CPU within a window of the machine's clock. A
   * wait began at the earliest its own length before the previous sample, and ended at the latest at the sample that
   * found it. The part of it that can be outside the window is not counted, for every clock offset that the readings
   * allow. `isBusy`: the CPU had work all the time, so its thread did not sleep for being idle.
   */
  within(cpu: number, endNs: bigint, lengthNs: number, isBusy: boolean): number {
    const { bounds } = this.clock;
    const samples = this.#cpus.get(cpu);
    if (!bounds || !samples) return 0;
    const end = Number(endNs) / 1000;
    const start = end - lengthNs / 1000;
    const inside = ({ untilUs, spanUs, delayUs }: RunDelay, distance: number): number => {
      const before = Math.max(0, start + distance - (untilUs - spanUs - delayUs));
      const after = Math.max(0, untilUs - (end + distance));
      return Math.max(0, delayUs - before - after);
    };
    // The least time of one wait is at one of the two bounds.
    const leastOf = (delay: RunDelay) => Math.min(inside(delay, bounds.least), inside(delay, bounds.most));
    const counted = isBusy ? samples.delays : samples.delays.filter(({ asleep }) => !asleep);
    const least = counted.reduce((sum, delay) => sum + leastOf(delay), 0);
    return Math.min(Math.round(least * 1000), lengthNs);
  }

  /** Returns the latest time on the bridge's clock that a time of the machine can be. */
  #latest(atNs: bigint): number | undefined {
    const { bounds } = this.clock;
    return bounds && Number(atNs) / 1000 + bounds.most;
  }

  reset(): void {
    this.clock.reset();
    this.#cpus.clear();
    this.#stored = 0;
  }
}
