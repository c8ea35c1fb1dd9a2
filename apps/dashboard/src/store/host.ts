// Everything this page holds of one host, outside React: applies messages and frames, hands out readings.
//
// Memory is bounded: every measure on all CPUs and on one chosen one, four of them on the first four, and the sources
// in focus, at most 3 MB each; a source is 19 KB, as is a row in focus; spikes and gaps are bounded lists.
import {
  type FrameHeader,
  FrameKind,
  type FrameRow,
  type FrameSink,
  type HostInfo,
  type HostStats,
  type Measure,
  type RowInfo,
  type Rule,
  type SourceInfo,
  type TaskStat,
  type UnixMicros,
} from '@rtprobe/protocol';
import { descriptorOf } from '../i18n/measures.ts';
import { type Focus, focusKey, focusSources, inFocus, type Row } from './focus.ts';
import { Series } from './series.ts';
import { Source } from './source.ts';
import { SpikeList } from './spikes.ts';
import type { Tier } from './tier.ts';

/** CPUs with a history of their own from the start, for the measures people look at by CPU; one more can be chosen. */
const CPU_HISTORIES = 4;
const isByCpu = (measure: Measure): boolean =>
  descriptorOf(measure).source === 'cpu' || measure === 'hardirq_duration';
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

interface LinkedRow extends Row {
  series: readonly Series[];
}

/** What a frame asks of the connection. */
export type FrameOutcome = 'applied' | 'needs-keyframe';

export class Host implements FrameSink {
  info: HostInfo;
  stats: HostStats | undefined;
  readonly spikes = new SpikeList();
  /** Those most time was taken from. */
  tasks: readonly TaskStat[] = [];
  rules: readonly Rule[] = [];
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
  readonly #rows: (LinkedRow | undefined)[] = [];
  #followedCpu = -1;
  #focus: Focus | undefined;
  /** A keyframe has filled the rows in focus. */
  focusFilled = false;
  #synced = false;
  #ignore = false;
  #kind: FrameKind = FrameKind.delta;

  constructor(info: HostInfo) {
    this.info = info;
  }

  get name(): string {
    return this.info.host;
  }

  series(measure: Measure, cpu: number): Series | undefined {
    return this.#series.get(`${measure}/${cpu}`);
  }

  /** History of a source on all its CPUs; only while it is in focus. */
  seriesOf(source: number): Series | undefined {
    return this.#series.get(`source/${source}`);
  }

  get focus(): Focus | undefined {
    return this.#focus;
  }

