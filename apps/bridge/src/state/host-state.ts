// The state of one host, built only from its kernel's messages. Uses no I/O and no timers, so live hosts and recordings
// are handled alike.
import {
  type Config,
  type Info,
  type Rule as KernelRule,
  type Spike as KernelSpike,
  Measure,
  type Part,
  PartKind,
  type Source,
} from '@rtprobe/abi';
import { cpuCount } from '@rtprobe/metrics';
import type {
  FrameRow,
  HostConfig,
  Measure as MeasureName,
  Rule,
  SourceInfo,
  Spike,
  TaskStat,
  Trace,
  UnixMicros,
} from '@rtprobe/protocol';
import { KernelClock } from '../base/clock.ts';
import type { HostFaultCode } from '../base/errors.ts';
import { Devices } from '../devices/devices.ts';
import type { HostDelay } from '../evidence/frames.ts';
import { RunDelays } from '../evidence/run-delays.ts';
import type { SpikePlaces } from '../evidence/user-places.ts';
import { type Expected, expectationOf, expectationText } from '../expect/expectation.ts';
import { IncidentList } from '../incidents/incident-list.ts';
import type { Dump } from '../netlink/dumps.ts';
import { toConfig } from '../translate/config.ts';
import { measuresOf } from '../translate/measure.ts';
import { withoutLists } from '../translate/process.ts';
import { toRule } from '../translate/rule.ts';
import { toSource } from '../translate/source.ts';
import { toSpike, withDevicesOf } from '../translate/spike.ts';
import { toTaskStats } from '../translate/task-stat.ts';
import { toTrace } from '../translate/trace.ts';
import { type DumpTimes, type HistRow, ROWS_MAX, RowTable, readHistRow } from './row-table.ts';
import type { Span } from './span.ts';
import { type ListedSpike, SPIKES_MAX, SpikeList } from './spike-list.ts';
import { TraceList } from './trace-list.ts';

export type HistOutcome =
  | { kind: 'span'; span: Span; newRows: boolean }
  /** Totals were replaced: a new epoch, or the first dump after a gap. */
  | { kind: 'replaced' }
  /** Nothing was applied; `need` says what to request before the next dump. */
  | { kind: 'again'; need: 'sources' | 'all' };

/** A longer time between two dumps means that a clock jumped. */
const SPAN_MAX_NS = 86_400_000_000_000n;
/** As many as rows. */
const SOURCES_MAX = ROWS_MAX;
/**
 * Measures in whose window the CPU always has work: it is due to handle a timer, or runs something with interrupts or
 * preemption disabled. A virtual CPU that sleeps in that window waits for its host. A task that is woken can have waited on another
 * CPU first, and a PREEMPT_RT kernel can be idle with a softirq raised or begun: whoever has disabled softirqs, or
 * handles one, may wait for a lock.
 */
const BUSY: ReadonlySet<number | undefined> = new Set([
  ...[Measure.timerLatency, Measure.threadLatency, Measure.irqsoff, Measure.preemptoff],
  ...[Measure.hardirqDuration, Measure.vectorDuration],
]);

const inUserMode = ({ kind, pid, samples, sampledFunction }: Part): boolean =>
  kind === PartKind.task && pid !== undefined && samples !== undefined && sampledFunction === undefined;

export type FaultSink = (code: HostFaultCode, detail: string) => void;

/** Returns a spike as it is sent live: without the lists of its processes. Events never contain registers. */
function liveForm({ process, victimProcess, registersWithheld, ...spike }: Spike): Spike {
  return {
    ...spike,
    ...(process && { process: withoutLists(process) }),
    ...(victimProcess && { victimProcess: withoutLists(victimProcess) }),
  };
}

