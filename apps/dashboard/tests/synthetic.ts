// A made-up host for tests and benchmarks of the screen. Its name is always "synthetic", so that nobody mistakes it for
// a measurement. Everything follows from a seed: two runs draw the same picture.
import { bucketOf, random } from '@rtprobe/metrics';
import {
  type Cause,
  FrameKind,
  type FrameRow,
  FrameWriter,
  type HostConfig,
  type HostInfo,
  type HostStats,
  type Incident,
  type Measure,
  presets,
  presetThresholds,
  type RowInfo,
  type Rule,
  type SourceInfo,
  type Spike,
  TASKS_LIVE_MAX,
  type TaskStat,
  type ThresholdSuggestion,
} from '@rtprobe/protocol';
import { explain, type SpikeFacts } from '../../bridge/src/explain/sentence.ts';
import { type IncidentChange, IncidentList } from '../../bridge/src/incidents/incident-list.ts';
import { causesOf } from '../src/store/spikes/causes.ts';
import { incidentEntries } from '../src/store/spikes/incidents.ts';
import { HOSTILE, LINES, OTHERS, type Scenario, STACK, VECTORS } from './scenarios.ts';
import { syntheticDevice } from './synthetic-devices.ts';
import { SyntheticPast } from './synthetic-past.ts';
import { makeTasks } from './synthetic-tasks.ts';

export { type Scenario, scenarios } from './scenarios.ts';

interface RowState extends RowInfo {
  perSecond: number;
  typicalNs: number;
  total: FrameRow;
}

function emptyRow(row: number): FrameRow {
  return {
    row,
    count: 0,
    sum: 0,
    min: 0,
    max: 0,
    none: 0,
    buckets: 0,
    bucketIndex: new Uint16Array(528),
    bucketCount: new Float64Array(528),
  };
}

export class SyntheticHost {
  readonly scenario: Scenario;
  readonly sources: SourceInfo[] = [];
  readonly rows: RowState[] = [];
  readonly spikes: Spike[] = [];
  readonly #incidents = new IncidentList();
  /** Number of spikes that are grouped. */
  #grouped = 0;
  /** Tasks of the live messages. */
  readonly tasks: readonly TaskStat[];
  readonly allTasks: readonly TaskStat[];
  readonly rules: Rule[] = [];
  readonly config: HostConfig;
  readonly past: SyntheticPast;
  readonly startedAt: number;
  time: number;
  events = 0;
  /** Its bridge gets no data. */
  isCutOff = false;
  #seq = 0;
  #rng: () => number;
  #measureOf: Measure[] = [];
  /** Dense counts of each row's total, by bucket. */
  readonly #dense: Float64Array[] = [];

  constructor(scenario: Scenario, startUs: number, seed = 7) {
    this.scenario = scenario;
    this.startedAt = startUs;
    this.time = startUs;
    this.config = {
      measures: [
        ...new Set<Measure>([
          'hardirq_duration',
          'vector_duration',
          'timer_latency',
          ...OTHERS.map((o) => o[0]),
        ]),
      ],
      periodNs: 1_000_000,
      thresholdNs: scenario.thresholdNs,
      ...(scenario.thresholdsByMeasure && { thresholds: presetThresholds(presets['first-look']) }),
      intervalNs: 100_000_000,
      cpus: scenario.isolated ? '0-1' : `0-${scenario.cpus - 1}`,
      selfLimit: 10,
    };
    this.#rng = random(seed);
    this.#addSource('timer_latency', 0, '', 'timer', undefined, 1000, 11_000);
    for (const line of [...LINES, ...this.#extraLines()]) {
      const [number, name, chip, perSecond, typicalNs] = line;
      const hostile = scenario.hostile ? HOSTILE[number % HOSTILE.length]! : name;
      this.#addSource('hardirq_duration', number, hostile, `irq ${number}`, chip, perSecond, typicalNs);
    }
    for (const [number, label, name, perSecond, typicalNs] of VECTORS) {
      this.#addSource('vector_duration', number, name, label, undefined, perSecond, typicalNs);
    }
    for (const [measure, number, label, name, perSecond, typicalNs] of OTHERS) {
      this.#addSource(measure, number, name, label, undefined, perSecond, typicalNs);
    }
    this.allTasks = makeTasks(scenario.tasks, this.sources, scenario.hostile);
    this.tasks = this.allTasks.slice(0, TASKS_LIVE_MAX);
    this.#addTaskSources();
    this.past = new SyntheticPast(this.rows, this.sources);
  }

  /** Wakeup latencies of the first real-time task, and of what irq 42 wakes. */
  #addTaskSources(): void {
    const stat = this.allTasks.find((s) => s.task.priority > 0);
    if (stat === undefined) return;
    const { task } = stat;
    for (const [measure, number, label, typicalNs] of [
      ['wakeup_latency', 0, task.comm, 12_000],
      ['irq_to_task', 42, 'irq 42', 48_000],
    ] as const) {
      this.#addSource(measure, number, task.comm, label, undefined, 60, typicalNs);
      this.sources.at(-1)!.task = task;
    }
  }

