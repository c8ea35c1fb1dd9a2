// What would have remained of a measure without a cause: spikes lose the parts of the cause, all other values stay.
import { BUCKET_COUNT, bucketOf, lowerEdge, upperEdge, visibleText } from '@rtprobe/metrics';
import {
  COMPOSED_MAX,
  type ComposedWorstCase,
  functionOf,
  type Nanoseconds,
  type RemainingValues,
  type Spike,
  type SpikePart,
  STRUCK_CAUSES_MAX,
  type StruckCause,
  type StruckKind,
  type WhatIf,
} from '@rtprobe/protocol';
import { callbackText } from '@rtprobe/trace';
import { inShort, partInShort, withoutWorkers } from '../explain/names.ts';

/** All values of a measure on a CPU. */
export interface CpuValues {
  cpu: number;
  max: Nanoseconds;
  counts: Float64Array;
}

interface Struck {
  key: string;
  kind: StruckKind;
  label: string;
}

const NOTHING: ReadonlySet<string> = new Set();

const cpuKey = (cpu: number): string => `cpu:${cpu}`;

/** Returns what a part belongs to: its source, and the function that ran in it. Empty if it names no cause. */
export function struckBy(part: SpikePart): Struck[] {
  const source = sourceOf(part);
  if (part.callback === undefined) return source ? [source] : [];
  const name = functionOf(part.callback.function);
  const ran: Struck = { key: `function:${name}`, kind: 'function', label: callbackText(part.callback).en };
  return source ? [source, ran] : [ran];
}

function sourceOf(part: SpikePart): Struck | undefined {
  const { kind, number, name } = part;
  switch (kind) {
    case 'unaccounted':
    case 'other':
      return undefined;
    case 'hardirq':
      return { key: `irq:${number}`, kind: 'irq', label: inShort('hardirq_duration', part).en };
    case 'irq_thread':
      return { key: `irq:${number}`, kind: 'irq', label: partInShort(sourceOnly(part)) };
    case 'vector':
    case 'softirq':
      return { key: `${kind}:${number}`, kind, label: partInShort(sourceOnly(part)) };
    case 'task':
    case 'irqs_off': {
      const comm = withoutWorkers(visibleText(name));
      return { key: `task:${comm}`, kind: 'task', label: comm };
    }
    default:
      return { key: `other:${kind}`, kind: 'other', label: part.label };
  }
}

const sourceOnly = ({ callback: _, ...part }: SpikePart): SpikePart => part;

/** Returns the largest value that a histogram can have, at most `max`. */
function largestOf(counts: Float64Array, max: Nanoseconds): Nanoseconds {
  const bucket = counts.findLastIndex((count) => count > 0);
  return bucket < 0 ? 0 : Math.min(upperEdge(bucket), max);
}

/** Counts the values in buckets from `ns` on. */
function sumFrom(counts: Float64Array, ns: Nanoseconds): number {
  if (!Number.isFinite(ns)) return 0;
  let sum = 0;
  for (let i = bucketOf(ns); i < BUCKET_COUNT; i++) if (lowerEdge(i) >= ns) sum += counts[i]!;
  return sum;
}

function withoutSpikes({ cpu, counts }: CpuValues, spikes: readonly Spike[]): Float64Array {
  const rest = counts.slice();
  for (const spike of spikes) {
    const bucket = bucketOf(spike.valueNs);
    if (spike.cpu === cpu && rest[bucket]! > 0) rest[bucket]!--;
  }
  return rest;
}

/** The values of a measure, and of its spikes the parts. */
class Measured {
  /** Of each CPU the values that are no spikes. */
  readonly #cpus: readonly CpuValues[];
  readonly #spikes: readonly Spike[];
  /** Causes of each part of each spike. */
  readonly #keys: readonly (readonly Struck[][])[];
  readonly thresholdNs: Nanoseconds;