export class HostState {
  readonly clock = new KernelClock();
  readonly runDelays = new RunDelays();
  readonly rows = new RowTable();
  readonly spikes = new SpikeList();
  readonly devices: Devices;
  /** The same spikes, grouped; `update` groups what came since. */
  readonly incidents = new IncidentList();
  readonly traces = new TraceList();
  readonly sources = new Map<number, SourceInfo>();
  /** The sources as the kernel reported them, for keyframes of a recording. */
  readonly kernelSources = new Map<number, Source>();
  /** In order of evaluation. */
  rules: Rule[] = [];
  kernelRules: KernelRule[] = [];
  #noted: Rule | undefined;
  /** Largest interrupt time first. */
  tasks: TaskStat[] = [];
  info: Info | undefined;
  kernelConfig: Config | undefined;
  config: HostConfig | undefined;
  /** Increases whenever totals restart; browsers see it as the epoch. */
  epoch = 0;
  /** Interval that was open at the last applied dump; 0 before the first. */
  generation = 0;
  /** When the totals last restarted. */
  runStartedAt: UnixMicros | undefined;
  lastDataAt: UnixMicros | undefined;
  /** By number of the spike. */
  readonly #hostDelays = new Map<bigint, bigint>();
  /** By number of the spike. */
  readonly #places = new Map<bigint, SpikePlaces>();
  #name: () => string;
  #instance: bigint | undefined;
  #kernelEpoch: number | undefined;
  #epochStart: bigint | undefined;
  #lastDump: bigint | undefined;
  #continues = false;
  /** Number of the newest spike when the list was requested. */
  #newestAtRequest = 0n;
  /** Source ids still unknown after a dump of all sources: their rows are not waited for again. */
  readonly #unknown = new Set<number>();
  /** Source ids that rows use but no source has announced. */
  readonly #unannounced = new Set<number>();
  /** Sources of a measure that this version does not support. Their rows are left out. */
  readonly #foreign = new Set<number>();
  readonly #fault: FaultSink;

  constructor(name: () => string, fault: FaultSink, devices = new Devices()) {
    this.#name = name;
    this.#fault = fault;
    this.devices = devices;
  }

  get kernelEpoch(): number | undefined {
    return this.#kernelEpoch;
  }

  get lastDump(): bigint | undefined {
    return this.#lastDump;
  }

  /** The next dump does not continue the last one: after a gap, a reconnect or a seek. */
  markDiscontinuity(): void {
    this.#continues = false;
  }

  /** Clears the state: a seek in a recording. */
  reset(): void {
    this.devices.clear();
    this.#resetModule();
  }