  /** Groups the spikes that came since, by the rule of the bridge. */
  groupSpikes(): IncidentChange {
    for (const spike of this.spikes.slice(this.#grouped)) this.#incidents.add(spike);
    this.#grouped = this.spikes.length;
    return this.#incidents.update();
  }

  incidents(): Incident[] {
    this.groupSpikes();
    return this.#incidents.all;
  }

  /** Time of the kernel's clock. */
  monoNs(time: number): string {
    return String((time - this.startedAt) * 1000 + 81_020_000_000);
  }

  causes(): Cause[] {
    return causesOf(incidentEntries(this.incidents(), this.spikes));
  }

  #extraLines(): [number, string, string, number, number][] {
    return Array.from({ length: this.scenario.extraLines }, (_, i) => [
      60 + i,
      `nvme0q${i}`,
      'PCI-MSIX',
      i % 4 === 0 ? 30 : 0,
      3_000 + i * 120,
    ]);
  }

  #addSource(
    measure: Measure,
    number: number,
    name: string,
    label: string,
    chip: string | undefined,
    perSecond: number,
    typicalNs: number,
  ): void {
    const id = this.sources.length;
    const affinity = chip === undefined ? undefined : number === 36 ? '1' : '0-1';
    this.sources.push({
      id,
      measure,
      number,
      name,
      label,
      threaded: number === 42 || number === 43,
      retired: false,
      ...(chip === undefined ? {} : { chip }),
      ...(affinity === undefined ? {} : { affinity }),
    });
    const { cpus: all, spread } = this.scenario;
    const cpus = chip === undefined ? all : Math.min(spread, all);
    for (let c = 0; c < cpus; c++) {
      const row = this.rows.length;
      const cpu = chip === undefined ? c : (number + c) % all;
      const share = chip === undefined ? perSecond : perSecond / cpus;
      this.rows.push({ row, source: id, cpu, perSecond: share, typicalNs, total: emptyRow(row) });
      this.#dense.push(new Float64Array(528));
      this.#measureOf.push(measure);
    }
  }

  info(): HostInfo {
    const base: HostInfo = {
      host: 'synthetic',
      index: 0,
      state: this.scenario.state,
      since: this.startedAt,
      history: this.scenario.state !== 'replay',
      kernel: {
        release: '6.12.0-synthetic',
        version: '#1 SMP PREEMPT_RT made up',
        machine: 'x86_64',
        preemptRt: true,
      },
      cpuModel: 'none (synthetic host)',
      cpusOnline: `0-${this.scenario.cpus - 1}`,
      cpusPossible: this.scenario.cpus,
      clock: 'tsc',
      moduleVersion: '0.1.0',
      config: { ...this.config },
      runStartedAt: this.startedAt,
    };
    if (this.scenario.state === 'offline') {
      return { ...base, reason: 'the module is not loaded there; load it with: rtprobectl load' };
    }
    if (this.scenario.state === 'replay') {
      const lengthUs = 1_200_000_000;
      const positionUs = Math.min(lengthUs, this.time - this.startedAt);
      const file = { file: 'synthetic.rec', recordedHost: 'cnc-07', startedAt: this.startedAt };
      return { ...base, replay: { ...file, positionUs, lengthUs, speed: 1, paused: false } };
    }
    return base;
  }

