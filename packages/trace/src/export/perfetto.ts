// A trace in Chrome's JSON format, which ui.perfetto.dev and other viewers open: a process per CPU, a thread per
// context of it, so that the slices of each nest. Times are µs with the nanoseconds as decimals.
import { partWords, type Trace } from '@rtprobe/protocol';
import { type Arrow, arrowsOf } from '../arrows.ts';
import { type Mark, marksOf } from '../marks.ts';
import { CONTEXTS, type Context, durationOf, type Slice, sliceTitle } from '../slice.ts';
import { TraceIndex } from '../trace-index.ts';
import { isoMicros, kernelWords, type SpikeRecord, safe } from './record.ts';

interface ChromeEvent {
  ph: 'X' | 'i' | 'M' | 's' | 'f';
  name: string;
  cat?: string;
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  s?: 't' | 'g';
  /** Of the two ends of a flow. */
  id?: number;
  /** Binds the end of a flow to the slice that is open, not to the next one. */
  bp?: 'e';
  args?: Record<string, string | number | boolean>;
}

const TITLES: Readonly<Record<Context, string>> = {
  nmi: 'NMI',
  hardirq: 'hard interrupts',
  softirq: 'softirqs',
  irqs_off: `${partWords.irqs_off.title} (evidence)`,
  running: 'running',
};
/** Outermost first, as in a flame graph: what runs is above what it interrupts. */
const ORDER: readonly Context[] = ['running', 'irqs_off', 'softirq', 'hardirq', 'nmi'];

/** Process and thread numbers are synthetic: viewers require unique thread numbers over all processes. */
const SPIKE_PROCESS = 1;
const processOf = (cpu: number): number => (cpu + 1) * 10;
const threadOf = (cpu: number, context: Context): number => processOf(cpu) + 1 + CONTEXTS.indexOf(context);

/**
 * Converts ns to µs. Some readers truncate below the nanosecond, and 1001 / 1000 is slightly less than 1.001; the next
 * larger double is right with truncation and rounding.
 */
export function toMicros(ns: number): number {
  const us = ns / 1000;
  if (Math.trunc(us * 1000) === ns) return us;
  const step = Math.abs(us) * Number.EPSILON;
  return ns > 0 ? us + step : us - step;
}

class ChromeWriter {
  readonly events: ChromeEvent[] = [];
  /** Time 0 of the file, in ns since the trace's origin. */
  readonly #zero: number;
  #flows = 0;

  constructor(zero: number) {
    this.#zero = zero;
  }

