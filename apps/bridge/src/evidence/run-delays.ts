// Evidence from outside a virtual machine: how long its host kept each virtual CPU from running. Where the lab made the
// machine, it samples QEMU's threads; see docs/explanation/lab.md.
import { ClockDistance } from './clock-distance.ts';

/** What one sample of a virtual CPU's thread found. Times are microseconds of the bridge's steady clock. */
export interface RunDelay {
  readonly cpu: number;
  /** Time of the sample. */
  readonly untilUs: number;
  /** Time since the sample before: the wait ended within it. */
  readonly spanUs: number;
  /** How long the thread had waited in all, once or several times. 0: it had not. */
  readonly delayUs: number;
}

/** Longest time of a CPU's samples that is stored, and most samples. */
const STORED_US = 90e6;
const SAMPLES_MAX = 4096;
/** No kernel has more CPUs. Samples of others come from a damaged recording. */
const CPUS_MAX = 8192;
/** Most samples of all CPUs together. */
const SAMPLES_OF_ALL_MAX = 65_536;
/** A spike is not held back longer than this for a sample that covers it. */
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

  /** True while a sample that covers this moment of the machine's clock is still to come. */
  awaits(cpu: number, atNs: bigint): boolean {
    const end = this.#latest(atNs);
    const covered = this.#cpus.get(cpu)?.coveredUs;
    if (end === undefined || covered === undefined) return false;
    return covered < end && end - covered < AWAITED_US;
  }

  /**
   * Returns for how many nanoseconds at least the host kept the CPU from running within a window of the machine's clock.
   * A wait lies between the sample before the one that found it, minus its own length, and that sample. What of it could
   * lie outside the window is not counted, for every distance of the clocks that the readings allow.
   */
  within(cpu: number, endNs: bigint, lengthNs: number): number {
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
    // Of one wait, the least is at one end of the bounds.
    const leastOf = (delay: RunDelay) => Math.min(inside(delay, bounds.least), inside(delay, bounds.most));
    const least = samples.delays.reduce((sum, delay) => sum + leastOf(delay), 0);
    return Math.min(Math.round(least * 1000), lengthNs);
  }

  /** The latest that a moment of the machine can be on the bridge's clock. */
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