  /** Clears what another load of the module does not have. The machine's devices remain. */
  #resetModule(): void {
    this.rows.clear();
    this.spikes.clear();
    this.incidents.clear();
    this.traces.clear();
    this.runDelays.reset();
    this.#hostDelays.clear();
    this.#places.clear();
    this.rules = [];
    this.kernelRules = [];
    this.#noted = undefined;
    this.tasks = [];
    this.sources.clear();
    this.kernelSources.clear();
    this.#unknown.clear();
    this.#unannounced.clear();
    this.#foreign.clear();
    this.info = this.config = this.kernelConfig = this.runStartedAt = undefined;
    this.#instance = this.#kernelEpoch = this.#epochStart = this.#lastDump = undefined;
    this.generation = 0;
    this.#continues = false;
  }

  /** Returns true if this is another load of the module than before. */
  applyInfo(info: Info): boolean {
    const isNew = info.instance !== this.#instance;
    if (isNew && this.#instance !== undefined) this.#resetModule();
    this.#instance = info.instance;
    this.info = info;
    if (info.realtimeOffset !== undefined) this.clock.offset = info.realtimeOffset;
    // Computed once, because a clock under adjustment would make it jitter.
    if (info.epochStart !== undefined && info.epochStart !== this.#epochStart) {
      this.#epochStart = info.epochStart;
      this.runStartedAt = this.clock.toUnix(info.epochStart);
    }
    return isNew;
  }

  applyConfig(config: Config): void {
    this.kernelConfig = config;
    this.config = toConfig(config);
  }

  applySource(source: Source): void {
    const info = toSource(source);
    if (!info) {
      this.#leaveOut(source);
      return;
    }
    if (this.sources.size >= SOURCES_MAX && !this.sources.has(info.id)) {
      if (!this.#foreign.has(info.id)) this.#fault('E_ROWS_FULL', `source ${info.id}`);
      this.#foreign.add(info.id);
      return;
    }
    this.#unknown.delete(info.id);
    this.#noteFreed(this.sources.get(info.id), info);
    this.sources.set(info.id, info);
    this.kernelSources.set(info.id, source);
  }

  #noteFreed(before: SourceInfo | undefined, { measure, number, name, retired }: SourceInfo): void {
    if (measure === 'hardirq_duration' && retired && before?.retired === false)
      this.devices.free(number, name);
  }

  /** Counts each such source once, although every dump contains it. */
  #leaveOut({ id, measure, name }: Source): void {
    if (id !== undefined && this.#foreign.has(id)) return;
    if (id !== undefined) this.#foreign.add(id);
    const what = `source ${id ?? 'without a number'} "${name ?? ''}" of measure ${measure ?? 'none'}`;
    this.#fault('E_MEASURE_UNKNOWN', what);
  }

  /** Returns false if nothing changed. */
  applySources(dump: Dump): boolean {
    const old = new Map(this.sources);
    const before = JSON.stringify([...old.values()]);
    this.sources.clear();
    this.kernelSources.clear();
    for (const source of dump.sources) this.applySource(source);
    for (const [id, info] of this.sources) this.#noteFreed(old.get(id), info);
    this.#unknown.clear();
    for (const id of this.#unannounced) {
      if (!this.sources.has(id) && !this.#foreign.has(id)) this.#fault('E_SOURCE_UNKNOWN', `source ${id}`);
    }
    for (const id of [...this.#unannounced, ...this.rows.all.map((row) => row.source)]) {
      if (!this.sources.has(id)) this.#unknown.add(id);
    }
    this.#unannounced.clear();
    return JSON.stringify([...this.sources.values()]) !== before;
  }

  /** Returns true while evidence from outside the machine may still arrive for the time of this spike. */
  awaitsEvidence({ time, cpu }: KernelSpike): boolean {
    return time !== undefined && this.runDelays.awaits(cpu ?? 0, time);
  }

  /** Returns whether most samples of a task in the spike found it in user mode, and the module has their addresses. */
  wantsPlaces({ id, part }: KernelSpike): boolean {
    if (id === undefined || this.info?.userSamples !== 1) return false;
    return part?.some(inUserMode) ?? false;
  }

  /** Returns where samples found the tasks of each listed spike in user mode. */
  get places(): SpikePlaces[] {
    return this.spikes.kernel.flatMap(({ id }) => this.#places.get(id!) ?? []);
  }

  applyPlaces(places: SpikePlaces): void {
    if (places.tasks.length === 0) return;
    this.#places.set(places.id, places);
    if (this.#places.size > SPIKES_MAX) this.#places.delete(this.#places.keys().next().value!);
  }

  /** Returns the host's share of each listed spike that the host of a virtual machine caused in part. */
  get hostDelays(): HostDelay[] {
    return this.spikes.kernel.flatMap(({ id }) => {
      const ns = this.#hostDelays.get(id!);
      return ns ? [{ id: id!, ns }] : [];
    });
  }

  applyHostDelays(delays: readonly HostDelay[]): void {
    for (const { id, ns } of delays) this.#storeHostDelay(id, ns);
  }

  #storeHostDelay(id: bigint, ns: bigint): void {
    this.#hostDelays.set(id, ns);
    if (this.#hostDelays.size > SPIKES_MAX) this.#hostDelays.delete(this.#hostDelays.keys().next().value!);
  }

  /** Found once: the samples are stored for a shorter time than the spike. */
  #hostDelayOf({ id, time, valueNs, cpu, measure }: KernelSpike): number {
    if (id === undefined || time === undefined || valueNs === undefined) return 0;
    const found = this.#hostDelays.get(id);
    if (found !== undefined) return Math.min(Number(found), Number(valueNs));
    const ns = this.runDelays.within(cpu ?? 0, time, Number(valueNs), BUSY.has(measure));
    this.#storeHostDelay(id, BigInt(ns));
    return ns;
  }

  #toSpike(kernel: KernelSpike): Spike | undefined {
    const at = { host: this.#name(), instance: this.#instance ?? 0n, clock: this.clock };
    return toSpike(kernel, {
      ...at,
      sources: this.sources,
      devices: this.devices,
      hostDelayNs: this.#hostDelayOf(kernel),
      places: this.#places.get(kernel.id ?? 0n)?.tasks ?? [],
    });
  }

  /** Returns undefined if the spike is already listed or invalid. `shown` is the same spike in an earlier list. */
  applySpike(kernel: KernelSpike, whole = false, shown?: Spike): Spike | undefined {
    const read = this.#toSpike(kernel);
    if (!read) this.#fault('E_SPIKE', `spike ${kernel.id ?? 'without a number'}`);
    if (!read) return undefined;
    const converted = shown ? withDevicesOf(shown, read) : read;
    const onlineCpus = cpuCount(this.info?.cpusOnline ?? '');
    const breaks = this.#brokenBy(converted);
    const spike = {
      ...liveForm(converted),
      ...(onlineCpus > 0 && { onlineCpus }),
      ...(breaks !== undefined && { breaks }),
    };
    if (!this.spikes.add(kernel, spike, whole)) return undefined;
    this.incidents.add(spike);
    return spike;
  }

  /** Returns the expectation that the rule of a spike is. */
  #brokenBy({ rule: id }: Spike): string | undefined {
    if (id === undefined) return undefined;
    const rule = this.rules.find((one) => one.id === id);
    const known = rule ?? (this.#noted?.id === id ? this.#noted : undefined);
    const expected = known && this.expectationOf(known);
    return expected && expectationText(expected);
  }

  /** Applies the answer to a request for one spike. Returns undefined if the spike is not listed. */
  applyWholeSpike(kernel: KernelSpike): Spike | undefined {
    if (kernel.id === undefined || !this.spikes.complete(kernel)) return undefined;
    return this.wholeSpike(this.spikes.get(kernel.id)!);
  }

  /** Returns a spike with all details in memory. */
  wholeSpike({ kernel, spike }: ListedSpike): Spike {
    const whole = this.#toSpike(kernel);
    // The clock may have been set since: a spike keeps the time at which it was first shown.
    const { time, onlineCpus, breaks } = spike;
    return {
      ...(whole ? withDevicesOf(spike, whole) : spike),
      time,
      ...(onlineCpus !== undefined && { onlineCpus }),
      ...(breaks !== undefined && { breaks }),
    };
  }

  /** Returns undefined if the dump belongs to no listed spike. */
  applyTrace(dump: Dump): Trace | undefined {
    const id = dump.trace[0]?.id;
    if (id === undefined || !this.spikes.get(id)) return undefined;
    this.traces.add(id, dump.trace);
    return this.trace(this.spikes.get(id)!);
  }

  /** Returns the trace of a listed spike. */
  trace({ kernel, spike }: ListedSpike): Trace | undefined {
    const messages = this.traces.get(kernel.id!);
    const naming = { id: spike.id, spike: kernel, sources: this.sources };
    return messages && toTrace(messages, naming, (detail) => this.#fault('E_TRACE', detail));
  }

  /** Returns false if nothing changed, counters included. */
  applyRules(dump: Dump): boolean {
    const rules = dump.rules.flatMap((rule) => toRule(rule) ?? []);
    if (JSON.stringify(rules) === JSON.stringify(this.rules)) return false;
    this.kernelRules = dump.rules;
    this.rules = rules;
    return true;
  }

  /** The measures that the kernel has; undefined if this is unknown. */
  get measuresAvailable(): MeasureName[] | undefined {
    const bits = this.info?.measuresAvailable;
    return bits === undefined ? undefined : measuresOf(bits);
  }

  /** Returns what a rule expects; undefined if it is not an expectation. */
  expectationOf(rule: Rule): Expected | undefined {
    return expectationOf(rule, this.measuresAvailable);
  }

  /** Stores a rule that the module has confirmed: a spike of it can arrive before the next list of rules. */
  noteRule(rule: Rule): void {
    this.#noted = rule;
  }

  applyTasks(dump: Dump): void {
    this.tasks = toTaskStats(dump.tasks);
  }

  /** Notes that the list was requested: spikes that arrive later are not in the answer. */
  markSpikesRequested(): void {
    this.#newestAtRequest = this.spikes.newest;
  }

  applySpikes(dump: Dump): void {
    const newest = dump.spikes.reduce((max, s) => (s.id && s.id > max ? s.id : max), 0n);
    // Keeps spikes that arrived during the dump, and those that the module sent as an event only because its list was
    // full. An empty dump means that the list was cleared.
    const from = dump.spikes.length === 0 ? this.#newestAtRequest : newest;
    const later = this.spikes.kernel.filter((s) => s.id! > from);
    const wholes = dump.spikes.map((s) => this.spikes.get(s.id ?? 0n)).filter((listed) => listed?.whole);
    const known = new Map(wholes.map((listed) => [listed!.kernel.id, listed!.kernel]));
    const before = new Map(this.spikes.kernel.map(({ id }) => [id, this.spikes.get(id!)!.spike]));
    this.spikes.clear();
    this.incidents.clear();
    for (const spike of [...dump.spikes, ...later]) {
      const whole = known.get(spike.id);
      const shown = before.get(spike.id);
      const listed = this.applySpike(whole ?? spike, whole !== undefined, shown);
      if (!listed || !shown) continue;
      // The clock may have been set since, and CPUs may have gone offline.
      listed.time = shown.time;
      if (shown.onlineCpus !== undefined) listed.onlineCpus = shown.onlineCpus;
      // The rule may have been removed since.
      if (shown.breaks !== undefined) listed.breaks = shown.breaks;
    }
    this.incidents.update();
  }

  applyHists(dump: Dump, since: number): HistOutcome {
    const [header, ...rows] = dump.hists;
    if (header?.generation === undefined || header.now === undefined || header.epoch === undefined) {
      this.#fault('E_HIST', 'a dump without its first message');
      return { kind: 'again', need: 'all' };
    }
    const hists = this.#readRows(rows);
    for (const { source } of hists) {
      if (!this.sources.has(source) && !this.#unknown.has(source)) this.#unannounced.add(source);
    }
    if (this.#unannounced.size > 0) return { kind: 'again', need: 'sources' };
    const sameEpoch = header.epoch === this.#kernelEpoch;
    if (!sameEpoch) this.#startEpoch(header.epoch, header.now);
    const base = sameEpoch ? since : 0;
    const outcome = this.rows.apply(
      hists,
      base,
      header.generation,
      (key) => this.#fault('E_ROWS_FULL', `row ${key}`),
      this.#timesOf(header.generation, header.generationStart ?? header.now, header.now),
    );
    if (outcome === 'backwards') {
      this.#fault('E_HIST_BACKWARDS', `epoch ${header.epoch}, generation ${header.generation}`);
      this.#kernelEpoch = undefined;
      return { kind: 'again', need: 'all' };
    }
    return this.#advance(header.generation, header.now, sameEpoch, outcome);
  }

  /** Assumes that all intervals had the length that is set now. */
  #timesOf(generation: number, start: bigint, now: bigint): DumpTimes {
    const intervalNs = BigInt(this.config?.intervalNs ?? 0);
    const endOf = (earlier: number): UnixMicros => {
      const end = earlier >= generation ? now : start - BigInt(generation - earlier - 1) * intervalNs;
      return this.clock.toUnix(end > now ? now : end);
    };
    return { now: this.clock.toUnix(now), endOf };
  }

  #readRows(messages: Dump['hists']): HistRow[] {
    const rows: HistRow[] = [];
    for (const message of messages) {
      const row = readHistRow(message);
      if (row && this.#foreign.has(row.source)) continue;
      if (row) rows.push(row);
      else this.#fault('E_HIST', `source ${message.source}, cpu ${message.cpu}`);
    }
    return rows;
  }

  #startEpoch(kernelEpoch: number, now: bigint): void {
    this.rows.zero();
    this.epoch++;
    // Used until get-info reports the exact time. A first dump does not say when counting began.
    if (this.#kernelEpoch !== undefined) this.runStartedAt = this.clock.toUnix(now);
    this.#kernelEpoch = kernelEpoch;
    this.#continues = false;
  }

  #advance(
    generation: number,
    now: bigint,
    sameEpoch: boolean,
    outcome: { deltas: FrameRow[]; newRows: boolean },
  ): HistOutcome {
    const last = this.#lastDump;
    const isNext = last !== undefined && now >= last && now - last <= SPAN_MAX_NS;
    const continues = this.#continues && sameEpoch && isNext;
    this.generation = generation;
    this.#lastDump = now;
    this.#continues = true;
    const time = this.clock.toUnix(now);
    this.lastDataAt = time;
    if (!continues) return { kind: 'replaced' };
    const spanUs = Number((now - last) / 1000n);
    return { kind: 'span', span: { time, spanUs, deltas: outcome.deltas }, newRows: outcome.newRows };
  }
}