  get suggestion(): ThresholdSuggestion {
    const seen = { count: 90_000, maxNs: 430_000, thresholdNs: 500_000 };
    return {
      ...{ host: 'synthetic', seconds: (this.time - this.startedAt) / 1e6, waitSeconds: 0 },
      thresholds: [
        { ...seen, measure: 'timer_latency', kind: 'user' },
        { ...seen, measure: 'wakeup_latency', kind: 'user', thresholdNs: 200_000 },
        { ...seen, measure: 'wakeup_latency', kind: 'kthread' },
      ],
    };
  }

  stats(): HostStats {
    const some = this.scenario.lost;
    return {
      eventsPerSecond: this.rows.reduce((sum, r) => sum + r.perSecond, 0),
      events: this.events,
      lost: {
        module: {
          noRow: 0,
          irqOutOfRange: 0,
          unpaired: some ? 2 : 0,
          negative: 0,
          timerMissed: 31,
          spikeNoSlot: some ? 3 : 0,
          spikeListFull: 0,
          eventNotSent: 0,
        },
        agentOverruns: some ? 1 : 0,
        eventGaps: 0,
        protocolErrors: {},
        historyDropped: 0,
        skippedFrames: 0,
      },
      spikesTotal: this.spikes.length,
      spikesHeld: this.spikes.length,
      spikesCapacity: 256,
      memoryBytes: 1_800_000,
      memoryMaxBytes: 3_900_000,
      bridgeCpu: 0.021,
      agent: { cpuMsPerSecond: 1.24, rssBytes: 913_408 },
    };
  }

