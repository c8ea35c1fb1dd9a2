// Matches the samples that a tool listed to stored spikes: the same wakeup of the same thread, one to one.
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

  /** Returns the largest spike that ended in the time range and is not excluded. */
  largest(from: number, to: number, isExcluded: (spike: Spike) => boolean): Spike | undefined {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! < from) low = middle + 1;
      else high = middle;
    }
    let found: Spike | undefined;
    for (let i = low; i < this.#ends.length && this.#ends[i]! <= to; i++) {
      const spike = this.#spikes[i]!;
      if (!isExcluded(spike) && spike.valueNs > (found?.valueNs ?? -1)) found = spike;
    }
    return found;
  }
}

/** Returns the id of the thread whose wait a spike is. */
const waitedOf = ({ measure, victim }: Spike): number | undefined =>
  measure === 'wakeup_latency' ? victim?.pid : undefined;

/** Matches samples of a result to the spikes of its time range. */
export function matchSamples(rows: readonly ToolRow[], spikes: readonly Spike[]): MatchedSamples {
  const threads = Map.groupBy(spikes, waitedOf);
  const timelines = new Map(Array.from(threads, ([tid, own]) => [tid, new Timeline(own)]));
  const all = new Timeline(spikes);
  const used = new Set<string>();
  const match = ({ row, sample }: Listed): MatchedSample => {
    const window = windowOf(sample);
    const found = { ...sample, row: row.number };
    if (!window) return { ...found, why: 'no_time' };
    const own = row.tid === undefined ? undefined : timelines.get(row.tid);
    const spike = own?.largest(window.from, window.to, ({ id }) => used.has(id));
    if (spike) {
      used.add(spike.id);
      return { ...found, spike: briefly(spike) };
    }
    const other = all.largest(window.from, window.to, (one) => waitedOf(one) !== undefined);
    const why = row.tid === undefined ? 'no_thread' : 'none';
    return { ...found, why, ...(other && { meanwhile: briefly(other) }) };
  };
  const listed = rows.flatMap((row) => (row.samples ?? []).map((sample): Listed => ({ row, sample })));
  // In order of time: windows of one thread do not overlap, except for the slack.
  const matched = listed.map(match);
  const tids = new Set(rows.map(({ tid }) => tid).filter((tid) => tid !== undefined));
  const ofThreads = spikes.filter((spike) => tids.has(waitedOf(spike)!));
  const largestFirst = matched.toSorted((a, b) => (b.valueNs ?? 0) - (a.valueNs ?? 0));
  return {
    samples: largestFirst.slice(0, MATCHES_MAX),
    listed: listed.length,
    matched: used.size,
    otherSpikes: ofThreads.length - used.size,
  };
}
