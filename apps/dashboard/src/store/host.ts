// Everything this page holds of one host, outside React: applies messages and frames, hands out readings.
//
// Memory is bounded: three measures times all CPUs, the first eight CPUs and one chosen beyond them, at most
// 3 MB each; a source is 14 KB; spikes and gaps are bounded lists.
import {
  type FrameHeader,
  FrameKind,
  type FrameRow,
  type FrameSink,
  type HostInfo,
  type HostStats,
  MEASURES,
  type Measure,
  type RowInfo,
  type SourceInfo,
  type UnixMicros,
} from '@rtprobe/protocol';
import { Series } from './series.ts';
import { Source } from './source.ts';
import { SpikeList } from './spikes.ts';
import type { Tier } from './tier.ts';

/** CPUs with a history of their own from the start; one more can be chosen. */
export const CPU_HISTORIES = 8;
const GAPS_MAX = 256;
/** Frames further apart than this many of their own spans have a gap between them. */
const GAP_SPANS = 2;
/** A keyframe has no span of its own; this stands for it until a delta told the true one. */
const SPAN_DEFAULT_US = 100_000;

export interface Gap {
  from: UnixMicros;
  to: UnixMicros;
  reason: string;
}

interface Row {
  source: Source;
  cpu: number;
  series: readonly Series[];
}

/** What a frame asks of the connection. */
export type FrameOutcome = 'applied' | 'needs-keyframe';

export class Host implements FrameSink {
  info: HostInfo;
  stats: HostStats | undefined;
  readonly spikes = new SpikeList();
  readonly sources = new Map<number, Source>();
  readonly gaps: Gap[] = [];
  /** CPUs that any row names, ascending. */
  cpus: number[] = [];
  /** End of the newest frame's span. */
  time: UnixMicros = 0;
  /** Time of the first frame; undefined before it. */
  seenFrom: UnixMicros | undefined;
  /** Span of the newest delta. */
  spanUs = SPAN_DEFAULT_US;
  epoch = -1;
  /** Number of the newest frame applied, to be acknowledged once drawn; -1 before the first. */
  seq = -1;
  /** Rows of frames that no message described. */
  unknownRows = 0;
  readonly #series = new Map<string, Series>();
  readonly #rows: (Row | undefined)[] = [];
  #extraCpu: number | undefined;
  #synced = false;
  #ignore = false;
  #kind: FrameKind = FrameKind.delta;

  constructor(info: HostInfo) {
    this.info = info;
    for (const measure of MEASURES) this.#addSeries(measure, -1);
  }

  get name(): string {
    return this.info.host;
  }

  series(measure: Measure, cpu: number): Series | undefined {
    return this.#series.get(`${measure}/${cpu}`);
  }

  /** Gives a CPU beyond the first ones a history; true when that is new and wants a keyframe. */
  follow(cpu: number): boolean {
    if (cpu < 0 || this.series(MEASURES[0], cpu) !== undefined || !this.cpus.includes(cpu)) return false;
    if (this.#extraCpu !== undefined) {
      for (const measure of MEASURES) this.#series.delete(`${measure}/${this.#extraCpu}`);
    }
    this.#extraCpu = cpu;
    for (const measure of MEASURES) this.#addSeries(measure, cpu);
    this.#linkRows();
    return true;
  }

