// What a trace contains for a timeline: slices, arrows, samples, markers of programs. Read once; lanes and drawing follow from it.
import type { SampleProfile, Trace, TraceCpu } from '@rtprobe/protocol';
import { type Arrow, arrowsOf, eventsOf, type Mark, marksOf, type Slice, TraceIndex } from '@rtprobe/trace';

/** ns since the trace's origin. */
export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/** In place of a function that the trace has no number for. */
const UNKNOWN = '[unknown]';

/** The module's timer took its interrupt on a CPU. */
export interface Sample {
  readonly cpu: number;
  readonly at: number;
  /** What it interrupted, unless that was the idle task: user mode if there is no function. */
  readonly place?: { readonly function?: string };
}

export interface Activity {
  readonly trace: Trace;
  readonly spikeCpu: number;
  readonly index: TraceIndex;
  /** By the time at which they begin. */
  readonly arrows: readonly Arrow[];
  /** Arrows that are left out because there are too many. */
  readonly omittedArrows: number;
  /**
   * Samples by CPU: those that found a task or softirq, and of CPUs that no other interrupt came to in the spike's window
   * all.
   */
  readonly samples: ReadonlyMap<number, readonly Sample[]>;
  /** Markers that programs wrote, by CPU, oldest first. */
  readonly markers: ReadonlyMap<number, readonly Mark[]>;
  /** Samples that found a task or softirq, by its slices. */
  readonly sampledIn: ReadonlyMap<Slice, readonly Sample[]>;
  /** CPUs without an interrupt in the spike's window and without a timer sample in the trace. */
  readonly unsampled: readonly number[];
  /** The recorded span of all CPUs. */
  readonly whole: Span;
}

export function activityOf(trace: Trace, spikeCpu: number): Activity {
  const index = new TraceIndex(trace);
  const { arrows, omitted } = arrowsOf(index);
  const samples = samplesOf(trace);
  const byCpu = Map.groupBy(samples, ({ cpu }) => cpu);
  const quiet = new Set(
    trace.cpus
      .filter((each) => hasWindow(trace, each) && !isInterrupted(index, each.cpu, byCpu.get(each.cpu) ?? []))
      .map(({ cpu }) => cpu),
  );
  const shown = samples.filter(({ cpu, place }) => place !== undefined || quiet.has(cpu));
  return {
    ...{ trace, spikeCpu, index, arrows, omittedArrows: omitted },
    samples: Map.groupBy(shown, ({ cpu }) => cpu),
    markers: Map.groupBy(
      marksOf(trace).filter(({ kind }) => kind === 'marker'),
      ({ cpu }) => cpu,
    ),
    sampledIn: sampledIn(index, samples),
    unsampled: [...quiet].filter((cpu) => !byCpu.has(cpu)),
    whole: {
      fromNs: Math.min(...trace.cpus.map((c) => c.fromNs)),
      toNs: Math.max(...trace.cpus.map((c) => c.toNs)),
    },
  };
}

/** A sample has the time of the expiry that made it. */
function samplesOf(trace: Trace): Sample[] {
  const places = new Map(
    eventsOf(trace, 'sample').map(({ cpu, at, number, arg }) => [
      `${cpu} ${at}`,
      number === 1 ? {} : { function: trace.names[`function ${arg}`] ?? UNKNOWN },
    ]),
  );
  return eventsOf(trace, 'timer_expiry').map(({ cpu, at }) => {
    const place = places.get(`${cpu} ${at}`);
    return { cpu, at, ...(place && { place }) };
  });
}

/** The timer interrupted a softirq if there was one, or else a task. */
function sampledIn(index: TraceIndex, samples: readonly Sample[]): Map<Slice, Sample[]> {
  const found = new Map<Slice, Sample[]>();
  for (const sample of samples) {
    if (sample.place === undefined) continue;
    const softirqs = index.containing(sample.cpu, 'softirq', sample.at);
    const slices = softirqs.length > 0 ? softirqs : index.containing(sample.cpu, 'running', sample.at);
    for (const slice of slices) {
      const own = found.get(slice);
      if (own) own.push(sample);
      else found.set(slice, [sample]);
    }
  }
  return found;
}

/**
 * Returns where most samples of a slice found it; undefined if it has none in a known function or in user mode. Samples
 * in unknown functions are not the same place.
 */
export function profileOf({ sampledIn }: Activity, slice: Slice): SampleProfile | undefined {
  const samples = sampledIn.get(slice);
  if (samples === undefined) return undefined;
  const known = samples.filter(({ place }) => place?.function !== UNKNOWN);
  if (known.length === 0) return undefined;
  const places = [...Map.groupBy(known, ({ place }) => place?.function)];
  const [name, inside] = places.reduce((most, next) => (next[1].length > most[1].length ? next : most));
  return {
    ...{ samples: samples.length, inside: inside.length },
    ...(name !== undefined && { function: name }),
  };
}

/** Returns whether the trace has all events of a CPU since the begin of the spike's window. */
const hasWindow = ({ windowFromNs }: Trace, { overwritten, fromNs }: TraceCpu): boolean =>
  !overwritten || fromNs <= windowFromNs;

/** Returns whether an interrupt came in the spike's window that is not the one of a sample. */
function isInterrupted(index: TraceIndex, cpu: number, samples: readonly Sample[]): boolean {
  const { windowFromNs, windowToNs } = index.trace;
  return index
    .track(cpu, 'hardirq')
    .some(
      ({ kind, startNs, endNs }) =>
        kind !== 'probe' &&
        startNs <= windowToNs &&
        endNs >= windowFromNs &&
        !samples.some(({ at }) => at >= startNs && at <= endNs),
    );
}
