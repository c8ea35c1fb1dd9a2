// Exact maxima over whole minutes or other fixed lengths of a host's time. Reading changes nothing, so that any number
// of readers find the same maxima.
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import type { Span } from '../state/span.ts';

interface Slot {
  /** Start divided by the length. */
  readonly index: number;
  /** Part of the window from which data arrived. */
  coveredUs: number;
  /** Largest value by row; rows without values are missing. */
  readonly maxima: Map<number, Nanoseconds>;
}

const emptySlot = (index: number): Slot => ({ index, coveredUs: 0, maxima: new Map() });

export class FixedWindow {
  /** Value of the label `window`. */
  readonly name: string;
  readonly lengthUs: number;
  #open: Slot | undefined;
  #complete: Slot | undefined;

  constructor(name: string, lengthUs: number) {
    this.name = name;
    this.lengthUs = lengthUs;
  }

  /** Adds a span to the window in which it ends. */
  add(span: Span): void {
    if (span.time === 0) return;
    const index = Math.floor((span.time - 1) / this.lengthUs);
    const slot = this.#open?.index === index ? this.#open : this.#begin(index);
    slot.coveredUs = Math.min(this.lengthUs, slot.coveredUs + span.spanUs);
    for (const { row, count, max } of span.deltas) {
      if (count > 0 && max > (slot.maxima.get(row) ?? -1)) slot.maxima.set(row, max);
    }
  }

  /** A later window completes the open one; an earlier one means that the host's clock was set back. */
  #begin(index: number): Slot {
    const before = this.#open;
    if (before === undefined || index < before.index) this.#complete = undefined;
    else this.#complete = index === before.index + 1 ? before : emptySlot(index - 1);
    this.#open = emptySlot(index);
    return this.#open;
  }

  /** Another load of the module has other rows. */
  clear(): void {
    this.#open = this.#complete = undefined;
  }

  /** End of the newest complete window; undefined before the first. */
  get end(): UnixMicros | undefined {
    return this.#complete && (this.#complete.index + 1) * this.lengthUs;
  }

  /** Part of the newest complete window from which data arrived. */
  get coveredUs(): number {
    return this.#complete?.coveredUs ?? 0;
  }

  /** Returns the largest value of a row in the newest complete window; undefined if it had none. */
  maxOf(row: number): Nanoseconds | undefined {
    return this.#complete?.maxima.get(row);
  }
}
