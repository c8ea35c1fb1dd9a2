// Matches the samples that a tool listed to stored spikes: the same cycle or wakeup of the same thread, one to one.
import {
  MATCHES_MAX,
  type MatchedSample,
  type MatchedSamples,
  type MatchedSpike,
  type Spike,
  type ToolRow,
  type ToolSample,
} from '@rtprobe/protocol';

/** Tools report microseconds, rounded down, and rtprobe's clock can differ from the kernel's by less than that. */
const SLACK_NS = 2000;
/** Cycles that end after a moment and can contain it: few overlap. */
const CYCLES_TRIED = 8;

const briefly = ({ id, measure, valueNs, cpu, culprit }: Spike): MatchedSpike => ({
  ...{ id, measure, valueNs, cpu, culprit },
});

interface Listed {
  row: ToolRow;
  sample: ToolSample;
}

/** Start and end of a sample: from when the thread should have run to when it read the clock. */
function windowOf({ monoNs, valueNs = 0 }: ToolSample): { from: number; to: number } | undefined {
  if (monoNs === undefined) return undefined;
  const at = Number(monoNs);
  return { from: at - valueNs - SLACK_NS, to: at + SLACK_NS };
}

/** Spikes by when their values were complete, for a search by time. */
class Timeline {
  readonly #spikes: readonly Spike[];
  readonly #ends: readonly number[];

  constructor(spikes: readonly Spike[]) {
    this.#spikes = spikes.toSorted((a, b) => Number(a.monoNs) - Number(b.monoNs));
    this.#ends = this.#spikes.map(({ monoNs }) => Number(monoNs));
  }

  /** Returns the index of the first spike that ended at this time or later. */
  #first(from: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Returns the cycle in which the thread read the clock, of those that are not excluded. A cycle that took longer than
   * the period overlaps the next one: the one whose timer was due when the thread had set it.
   */
  cycleAt(at: number, due: number, isExcluded: (spike: Spike) => boolean): Spike | undefined {
    let found: Spike | undefined;
    const apart = ({ monoNs, valueNs }: Spike): number => Math.abs(Number(monoNs) - valueNs - due);
    const first = this.#first(at - SLACK_NS);
    for (const spike of this.#spikes.slice(first, first + CYCLES_TRIED)) {
      const began = Number(spike.monoNs) - spike.valueNs;
      if (began > at + SLACK_NS || isExcluded(spike)) continue;
      if (!found || apart(spike) < apart(found)) found = spike;
    }
    return found;
  }

  /** Returns the largest spike that ended in the time range and is not excluded. */
  largest(from: number, to: number, isExcluded: (spike: Spike) => boolean): Spike | undefined {
    let found: Spike | undefined;
    for (let i = this.#first(from); i < this.#ends.length && this.#ends[i]! <= to; i++) {
      const spike = this.#spikes[i]!;
      if (!isExcluded(spike) && spike.valueNs > (found?.valueNs ?? -1)) found = spike;
    }
    return found;
  }
}

/** Returns the id of the thread whose wakeup or cycle a spike is. */
const threadOf = ({ measure, victim }: Spike): number | undefined =>
  measure === 'wakeup_latency' || measure === 'response_time' ? victim?.pid : undefined;

const isCycle = ({ measure }: Spike): boolean => measure === 'response_time';

/** Matches samples of a result to the spikes of its time range. */
export function matchSamples(rows: readonly ToolRow[], spikes: readonly Spike[]): MatchedSamples {
  const threads = Map.groupBy(spikes, threadOf);
  const timelines = new Map(
    Array.from(threads, ([tid, own]) => [
      tid,
      {
        wakeups: new Timeline(own.filter((one) => !isCycle(one))),
        cycles: new Timeline(own.filter(isCycle)),
      },
    ]),
  );
  const all = new Timeline(spikes);
  const used = new Set<string>();
  const isUsed = ({ id }: Spike): boolean => used.has(id);
  let count = 0;
  const match = ({ row, sample }: Listed): MatchedSample => {
    const window = windowOf(sample);
    const found = { ...sample, row: row.number };
    if (!window) return { ...found, why: 'no_time' };
    const own = row.tid === undefined ? undefined : timelines.get(row.tid);
    const { from, to } = window;
    // The cycle contains the wakeup, and the lateness of the timer before it.
    const cycle = own?.cycles.cycleAt(to - SLACK_NS, from + SLACK_NS, isUsed);
    const wakeup = own?.wakeups.largest(from, to, isUsed);
    const spike = cycle ?? wakeup;
    if (spike) {
      count++;
      for (const each of [cycle, wakeup]) if (each) used.add(each.id);
      return { ...found, spike: briefly(spike) };
    }
    const other = all.largest(from, to, (one) => threadOf(one) !== undefined);
    const why = row.tid === undefined ? 'no_thread' : 'none';
    return { ...found, why, ...(other && { meanwhile: briefly(other) }) };
  };
  const listed = rows.flatMap((row) => (row.samples ?? []).map((sample): Listed => ({ row, sample })));
  // In order of time: windows of one thread do not overlap, except for the slack.
  const matched = listed.map(match);
  const tids = new Set(rows.map(({ tid }) => tid).filter((tid) => tid !== undefined));
  const ofThreads = spikes.filter((spike) => tids.has(threadOf(spike)!));
  const largestFirst = matched.toSorted((a, b) => (b.valueNs ?? 0) - (a.valueNs ?? 0));
  return {
    samples: largestFirst.slice(0, MATCHES_MAX),
    listed: listed.length,
    matched: count,
    otherSpikes: ofThreads.length - used.size,
  };
}
