// One host as the bridge follows it: its source, its state, and whether that is fresh.
import {
  ABI_VERSION,
  AgentFrame,
  Command,
  type CommandMessages,
  decodeText,
  type Info,
  type Spike as KernelSpike,
  type StreamErrorCode,
} from '@rtprobe/abi';
import type {
  ExportStats,
  HistoryStats,
  HostInfo,
  HostStats,
  MachineFacts,
  Spike,
  Trace,
  UnixMicros,
} from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { AgentLink, type LinkPort } from '../link/agent-link.ts';
import type { Dump } from '../netlink/dumps.ts';
import type { DownReason, ReplaySink, Source } from '../sources/source.ts';
import type { FrameTap } from '../sources/tap.ts';
import { HostState } from '../state/host-state.ts';
import type { Span } from '../state/span.ts';
import { describeHost } from './describe.ts';
import { Ingest } from './ingest.ts';
import type { HostListener } from './listener.ts';
import { LivenessTracker } from './liveness.ts';
import { SpikeDetails } from './spike-details.ts';
import { lostCounters, StatsMeter, withExports, withHistory } from './stats.ts';

const TICK_MS = 250;
const DEFAULT_INTERVAL_MS = 100;
/** What a recording holds where the connection was lost. */
const NO_FAMILY = new Uint8Array(2);
const REPLAY_EVERY_MS = 1000;
/** Governors are changed by hand. */
const MACHINE_MS = 10_000;
const STATS_MIN_MS = 500;
/** Tasks, and the counters of rules, are asked for this often while somebody looks on. */
const TASKS_EVERY_MS = 2000;
const NOT_LOADED = 'the rtprobe module is not loaded there; load it with: modprobe rtprobe';

export interface HostOptions {
  index: number;
  name: string;
  /** The name was chosen by a person and is not replaced by the kernel's. */
  nameIsGiven: boolean;
  source: Source;
  log: Log;
  /** Reads what is known of the machine where it is the bridge's own. */
  machine?: () => MachineFacts;
}