  /** Returns a value around `typical` with a long tail, in a load that changes every two minutes. */
  #value(typical: number): number {
    const phase = Math.floor(this.time / 120e6) % 4;
    const load = [1, 1.7, 1.1, 2.4][phase]!;
    const r = this.#rng();
    const tail = this.#rng() < 0.004 ? 1 + this.#rng() * 2.2 : 1;
    return Math.max(
      120,
      Math.round(typical * load * tail * (0.5 + 0.25 * (r + this.#rng() + this.#rng()) + 1.6 * r ** 9)),
    );
  }

  /** Advances one span; returns its frame and spikes. */
  advance(spanUs: number): { frame: Uint8Array; spikes: Spike[] } {
    this.time += spanUs;
    const seconds = spanUs / 1e6;
    const spikes: Spike[] = [];
    if (this.#rng() < (this.scenario.spikesPerMinute * seconds) / 60) spikes.push(...this.#disturb());
    const forced = new Map(spikes.map((s) => [this.#rowOf(s), s.valueNs]));
    const writer = this.#begin(FrameKind.delta, spanUs);
    this.past.tick(this.time);
    for (const state of this.rows) {
      const values = this.#values(state, seconds);
      const extra = forced.get(state.row);
      if (extra !== undefined) values.push(extra);
      if (values.length > 0) {
        const row = this.#deltaRow(state, values);
        writer.row(row);
        this.past.add(this.time, row);
      }
      this.events += values.length;
    }
    return { frame: writer.finish(), spikes };
  }

  keyframe(): Uint8Array {
    const writer = this.#begin(FrameKind.keyframe, 0);
    for (const state of this.rows) {
      if (state.total.count > 0) writer.row(this.#sparse(state.total, this.#dense[state.row]!));
    }
    return writer.finish();
  }

  #begin(kind: FrameKind, spanUs: number): FrameWriter {
    const writer = new FrameWriter();
    writer.begin({ kind, host: 0, seq: this.#seq++, time: this.time, spanUs, epoch: 1 });
    return writer;
  }

  #values(state: RowState, seconds: number): number[] {
    const exact = state.perSecond * seconds;
    const count = Math.floor(exact) + (this.#rng() < exact % 1 ? 1 : 0);
    return Array.from({ length: count }, () => this.#value(state.typicalNs));
  }

  #deltaRow(state: RowState, values: number[]): FrameRow {
    const dense = this.#dense[state.row]!;
    const { total } = state;
    const delta = new Float64Array(528);
    const max = Math.max(...values);
    for (const value of values) {
      delta[bucketOf(value)]! += 1;
      dense[bucketOf(value)]! += 1;
      total.sum += value;
    }
    total.min = total.count === 0 ? Math.min(...values) : Math.min(total.min, ...values);
    total.count += values.length;
    total.max = Math.max(total.max, max);
    const sum = values.reduce((a, b) => a + b, 0);
    return this.#sparse({ ...total, count: values.length, sum, max }, delta);
  }

  #sparse(row: FrameRow, dense: Float64Array): FrameRow {
    const index: number[] = [];
    for (let i = 0; i < dense.length; i++) if (dense[i]! > 0) index.push(i);
    return {
      ...row,
      buckets: index.length,
      bucketIndex: Uint16Array.from(index),
      bucketCount: Float64Array.from(index, (i) => dense[i]!),
    };
  }

  #rowOf(spike: Spike): number {
    const row = this.rows.find((r) => {
      const source = this.sources[r.source]!;
      return source.measure === spike.measure && source.number === spike.number && r.cpu === spike.cpu;
    });
    return row?.row ?? -1;
  }

  #disturb(): Spike[] {
    const number = this.#rng() < 0.7 ? 36 : 24;
    const line = this.sources.find((s) => s.number === number && s.measure === 'hardirq_duration')!;
    const cpu = number % this.scenario.cpus;
    const held = Math.round(this.scenario.thresholdNs * (1.04 + this.#rng() ** 6 * 14));
    const off = this.#rng() < 0.25;
    const late = Math.round(held * (1.02 + this.#rng() * 0.2));
    const spikes = off ? [] : [this.#spike('hardirq_duration', line, cpu, held, undefined)];
    spikes.push(this.#spike('timer_latency', off ? undefined : line, cpu, late, off ? undefined : held));
    this.spikes.push(...spikes);
    return spikes;
  }

  #spike(
    measure: Measure,
    line: SourceInfo | undefined,
    cpu: number,
    value: number,
    held: number | undefined,
  ): Spike {
    const pick = <T>(list: readonly T[]) => list[Math.floor(this.#rng() * list.length)]!;
    const { task } = pick(this.allTasks);
    const { comm, pid } = task;
    const who = line === undefined ? `interrupts disabled in ${comm}/${pid}` : `${line.label} ${line.name}`;
    const own = measure === 'timer_latency' ? this.sources[0]! : line!;
    const us = (ns: number) => (ns >= 1e6 ? `${(ns / 1e6).toFixed(2)} ms` : `${Math.round(ns / 1e3)} µs`);
    const sentence =
      measure === 'hardirq_duration'
        ? `${who} ran on CPU ${cpu} for ${us(value)}. It interrupted ${comm}/${pid} in user space.`
        : held === undefined
          ? `The timer on CPU ${cpu} fired ${us(value)} late. No measured handler ended in that time. ${comm}/${pid} was running.`
          : `The timer on CPU ${cpu} fired ${us(value)} late. The handler of ${who} ran for ${us(held)} and ended in that time. ${comm}/${pid} was running.`;
    const kernel = this.#rng() < 0.6;
    const facts: SpikeFacts = {
      id: `synthetic-${this.spikes.length + (measure === 'timer_latency' ? 1 : 0)}-${this.time}`,
      host: 'synthetic',
      time: this.time - 20_000,
      monoNs: this.monoNs(this.time - 20_000),
      measure,
      valueNs: value,
      thresholdNs: this.scenario.thresholdNs,
      cpu,
      number: own.number,
      name: own.name,
      label: own.label,
      mode: kernel ? 'kernel' : 'user',
      task,
      ...(held === undefined || line === undefined
        ? {}
        : {
            cause: {
              measure: 'hardirq_duration' as const,
              number: line.number,
              name: line.name,
              label: line.label,
              durationNs: held,
            },
          }),
      stack: kernel ? STACK : [],
    };
    const device = line && syntheticDevice(line.number);
    return {
      ...facts,
      ...(device && { device }),
      ...{ sentence, zh: { sentence: explain(facts, 'zh') }, culprit: who },
    };
  }
}
