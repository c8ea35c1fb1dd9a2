// Reads what cyclictest prints: histograms (-h, -H) with their footers, lines of a thread (-q or a terminal), listed
// samples (-v), and spikes (--spike).
import {
  RESULT_ROWS_MAX,
  type ResultNote,
  SAMPLES_MAX,
  type ToolResult,
  type ToolRow,
  type ToolSample,
} from '@rtprobe/protocol';
import { invalidWord, type Line, linesOf, numberOf, numbersOf, toNs } from './lines.ts';

/** `T: 0 (21053) P: 0 I:1000 C:    300 Min:     58 Act:   82 Avg:  111 Max:    7532` */
const THREAD =
  /^T:\s*(\d+) \(\s*(\d+)\) P:\s*\d+ I:\s*(\d+) C:\s*(\d+) Min:\s*(\d+) Act:\s*\d+ Avg:\s*(\d+) Max:\s*(\d+)/;
/** `T: 1 Spike:   37811: TS:  70928316764`, the time in microseconds. */
const SPIKE = /^T:\s*(\d+) Spike:\s*(\d+): TS:\s*(\d+)\s*$/;
/** `       1:       4:    1657`: thread, cycle, value. */
const SAMPLE = /^\s*(\d+):\s*(\d+):\s*(\d+)\s*$/;
/** No machine is up for 31 years. */
const REALTIME_US = 1e15;
const HISTOGRAM = '# Histogram';
const BUCKET = /^\d{6,}(\s|$)/;
const FOOTER = /^# (Total|Min Latencies|Avg Latencies|Max Latencies|Histogram Overflows): ?(.*)$/;
/** `# Thread 0: 00008 00009 # 00132 others` */
const OVERFLOWS = /^# Thread (\d+):(.*)$/;
const OTHERS = /^(.*) # (\d+) others\s*$/;
const THREAD_IDS = /^# Thread Ids:(.*)$/;
/** Lines without figures. The "Interval" of -v is that of the next thread. */
const KNOWN =
  /^(Thread \d+ Interval: |\s*$|# \/dev\/cpu_dma_latency|# Histogram Overflow at cycle|# Break (thread|value):|policy: |Max CPUs = |Online CPUs = |spikes = )/;

export const isCyclictest = (line: string): boolean =>
  line === HISTOGRAM || THREAD.test(line) || SPIKE.test(line) || SAMPLE.test(line) || FOOTER.test(line);

/** What is read about one thread; values in the unit of the text. */
interface Thread {
  row: ToolRow;
  samples: ToolSample[];
  /** Listed samples that are not stored. */
  left: number;
  /** Cycles of the samples, each of which -v lists once and -h again if it is over the limit. */
  cycles: Set<number>;
  /** Values listed by -v. */
  listed: { count: number; min: number; max: number };
}

type Footer = 'Total' | 'Min Latencies' | 'Avg Latencies' | 'Max Latencies' | 'Histogram Overflows';

class Reader {
  readonly #unit: number;
  readonly #threads = new Map<number, Thread>();
  readonly #footers = new Map<Footer, number[]>();
  /** Columns of the histogram, of which -H adds one with the sum of the others. */
  #columns: [edge: number, count: number][][] = [];
  #edges = 0;
  /** Whether the last column was the sum of the others in every line. */
  #isSummed = true;
  #ignored = 0;
  #isCut = false;

  constructor(unit: number) {
    this.#unit = unit;
  }

  #thread(number: number, line: number): Thread {
    let thread = this.#threads.get(number);
    if (!thread) {
      if (this.#threads.size >= RESULT_ROWS_MAX)
        throw invalidWord(line, String(number), 'one of the first threads');
      thread = {
        row: { number, buckets: [] },
        ...{ samples: [], left: 0, cycles: new Set() },
        listed: { count: 0, min: Number.POSITIVE_INFINITY, max: 0 },
      };
      this.#threads.set(number, thread);
    }
    return thread;
  }

  #sample(thread: Thread, sample: ToolSample): void {
    if (sample.cycle !== undefined && thread.cycles.has(sample.cycle)) return;
    if (sample.cycle !== undefined) thread.cycles.add(sample.cycle);
    if (thread.samples.length < SAMPLES_MAX) thread.samples.push(sample);
    else thread.left++;
  }

  line(line: Line): void {
    // Digits may be missing at the end of a file that was cut. The line of a thread has its value in a fixed width.
    if (line.isCut) {
      this.#isCut = true;
      if (!THREAD.test(line.text)) return;
    }
    if (!this.#known(line)) this.#ignored++;
  }

  #known({ text, number }: Line): boolean {
    if (text === HISTOGRAM || KNOWN.test(text)) return true;
    if (BUCKET.test(text)) return this.#bucket(text, number);
    const thread = THREAD.exec(text);
    if (thread) return this.#summary(thread, number);
    const spike = SPIKE.exec(text);
    if (spike) {
      const [, of, value, at] = spike as unknown as [string, string, string, string];
      const us = numberOf(at, number);
      this.#sample(this.#thread(numberOf(of, number), number), {
        valueNs: toNs(numberOf(value, number), this.#unit),
        // With -c 1, the clock is CLOCK_REALTIME.
        ...(us < REALTIME_US ? { monoNs: `${BigInt(us) * 1000n}` } : { time: us }),
      });
      return true;
    }
    const sample = SAMPLE.exec(text);
    if (sample) {
      const [of, cycle, value] = sample.slice(1).map((word) => numberOf(word, number));
      const thread = this.#thread(of!, number);
      const valueNs = toNs(value!, this.#unit);
      this.#sample(thread, { cycle: cycle!, valueNs });
      thread.listed.count++;
      thread.listed.min = Math.min(thread.listed.min, valueNs);
      thread.listed.max = Math.max(thread.listed.max, valueNs);
      return true;
    }
    return this.#comment(text, number);
  }

  #comment(text: string, number: number): boolean {
    const ids = THREAD_IDS.exec(text);
    if (ids) {
      for (const [i, tid] of numbersOf(ids[1]!, number).entries()) this.#thread(i, number).row.tid = tid;
      return true;
    }
    const overflows = OVERFLOWS.exec(text);
    if (overflows) return this.#overflows(overflows[1]!, overflows[2]!, number);
    const footer = FOOTER.exec(text);
    if (!footer) return false;
    this.#footers.set(footer[1] as Footer, numbersOf(footer[2]!, number));
    return true;
  }

  #summary(found: RegExpExecArray, line: number): true {
    const [of, tid, interval, count, min, avg, max] = found.slice(1).map((word) => numberOf(word, line));
    const { row } = this.#thread(of!, line);
    if (tid! > 0) row.tid = tid!;
    Object.assign(row, { intervalNs: interval! * 1000, count });
    // Before its first cycle a thread shows a minimum that is no value.
    if (count! > 0) {
      const ns = (value: number | undefined) => toNs(value!, this.#unit);
      Object.assign(row, { minNs: ns(min), avgNs: ns(avg), maxNs: ns(max) });
    }
    return true;
  }

  #bucket(text: string, line: number): true {
    const [edge, ...counts] = numbersOf(text, line);
    if (counts.length === 0) throw invalidWord(line, text.trim(), 'a bucket with its counts');
    if (this.#edges > 0 && counts.length !== this.#columns.length)
      throw invalidWord(line, text.trim(), `a bucket with ${this.#columns.length} counts`);
    if (this.#edges === 0) this.#columns = counts.map(() => []);
    if (edge! < this.#edges) throw invalidWord(line, text.trim(), 'a bucket above the one before');
    this.#edges = edge! + 1;
    for (const [i, count] of counts.entries()) {
      if (count > 0) this.#columns[i]!.push([toNs(edge!, this.#unit), count]);
    }
    const sum = counts.slice(0, -1).reduce((total, count) => total + count, 0);
    if (counts.length === 1 || counts.at(-1) !== sum) this.#isSummed = false;
    return true;
  }

  #overflows(of: string, list: string, line: number): true {
    const others = OTHERS.exec(list);
    const cycles = numbersOf(others?.[1] ?? list, line);
    const thread = this.#thread(numberOf(of, line), line);
    for (const cycle of cycles) this.#sample(thread, { cycle });
    if (others) thread.left += numberOf(others[2]!, line);
    return true;
  }

  result(): ToolResult {
    const notes = new Set<ResultNote>();
    const limitNs = toNs(this.#edges, this.#unit);
    if (this.#edges > 0) this.#addHistogram(notes);
    if (this.#isCut) notes.add('truncated');
    const rows = [...this.#threads.values()].sort((a, b) => a.row.number - b.row.number);
    return {
      tool: 'cyclictest',
      ...(limitNs > 0 && { limitNs }),
      rows: rows.map(({ row, samples, left, listed }) => ({
        ...(listed.count > 0 && { count: listed.count, minNs: listed.min, maxNs: listed.max }),
        ...row,
        ...(samples.length > 0 && { samples }),
        ...(left > 0 && { samplesLeftOut: left }),
      })),
      notes: [...notes],
      ignoredLines: this.#ignored,
    };
  }

  /** Returns how many columns are threads: -H has one more. */
  #threadColumns(notes: Set<ResultNote>): number {
    const all = this.#columns.length;
    const stated = this.#footers.get('Min Latencies')?.length;
    if (stated !== undefined) return Math.min(stated, all);
    if (!this.#isSummed) return all;
    notes.add('summary_column');
    return all - 1;
  }

  #addHistogram(notes: Set<ResultNote>): void {
    const footer = (name: Footer, i: number) => this.#footers.get(name)?.[i];
    // The last line of figures that cyclictest writes.
    if (!this.#footers.has('Histogram Overflows')) notes.add('truncated');
    for (let i = 0; i < this.#threadColumns(notes); i++) {
      const { row } = this.#thread(i, 0);
      row.buckets = this.#columns[i]!;
      const inside = row.buckets.reduce((sum, [, count]) => sum + count, 0);
      const [total, over] = [footer('Total', i), footer('Histogram Overflows', i)];
      if (total !== undefined && total !== inside) notes.add('sum');
      if (over !== undefined) row.over = over;
      row.count ??= inside + (over ?? 0);
      const count = row.count;
      for (const [name, field] of [
        ['Min Latencies', 'minNs'],
        ['Avg Latencies', 'avgNs'],
        ['Max Latencies', 'maxNs'],
      ] as const) {
        const value = footer(name, i);
        if (value !== undefined && count > 0) row[field] = toNs(value, this.#unit);
      }
    }
  }
}

/** Reads the text. `unitNs`: 1 with the option -N, which the text does not state, else 1000. */
export function readCyclictest(text: string, unitNs: number): ToolResult {
  const reader = new Reader(unitNs);
  for (const line of linesOf(text)) reader.line(line);
  return reader.result();
}

/** Whether words of a command line have the option -N. */
export function printsNanoseconds(command: readonly string[]): boolean {
  return command.some((word) => word === '--nsecs' || /^-[a-zA-Z]*N/.test(word));
}