  /** Returns start and length in µs, each from whole nanoseconds, so that they add up to the end. */
  #span(startNs: number, durationNs: number): { ts: number; dur: number } {
    return { ts: toMicros(startNs - this.#zero), dur: toMicros(durationNs) };
  }

  name(pid: number, tid: number, kind: 'process' | 'thread', name: string, index: number): void {
    this.events.push({ ph: 'M', name: `${kind}_name`, pid, tid, args: { name } });
    this.events.push({ ph: 'M', name: `${kind}_sort_index`, pid, tid, args: { sort_index: index } });
  }

  window(trace: Trace, label: string): void {
    const { windowFromNs, windowToNs } = trace;
    this.events.push({
      ...{ ph: 'X', name: label, cat: 'spike', pid: SPIKE_PROCESS, tid: SPIKE_PROCESS + 1 },
      ...this.#span(windowFromNs, windowToNs - windowFromNs),
    });
  }

  slice(slice: Slice): void {
    const { cpu, context, kind, pid, begin, end, netNs, startNs, exact } = slice;
    this.events.push({
      ...{
        ph: 'X',
        name: safe(sliceTitle(slice)),
        cat: context,
        pid: processOf(cpu),
        tid: threadOf(cpu, context),
      },
      ...this.#span(startNs, durationOf(slice)),
      args: {
        ...{ kind, begin, end, net_ns: netNs },
        ...(pid !== undefined && { pid }),
        ...(exact !== undefined && { exact }),
      },
    });
  }

  /**
   * Writes a flow. A reader binds each end to the slice that was last opened on its thread. Perfetto draws from the end of
   * the first slice, so that one is an instant. The second must be the slice that was written last.
   */
  arrow({ kind, from, to }: Arrow): void {
    const flow = { name: kind, cat: 'arrow', id: ++this.#flows };
    const at = ({ slice: { cpu, context }, atNs }: Arrow['from']) => ({
      ...{ pid: processOf(cpu), tid: threadOf(cpu, context), ts: toMicros(atNs - this.#zero) },
    });
    const name = safe(`${kind} ${sliceTitle(to.slice)}`);
    this.events.push({ ph: 'i', name, cat: 'arrow', s: 't', ...at(from) });
    this.events.push({ ph: 's', ...flow, ...at(from) });
    this.events.push({ ph: 'f', bp: 'e', ...flow, ...at(to) });
  }

  mark(mark: Mark): void {
    const { cpu, kind, label, atNs, lastCpu, nextCpu, ns } = mark;
    this.events.push({
      ...{ ph: 'i', name: safe(label ? `${kind} ${label}` : kind), cat: kind, s: 't' },
      ...{ pid: processOf(cpu), tid: threadOf(cpu, 'running'), ts: toMicros(atNs - this.#zero) },
      args: {
        ...(lastCpu !== undefined && { last_cpu: lastCpu }),
        ...(nextCpu !== undefined && { next_cpu: nextCpu }),
        ...(ns !== undefined && { ns }),
      },
    });
  }
}

function writeTracks(writer: ChromeWriter, trace: Trace, spike: SpikeRecord['spike']): void {
  writer.name(SPIKE_PROCESS, SPIKE_PROCESS + 1, 'process', 'spike', 0);
  writer.name(SPIKE_PROCESS, SPIKE_PROCESS + 1, 'thread', `${safe(spike.label)} ${spike.measure}`, 0);
  for (const { cpu, overwritten } of trace.cpus) {
    const cut = overwritten ? ' (beginning overwritten)' : '';
    writer.name(processOf(cpu), threadOf(cpu, 'running'), 'process', `CPU ${cpu}${cut}`, cpu + 1);
    for (const [index, context] of ORDER.entries()) {
      writer.name(processOf(cpu), threadOf(cpu, context), 'thread', TITLES[context], index);
    }
  }
}

/** Throws if the record has no trace. */
export function toPerfetto({ spike, host, trace }: SpikeRecord): string {
  if (!trace) throw new RangeError(`spike ${spike.id} has no trace`);
  const zero = Math.min(0, trace.windowFromNs, ...trace.cpus.map((cpu) => cpu.fromNs));
  const writer = new ChromeWriter(zero);
  writeTracks(writer, trace, spike);
  writer.window(trace, safe(spike.sentence));
  const index = new TraceIndex(trace);
  const { arrows, omitted } = arrowsOf(index);
  const arrowsTo = Map.groupBy(arrows, ({ to }) => to.slice);
  for (const slice of index.slices) {
    writer.slice(slice);
    for (const arrow of arrowsTo.get(slice) ?? []) writer.arrow(arrow);
  }
  for (const mark of marksOf(trace)) writer.mark(mark);
  const document = {
    displayTimeUnit: 'ns',
    otherData: {
      producer: 'rtprobe',
      spike: spike.id,
      host: safe(spike.host),
      ...(host?.kernel && { kernel: kernelWords(host.kernel) }),
      time: isoMicros(spike.time),
      /** CLOCK_MONOTONIC ns of time 0. */
      origin_monotonic_ns: String(BigInt(trace.originNs) + BigInt(zero)),
      ...(omitted > 0 && { arrows_omitted: omitted }),
    },
    traceEvents: writer.events,
  };
  return `${JSON.stringify(document)}\n`;
}