export class Host implements ReplaySink {
  readonly index: number;
  readonly source: Source;
  readonly state: HostState;
  readonly faults: Partial<Record<StreamErrorCode | HostFaultCode, number>> = {};
  readonly details: SpikeDetails;
  tap: FrameTap | undefined;
  /** Somebody looks on: what only people need is asked for. */
  followed = false;
  /** Set while the stream is written to a file, and after that has failed. */
  recording: HostInfo['recording'];
  /** How the store on disk is doing; missing while this host is not kept there. */
  history: (() => HistoryStats) | undefined;
  /** How spikes are exported by themselves; missing while they are not. */
  exports: (() => ExportStats | undefined) | undefined;
  /** Newest figures; missing before the first. */
  stats: HostStats | undefined;
  #name: string;
  readonly #nameIsGiven: boolean;
  readonly #listener: HostListener;
  readonly #log: Log;
  readonly #ingest: Ingest;
  /** Missing for a recording. */
  readonly #link: AgentLink | undefined;
  readonly #meter = new StatsMeter();
  #agentOverruns = 0;
  readonly #liveness: LivenessTracker;
  /** The next dump of histograms must bring every row. */
  #askAll = true;
  #statsAt = 0;
  #tasksAt = 0;
  #shownAt = 0;
  readonly #readMachine: (() => MachineFacts) | undefined;
  #machine: MachineFacts | undefined;
  #machineAt = 0;
  #shownRun: UnixMicros | undefined;
  /** A jump in a recording is under way: nothing is to be shown. */
  #quiet = false;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: HostOptions, listener: HostListener) {
    this.index = options.index;
    this.#name = options.name;
    this.#nameIsGiven = options.nameIsGiven;
    this.source = options.source;
    this.#log = options.log;
    this.#readMachine = options.machine;
    this.#listener = listener;
    this.state = new HostState(
      () => this.#name,
      (code, detail) => this.fault(code, detail),
    );
    this.#liveness = new LivenessTracker(options.source.kind === 'replay', {
      changed: () => this.#livenessChanged(),
      gap: (from, to, reason) => listener.gap(this, from, to, reason),
      lastDataAt: () => this.state.lastDataAt,
    });
    this.#ingest = new Ingest(this.state, this.#ingestPort());
    this.details = new SpikeDetails(this.state, {
      ask: (command, value) => this.ask(command, value),
      fault: (code, detail) => this.fault(code, detail),
    });
    if (options.source.kind === 'live') this.#link = new AgentLink(options.source, this.#linkPort());
  }

  get name(): string {
    return this.#name;
  }

  get info(): HostInfo {
    return {
      ...describeHost(this.#name, this.index, this.#liveness, this.state, this.source),
      history: this.history !== undefined,
      ...(this.#machine && { machine: this.#machine }),
      ...(this.recording && { recording: { ...this.recording } }),
    };
  }

  get family(): number {
    return this.#ingest.family;
  }

  start(): void {
    this.source.start(this);
    this.#ticking = setInterval(() => this.#watch(), TICK_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#link?.stop(new BridgeError('E_OFFLINE', 'the bridge is closing'));
    await this.source.close();
  }

  /**
   * Asks the kernel for a change, and resolves to the message that answers it, if one does. Rejects with a
   * BridgeError that carries the kernel's own words.
   */
  async order<C extends Command>(
    command: C,
    value: CommandMessages[C],
  ): Promise<CommandMessages[C] | undefined> {
    return this.#reachable().order(command, value);
  }

  /** Asks the kernel about something; resolves once the answer is part of the state. Rejects with a BridgeError. */
  async ask<C extends Command>(command: C, value: CommandMessages[C]): Promise<void> {
    await this.#reachable().ask(command, value);
  }

  #reachable(): AgentLink {
    if (!this.#link) {
      throw new BridgeError('E_REPLAY', `"${this.#name}" is a recording and cannot be changed`, this.#name);
    }
    if (this.family === 0) {
      throw new BridgeError('E_OFFLINE', this.#liveness.reason ?? NOT_LOADED, this.#name);
    }
    return this.#link;
  }

  // The source speaks.

  up(): void {
    this.#link?.hello();
  }

  down(reason: DownReason): void {
    this.#link?.handshake.lost();
    this.tap?.received(AgentFrame.family, NO_FAMILY, nowMicros());
    this.#lostModule(`${reason.message} (${reason.code})`);
  }

  frame(kind: number, payload: Uint8Array, at: UnixMicros): void {
    if (kind === AgentFrame.hello) {
      if (this.#link) this.#link.handshake.answered = true;
      this.#log.info({ host: this.#name, agent: decodeText(payload) }, 'agent connected');
      return;
    }
    // What an agent says before it answers hello belongs to an earlier listener; a recording has no hello.
    if (this.#link?.handshake.answered === false && kind !== AgentFrame.refused) return;
    this.tap?.received(kind, payload, at);
    this.#take(kind, payload);
    if (!this.#ingest.busy) this.tap?.settled(at);
  }

  fault(code: StreamErrorCode | HostFaultCode, detail: string): void {
    const count = (this.faults[code] ?? 0) + 1;
    this.faults[code] = count;
    // The first few of a kind are worth a line each; after that the counter on the screen tells.
    if (count <= 5) this.#log.warn({ host: this.#name, code, count }, detail);
  }

  request(payload: Uint8Array): void {
    this.#ingest.recordedRequest(payload);
  }

  jump(): void {
    this.#quiet = true;
    this.state.forget();
    this.state.epoch++;
    this.#meter.restart();
  }

  landed(): void {
    this.#quiet = false;
    this.#listener.changed(this);
    this.#listener.sources(this);
    this.#listener.spikes(this);
    this.#listener.rules(this);
    this.#listener.tasks(this);
    this.#listener.replaced(this);
  }

  // Frames of the agent.

  #take(kind: number, payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (kind === AgentFrame.netlink) this.#ingest.netlink(payload);
    else if (kind === AgentFrame.refused) this.#refused(decodeText(payload));
    else if (kind === AgentFrame.family && payload.length === 2) this.#setFamily(view.getUint16(0, true));
    else if (kind === AgentFrame.overrun && payload.length === 8) this.#overrun(view.getBigUint64(0, true));
    else this.fault('E_LENGTH', `frame of kind ${kind} with ${payload.length} bytes`);
  }

  #setFamily(id: number): void {
    if (id === 0) {
      this.#lostModule(NOT_LOADED);
      return;
    }
    this.#ingest.restart(id);
    this.#askAll = true;
    if (this.#link) this.#link.start();
    else this.#liveness.become('replay', undefined);
  }

  #lostModule(reason: string): void {
    this.#ingest.restart(0);
    this.#askAll = true;
    this.#link?.stop(new BridgeError('E_OFFLINE', reason, this.#name));
    if (this.#link) this.#liveness.become('offline', reason);
    else this.#liveness.become('replay', 'at this time of the recording the host was offline');
  }

  #overrun(total: bigint): void {
    this.#agentOverruns = Number(total);
    this.#log.warn({ host: this.#name, total: this.#agentOverruns }, 'the agent lost events; asking again');
    this.#ingest.resync();
  }

  #refused(text: string): void {
    // A request can cross the news that the module is gone: no fault of anybody.
    if (text.startsWith('E_NO_MODULE')) {
      this.#lostModule(NOT_LOADED);
      return;
    }
    this.fault('E_AGENT_REFUSED', text);
    const reason = `the agent refused: ${text}`;
    if (this.family === 0 && this.#link) this.#liveness.become('offline', reason);
    this.#link?.turnedAway(new BridgeError('E_REFUSED', reason));
  }

  /** A module whose messages this bridge would misread is not asked any further. */
  #checkAbi(version: number | undefined): boolean {
    if (version === ABI_VERSION || this.source.kind === 'replay') return true;
    const what = `the module speaks version ${version} of its interface, this bridge version ${ABI_VERSION}`;
    this.#lostModule(`${what}; install the same release of both`);
    return false;
  }

  #linkPort(): LinkPort {
    return {
      family: () => this.family,
      since: () => (this.#askAll ? 0 : this.state.generation),
      tap: () => this.tap,
      fault: (code, detail) => this.fault(code, detail),
      requested: (seq, command, since) => this.#ingest.requested(seq, command, since),
      abandoned: () => this.#ingest.abandoned(),
      shutOut: (reason) => this.#liveness.become('offline', reason),
    };
  }

  // What the kernel said.

  #ingestPort() {
    const shown = (what: () => void) => () => {
      if (!this.#quiet) what();
    };
    return {
      live: this.source.kind === 'live',
      fault: (code: StreamErrorCode | HostFaultCode, detail: string) => this.fault(code, detail),
      want: (...commands: Command[]) => this.#link?.want(...commands),
      answered: (seq: number, error?: BridgeError) => this.#link?.answered(seq, error) ?? false,
      replied: (seq: number, reply: object) => this.#link?.replied(seq, reply),
      info: (info: Info, isNew: boolean) => this.#gotInfo(info, isNew),
      config: shown(() => this.#listener.changed(this)),
      sources: shown(() => this.#listener.sources(this)),
      spikes: shown(() => this.#listener.spikes(this)),
      rules: shown(() => this.#listener.rules(this)),
      tasks: shown(() => this.#listener.tasks(this)),
      spike: (spike: Spike, kernel: KernelSpike) => {
        if (this.#link) this.details.happened(kernel);
        if (!this.#quiet) this.#listener.spike(this, spike);
      },
      wholeSpike: (spike: Spike) => this.#listener.wholeSpike?.(this, spike),
      trace: (trace: Trace) => this.#listener.trace?.(this, trace),
      span: (span: Span) => {
        this.#liveness.data();
        if (!this.#quiet) this.#listener.span(this, span);
      },
      replaced: () => {
        this.#askAll = false;
        this.#liveness.data();
        if (!this.#quiet) this.#listener.replaced(this);
      },
      again: (all: boolean) => {
        if (all) this.#askAll = true;
      },
      dumped: (dump: Dump) => this.#dumped(dump),
    };
  }

  #gotInfo(info: Info, isNew: boolean): void {
    if (!this.#checkAbi(info.abiVersion)) return;
    if (isNew) {
      this.#meter.restart();
      this.#askAll = true;
      if (info.hostname && !this.#nameIsGiven && info.hostname !== this.#name) {
        this.#name = info.hostname;
        this.#listener.renamed(this);
      }
    }
    // A fast recording tells more often than anybody can read.
    if (this.#quiet || (this.source.kind === 'replay' && performance.now() - this.#statsAt < STATS_MIN_MS))
      return;
    this.#statsAt = performance.now();
    const lost = lostCounters(info, this.#agentOverruns, this.#ingest.events.lost, this.faults);
    const measured = this.#meter.measure(info, lost);
    this.stats = withExports(withHistory(measured, this.history?.()), this.exports?.());
    this.#listener.stats(this, this.stats);
    const isOther = this.#lookAtMachine(isNew);
    if (!isNew && !isOther && this.state.runStartedAt === this.#shownRun) return;
    this.#shownRun = this.state.runStartedAt;
    this.#listener.changed(this);
  }

  /** True when it is not what was told. */
  #lookAtMachine(isNew: boolean): boolean {
    const now = performance.now();
    if (!this.#readMachine || (!isNew && now - this.#machineAt < MACHINE_MS)) return false;
    this.#machineAt = now;
    const before = JSON.stringify(this.#machine);
    this.#machine = this.#readMachine();
    return JSON.stringify(this.#machine) !== before;
  }

  #dumped(dump: Dump): void {
    const header = dump.hists[0];
    if (!this.#link || header?.generationStart === undefined || header.now === undefined) return;
    const intervalMs = this.#intervalMs();
    const intoMs = Number(header.now - header.generationStart) / 1e6;
    this.#link.nextIntervalMs = Math.min(Math.max(intervalMs - intoMs, 0), intervalMs);
  }

  #intervalMs(): number {
    return this.state.config ? this.state.config.intervalNs / 1e6 : DEFAULT_INTERVAL_MS;
  }

  #livenessChanged(): void {
    if (this.#quiet) return;
    const { state, reason } = this.#liveness;
    this.#log.info({ host: this.#name, state }, reason ?? 'data flow');
    this.#listener.changed(this);
  }

  /** Now and then. */
  #watch(): void {
    const now = performance.now();
    if (this.#link) {
      this.#liveness.check(this.#intervalMs(), now);
      this.#link.check(now);
      this.#askForPeople(now);
    } else if (now - this.#shownAt >= REPLAY_EVERY_MS) {
      this.#shownAt = now;
      this.#listener.changed(this);
    }
  }

  #askForPeople(now: number): void {
    if (!this.followed || now - this.#tasksAt < TASKS_EVERY_MS) return;
    this.#tasksAt = now;
    this.#link?.want(Command.getTasks);
    if (this.state.rules.length > 0) this.#link?.want(Command.getRules);
  }
}