  /** Looks closely at something else; true when that wants a keyframe to be filled. */
  setFocus(focus: Focus | undefined): boolean {
    const key = focus === undefined ? '' : focusKey(focus);
    if (key === (this.#focus === undefined ? '' : focusKey(this.#focus))) return false;
    this.#focus = focus;
    this.focusFilled = false;
    const wanted = focusSources(focus);
    for (const name of this.#series.keys()) {
      const source = /^source\/(\d+)$/.exec(name)?.[1];
      if (source !== undefined && !wanted.includes(Number(source))) this.#series.delete(name);
    }
    this.#addFocusSeries();
    this.#linkRows();
    return focus !== undefined;
  }

  #addFocusSeries(): void {
    for (const id of focusSources(this.#focus)) {
      const info = this.sources.get(id)?.info;
      if (info === undefined || this.seriesOf(id) !== undefined) continue;
      this.#series.set(`source/${id}`, new Series(info.measure, -1));
    }
  }

  /** Every source on every CPU it was seen on. */
  rows(): readonly Row[] {
    return this.#rows.filter((row) => row !== undefined);
  }

  /** Gives a CPU a history of every measure; true when some of that is new and wants a keyframe. */
  follow(cpu: number): boolean {
    if (cpu < 0 || cpu === this.#followedCpu || !this.cpus.includes(cpu)) return false;
    this.#followedCpu = cpu;
    for (const [name, series] of this.#series) {
      if (series.cpu >= 0 && !this.#keepsCpu(series.measure, series.cpu)) this.#series.delete(name);
    }
    const added = this.#addMeasures();
    this.#linkRows();
    return added;
  }

  #keepsCpu(measure: Measure, cpu: number): boolean {
    return cpu === this.#followedCpu || (isByCpu(measure) && this.cpus.indexOf(cpu) < CPU_HISTORIES);
  }

  /** Histories of all measures that have a source; whether any is new. */
  #addMeasures(): boolean {
    const before = this.#series.size;
    for (const measure of new Set([...this.sources.values()].map((s) => s.info.measure))) {
      const cpus = this.cpus.filter((cpu) => this.#keepsCpu(measure, cpu));
      for (const cpu of [-1, ...cpus]) {
        if (this.series(measure, cpu) === undefined) {
          this.#series.set(`${measure}/${cpu}`, new Series(measure, cpu));
        }
      }
    }
    return this.#series.size > before;
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
      else {
        this.sources.set(info.id, new Source(info));
        this.#series.delete(`source/${info.id}`);
      }
    }
    this.#addFocusSeries();
    this.cpus = [...new Set(rows.map((r) => r.cpu))].sort((a, b) => a - b);
    this.#addMeasures();
    const before = this.#rows.splice(0);
    for (const { row, source, cpu } of rows) {
      const known = this.sources.get(source);
      const was = before[row];
      const same = was !== undefined && was.source === known && was.cpu === cpu;
      if (same) this.#rows[row] = was;
      else if (known !== undefined) {
        this.#rows[row] = { source: known, cpu, count: 0, sum: 0, max: 0, detail: undefined, series: [] };
      }
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
    // A recording that was wound back, or a clock that was set back: what was drawn lies in the future.
    if (time < this.time - this.spanUs * GAP_SPANS) this.#rewind(time);
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
    for (const row of this.#rows) if (row !== undefined) beginRow(row, kind, time);
    if (kind === FrameKind.keyframe) this.focusFilled = true;
  }
  #keySpanUs = 0;

  row(row: FrameRow): void {
    if (this.#ignore) return;
    const known = this.#rows[row.row];
    if (known === undefined) {
      this.unknownRows++;
      return;
    }
    const { source, cpu, series, detail } = known;
    known.count += row.count;
    known.sum += row.sum;
    if (row.count > 0) known.max = Math.max(known.max, row.max);
    if (this.#kind === FrameKind.delta) {
      detail?.addDelta(row, cpu, this.time);
      source.addDelta(row, cpu, this.time);
      for (const s of series) s.addDelta(row, cpu);
    } else {
      detail?.addTotals(row, cpu);
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

  #rewind(time: UnixMicros): void {
    for (const series of this.#series.values()) series.clearHistory();
    for (const source of this.sources.values()) source.clearHistory();
    for (const row of this.#rows) row?.detail?.clearHistory();
    // In a recording later spikes have not happened yet; on a live host they did, whatever its clock says now.
    if (this.info.state === 'replay') this.spikes.dropAfter(time);
    this.gaps.length = 0;
    this.time = 0;
    this.seenFrom = undefined;
  }

  #linkRows(): void {
    for (const row of this.#rows) {
      if (row === undefined) continue;
      const { measure, id } = row.source.info;
      const series = [this.series(measure, -1), this.series(measure, row.cpu), this.seriesOf(id)];
      row.series = series.filter((s) => s !== undefined);
      if (!inFocus(this.#focus, id, row.cpu)) row.detail = undefined;
      else row.detail ??= new Source(row.source.info);
    }
  }
}

function beginRow(row: LinkedRow, kind: FrameKind, time: UnixMicros): void {
  row.detail?.tick(time);
  if (kind !== FrameKind.keyframe) return;
  row.count = 0;
  row.sum = 0;
  row.max = 0;
  row.detail?.clearTotals();
}
