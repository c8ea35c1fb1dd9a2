// The data of one host in this page's memory, outside React: applies messages and frames, returns readings.
//
// Memory is bounded. Every measure has a history on all CPUs and on one selected CPU, four measures also on the first
// four CPUs, and so do the sources of the detail scope, at most 3 MB each. A source takes 19 KB, and so does a row of
// the scope; spikes and gaps are bounded lists.
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
import { type DetailScope, scopeKey } from './detail-scope.ts';
import { type Gap, GapList } from './gap-list.ts';
import { IncidentList } from './incident-list.ts';
import { type Row, RowTable } from './row-table.ts';
import type { Series } from './series.ts';
import { SeriesSet } from './series-set.ts';
import { Source } from './source.ts';
import { SpikeList } from './spike-list.ts';
import type { Tier } from './tier.ts';

/** Frames that are further apart than this number of spans have a gap between them. */
const GAP_SPANS = 2;
/** Span of a keyframe, which has none of its own, until the first delta. */
const SPAN_DEFAULT_US = 100_000;

export type Replay = NonNullable<HostInfo['replay']>;

/** What a frame requires of the connection. */
export type FrameOutcome = 'applied' | 'needs-keyframe';

export class Host implements FrameSink {
  #info: HostInfo;
  /** performance.now() of the newest info. */
  #infoAt = performance.now();
  stats: HostStats | undefined;
  readonly spikes = new SpikeList();
  readonly incidents = new IncidentList();
  /** The tasks with the most interrupt time. */
  tasks: readonly TaskStat[] = [];
  rules: readonly Rule[] = [];
  readonly sources = new Map<number, Source>();
  /** CPUs of all rows, ascending. */
  cpus: number[] = [];
  /** End of the span of the newest frame. */
  time: UnixMicros = 0;
  /** Time of the first frame; undefined before it. */
  seenFrom: UnixMicros | undefined;
  /** performance.now() of the newest frame; undefined before the first. */
  receivedAt: number | undefined;
  /** Span of the newest delta. */
  spanUs = SPAN_DEFAULT_US;
  epoch = -1;
  /** Number of the newest applied frame, to be acknowledged after it is drawn; -1 before the first. */
  seq = -1;
  /** Number of rows in frames that no message described. */
  unknownRows = 0;
  readonly #series = new SeriesSet();
  readonly #rows = new RowTable();
  readonly #gaps = new GapList();
  #detailScope: DetailScope | undefined;
  /** A keyframe has filled the rows of the detail scope. */
  detailFilled = false;
  /** A keyframe was requested; deltas until then are useless. */
  awaitsKeyframe = false;
  #synced = false;
  #ignore = false;
  #kind: FrameKind = FrameKind.delta;
  #keySpanUs = 0;

  constructor(info: HostInfo) {
    this.#info = info;
  }

  get info(): HostInfo {
    return this.#info;
  }

  setInfo(info: HostInfo): void {
    this.#info = info;
    this.#infoAt = performance.now();
  }

