// Time ranges without data, with their reason; bounded, oldest first.
import type { UnixMicros } from '@rtprobe/protocol';

const GAPS_MAX = 256;

export interface Gap {
  from: UnixMicros;
  to: UnixMicros;
  reason: string;
}

export class GapList {
  readonly all: Gap[] = [];

  /** Adds a gap; joins it to the last one if they overlap. */
  add(gap: Gap): void {
    const last = this.all.at(-1);
    if (last !== undefined && gap.from <= last.to) last.to = Math.max(last.to, gap.to);
    else this.all.push(gap);
    if (this.all.length > GAPS_MAX) this.all.shift();
  }

  clear(): void {
    this.all.length = 0;
  }
}