  /** Of every series. */
  tiers(): Tier[] {
    return [...this.#series.values()].flatMap((series) => series.tiers);
  }

  setSources(sources: readonly SourceInfo[], rows: readonly RowInfo[]): void {
    const listed = new Set(sources.map((s) => s.id));
    for (const id of this.sources.keys()) if (!listed.has(id)) this.sources.delete(id);
    for (const info of sources) {
      const known = this.sources.get(info.id);
      const same = known?.info.measure === info.measure && known.info.number === info.number;
      if (known !== undefined && same && known.info.name === info.name) known.info = info;
      else this.sources.set(info.id, new Source(info));
    }
    this.cpus = [...new Set(rows.map((r) => r.cpu))].sort((a, b) => a - b);
    for (const cpu of this.cpus.slice(0, CPU_HISTORIES)) {
      for (const measure of MEASURES) if (!this.series(measure, cpu)) this.#addSeries(measure, cpu);
    }
    this.#rows.length = 0;
    for (const { row, source, cpu } of rows) {
      const known = this.sources.get(source);
      if (known !== undefined) this.#rows[row] = { source: known, cpu, series: [] };
    }
    this.#linkRows();
  }

  addGap(gap: Gap): void {
    const last = this.gaps.at(-1);
    if (last !== undefined && gap.from <= last.to) last.to = Math.max(last.to, gap.to);
    else this.gaps.push(gap);
    if (this.gaps.length > GAPS_MAX) this.gaps.shift();
  }

  /** The connection ended: the next frame must be a keyframe. */
  disconnected(): void {
    this.#synced = false;
    this.awaitsKeyframe = true;
    this.seq = -1;
  }

  /** Frames were asked for anew; deltas that are still under way are of no use. */
  awaitsKeyframe = false;

  begin(header: FrameHeader): void {
    const { kind, time, spanUs } = header;
    this.#kind = kind;
    const hole = this.seq >= 0 && header.seq !== this.seq + 1;
    const epochChanged = header.epoch !== this.epoch;
    if (kind === FrameKind.delta && (!this.#synced || hole || epochChanged)) {
      this.#synced = false;
      this.#ignore = true;
      return;
    }
    this.#ignore = false;
    this.#synced = true;
    this.awaitsKeyframe = false;
    this.seq = header.seq;
    // A recording that was wound back: what was drawn lies in the future and never happened.
    if (time < this.time - this.spanUs * GAP_SPANS) this.#rewind();
    const start = kind === FrameKind.delta ? time - spanUs : time - this.spanUs;
    const silent = this.time > 0 && start - this.time > (GAP_SPANS - 1) * this.spanUs;
    if (silent) this.addGap({ from: this.time, to: start, reason: 'no frames' });
    const follows = this.time > 0 && !silent && !epochChanged;
    this.#keySpanUs = follows ? Math.max(0, time - this.time) : 0;
    if (kind === FrameKind.delta) this.spanUs = spanUs;
    if (epochChanged) for (const series of this.#series.values()) series.restart();
    this.epoch = header.epoch;
    this.time = Math.max(this.time, time);
    this.seenFrom ??= time;
    for (const series of this.#series.values()) {
      if (kind === FrameKind.delta) series.beginDelta(time, spanUs);
      else series.beginTotals();
    }
    for (const source of this.sources.values()) {
      source.tick(time);
      if (kind === FrameKind.keyframe) source.clearTotals();
    }
  }
  #keySpanUs = 0;

  row(row: FrameRow): void {
    if (this.#ignore) return;
    const known = this.#rows[row.row];
    if (known === undefined) {
      this.unknownRows++;
      return;
    }
    const { source, cpu, series } = known;
    if (this.#kind === FrameKind.delta) {
      source.addDelta(row, cpu, this.time);
      for (const s of series) s.addDelta(row, cpu);
    } else {
      source.addTotals(row, cpu);
      for (const s of series) s.addTotals(row, cpu);
    }
  }

  /** After the last row; says whether the frame could be used. */
  end(): FrameOutcome {
    if (this.#ignore) return 'needs-keyframe';
    for (const series of this.#series.values()) {
      if (this.#kind === FrameKind.delta) series.endDelta();
      else series.endTotals(this.time, this.#keySpanUs);
    }
    return 'applied';
  }

  #rewind(): void {
    for (const series of this.#series.values()) series.clearHistory();
    for (const source of this.sources.values()) source.clearHistory();
    this.spikes.clear();
    this.gaps.length = 0;
    this.time = 0;
    this.seenFrom = undefined;
  }

  #addSeries(measure: Measure, cpu: number): void {
    this.#series.set(`${measure}/${cpu}`, new Series(measure, cpu));
  }

  #linkRows(): void {
    for (const row of this.#rows) {
      if (row === undefined) continue;
      const { measure } = row.source.info;
      row.series = [this.series(measure, -1), this.series(measure, row.cpu)].filter((s) => s !== undefined);
    }
  }
}