  constructor(cpus: readonly CpuValues[], spikes: readonly Spike[]) {
    this.#cpus = cpus.map((values) => ({ ...values, counts: withoutSpikes(values, spikes) }));
    this.#spikes = spikes;
    this.#keys = spikes.map(({ parts = [] }) => parts.map(struckBy));
    this.thresholdNs = spikes.reduce(
      (min, spike) => Math.min(min, spike.thresholdNs),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Counts values over the threshold that are no spikes. */
  get unknown(): number {
    return this.#cpus.reduce((sum, values) => sum + sumFrom(values.counts, this.thresholdNs), 0);
  }

  without(keys: ReadonlySet<string>): RemainingValues & { spikes: number } {
    const counts = new Float64Array(BUCKET_COUNT);
    let [maxNs, over, spikes] = [0, 0, 0];
    for (const { cpu, max, counts: rest } of this.#cpus) {
      if (keys.has(cpuKey(cpu))) continue;
      maxNs = Math.max(maxNs, largestOf(rest, max));
      over += sumFrom(rest, this.thresholdNs);
      for (let i = 0; i < BUCKET_COUNT; i++) counts[i]! += rest[i]!;
    }
    for (const [i, spike] of this.#spikes.entries()) {
      const gone = this.#partsOf(i, keys);
      if (keys.has(cpuKey(spike.cpu))) {
        spikes++;
        continue;
      }
      if (gone > 0) spikes++;
      const ns = Math.max(0, spike.valueNs - gone);
      maxNs = Math.max(maxNs, ns);
      if (ns >= this.thresholdNs) over++;
      counts[bucketOf(ns)]!++;
    }
    const buckets = [...counts.entries()].filter(([, count]) => count > 0);
    return { maxNs, over, spikes, count: counts.reduce((sum, count) => sum + count, 0), buckets };
  }

  #partsOf(spike: number, keys: ReadonlySet<string>): Nanoseconds {
    const { parts = [] } = this.#spikes[spike]!;
    return parts.reduce((sum, { durationNs }, i) => {
      return this.#keys[spike]![i]!.some(({ key }) => keys.has(key)) ? sum + durationNs : sum;
    }, 0);
  }

  causes(): StruckCause[] {
    const found = new Map<string, Omit<StruckCause, 'maxNs' | 'over'>>();
    const note = ({ key, kind, label }: Struck, ns: Nanoseconds, id: string) => {
      const own = found.get(key) ?? { key, kind, label, spikes: 0, largestNs: 0, largest: id };
      // The handler of an interrupt has a better name than its thread.
      found.set(key, ns > own.largestNs ? { ...own, label, largestNs: ns, largest: id } : own);
    };
    for (const [i, { parts = [], id, cpu, valueNs }] of this.#spikes.entries()) {
      for (const [j, { durationNs }] of parts.entries())
        for (const struck of this.#keys[i]![j]!) note(struck, durationNs, id);
      note({ key: cpuKey(cpu), kind: 'cpu', label: `CPU ${cpu}` }, valueNs, id);
    }
    return [...found.values()].map((cause) => {
      const { maxNs, over, spikes } = this.without(new Set([cause.key]));
      return { ...cause, maxNs, over, spikes };
    });
  }

  /** Returns the sum of the largest parts of each CPU, where it is largest. */
  composed(): ComposedWorstCase | undefined {
    const cpus = Map.groupBy(this.#spikes, ({ cpu }) => cpu);
    const sums = [...cpus].map(([cpu, spikes]) => composedOf(cpu, spikes));
    return sums.reduce<ComposedWorstCase | undefined>(
      (largest, sum) => (largest === undefined || sum.sumNs > largest.sumNs ? sum : largest),
      undefined,
    );
  }
}

function composedOf(cpu: number, spikes: readonly Spike[]): ComposedWorstCase {
  const largest = new Map<string, ComposedWorstCase['parts'][number]>();
  for (const { id, parts = [] } of spikes) {
    for (const part of parts) {
      const key =
        struckBy(part)
          .map((struck) => struck.key)
          .join(' ') || part.kind;
      const before = largest.get(key);
      if (before === undefined || part.durationNs > before.durationNs)
        largest.set(key, { label: partInShort(part), durationNs: part.durationNs, spike: id });
    }
  }
  const parts = [...largest.values()].sort((a, b) => b.durationNs - a.durationNs);
  return {
    ...{ cpu, sumNs: parts.reduce((sum, { durationNs }) => sum + durationNs, 0) },
    observedNs: spikes.reduce((max, { valueNs }) => Math.max(max, valueNs), 0),
    ...{ parts: parts.slice(0, COMPOSED_MAX), more: Math.max(0, parts.length - COMPOSED_MAX) },
  };
}

/** `spikes`: those of the measure, with and without parts. */
export function whatIf(
  cpus: readonly CpuValues[],
  spikes: readonly Spike[],
  without: readonly string[],
): Omit<WhatIf, 'host' | 'measure' | 'from' | 'to'> {
  const decomposed = spikes.filter(({ parts }) => parts !== undefined && parts.length > 0);
  const measured = new Measured(cpus, decomposed);
  const causes = measured
    .causes()
    .toSorted((a, b) => a.maxNs - b.maxNs || a.over - b.over || b.largestNs - a.largestNs);
  const { spikes: _, ...values } = measured.without(NOTHING);
  const maxNs = cpus.reduce((largest, { max }) => Math.max(largest, max), 0);
  const composed = measured.composed();
  return {
    values: { ...values, maxNs },
    ...{ decomposed: decomposed.length, unknown: decomposed.length === 0 ? 0 : measured.unknown },
    ...(decomposed.length > 0 && { thresholdNs: measured.thresholdNs }),
    ...{ causes: causes.slice(0, STRUCK_CAUSES_MAX), more: Math.max(0, causes.length - STRUCK_CAUSES_MAX) },
    ...(without.length > 0 && { without: { keys: [...without], ...measured.without(new Set(without)) } }),
    ...(composed && { composed }),
  };
}