  /** Returns where a recording is now, in µs from its beginning; undefined for a live host. */
  replayPosition(now: number): number | undefined {
    const { replay } = this.#info;
    if (replay === undefined) return undefined;
    const { positionUs, lengthUs, speed, paused } = replay;
    return paused ? positionUs : Math.min(positionUs + (now - this.#infoAt) * 1000 * speed, lengthUs);
  }

  get name(): string {
    return this.info.host;
  }

  get gaps(): readonly Gap[] {
    return this.#gaps.all;
  }

  /** Returns the history of a measure; `cpu` -1: on all CPUs. */
  series(measure: Measure, cpu: number): Series | undefined {
    return this.#series.get(measure, cpu);
  }

  /** Returns the history of a source on all its CPUs; only while it is in the detail scope. */
  seriesOf(source: number): Series | undefined {
    return this.#series.ofSource(source);
  }

  /** Returns the tiers of every series. */
  tiers(): Tier[] {
    return this.#series.tiers();
  }

  /** Returns every source on every CPU it was seen on. */
  rows(): readonly Row[] {
    return this.#rows.all();
  }

  get detailScope(): DetailScope | undefined {
    return this.#detailScope;
  }

  /** Sets the detail scope; returns whether a keyframe is needed to fill it. */
  setDetailScope(scope: DetailScope | undefined): boolean {
    const key = scope === undefined ? '' : scopeKey(scope);
    if (key === (this.#detailScope === undefined ? '' : scopeKey(this.#detailScope))) return false;
    this.#detailScope = scope;
    this.detailFilled = false;
    this.#series.keepSources(scope);
    this.#addScopeSeries();
    this.#linkRows();
    return scope !== undefined;
  }

  /** Starts a history of every measure for a CPU; returns whether a keyframe is needed to fill it. */
  keepCpuHistory(cpu: number): boolean {
    const added = this.#series.chooseCpu(cpu, this.#measures());
    this.#linkRows();
    return added;
  }

  #measures(): Measure[] {
    return [...this.sources.values()].map((source) => source.info.measure);
  }

  #addScopeSeries(): void {
    this.#series.addSources(this.#detailScope, (id) => this.sources.get(id)?.info);
  }

  #linkRows(): void {
    this.#rows.link(this.#series, this.#detailScope);
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
        this.#series.dropSource(info.id);
      }
    }
    this.#addScopeSeries();
    this.cpus = [...new Set(rows.map((r) => r.cpu))].sort((a, b) => a - b);
    this.#series.addMeasures(this.#measures(), this.cpus);
    this.#rows.set(rows, this.sources);
    this.#linkRows();
  }

  addGap(gap: Gap): void {
    this.#gaps.add(gap);
  }

  /** Handles the end of the connection: the next frame must be a keyframe. */
  disconnected(): void {
    this.#synced = false;
    this.awaitsKeyframe = true;
    this.seq = -1;
  }

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
    // The recording was rewound, or the clock was set back: the drawn history is in the future.
    if (time < this.time - this.spanUs * GAP_SPANS) this.#rewind(time);
    const start = kind === FrameKind.delta ? time - spanUs : time - this.spanUs;
    const silent = this.time > 0 && start - this.time > (GAP_SPANS - 1) * this.spanUs;
    if (silent) this.addGap({ from: this.time, to: start, reason: 'no frames' });
    const follows = this.time > 0 && !silent && !epochChanged;
    this.#keySpanUs = follows ? Math.max(0, time - this.time) : 0;
    if (kind === FrameKind.delta) this.spanUs = spanUs;
    if (epochChanged) for (const series of this.#series.all()) series.restart();
    this.epoch = header.epoch;
    this.time = Math.max(this.time, time);
    this.seenFrom ??= time;
    this.#beginRows(kind, time, spanUs);
    if (kind === FrameKind.keyframe) this.detailFilled = true;
  }

  #beginRows(kind: FrameKind, time: UnixMicros, spanUs: number): void {
    for (const series of this.#series.all()) {
      if (kind === FrameKind.delta) series.beginDelta(time, spanUs);
      else series.beginTotals();
    }
    for (const source of this.sources.values()) {
      source.tick(time);
      if (kind === FrameKind.keyframe) source.clearTotals();
    }
    this.#rows.begin(kind, time);
  }

  row(row: FrameRow): void {
    if (this.#ignore) return;
    if (!this.#rows.add(this.#kind, row, this.time)) this.unknownRows++;
  }

  /** Ends a frame; returns whether it could be applied. */
  end(): FrameOutcome {
    if (this.#ignore) return 'needs-keyframe';
    for (const series of this.#series.all()) {
      if (this.#kind === FrameKind.delta) series.endDelta();
      else series.endTotals(this.time, this.#keySpanUs);
    }
    return 'applied';
  }

  #rewind(time: UnixMicros): void {
    for (const series of this.#series.all()) series.clearHistory();
    for (const source of this.sources.values()) source.clearHistory();
    this.#rows.clearHistory();
    // In a recording, later spikes have not happened yet. On a live host they have, although its clock was set back.
    if (this.info.state === 'replay') {
      this.spikes.dropAfter(time);
      this.incidents.dropAfter(time);
    }
    this.#gaps.clear();
    this.time = 0;
    this.seenFrom = undefined;
  }
}
