// A host as the bridge follows it: its source, its state, and whether its data are fresh.
import {
  Command,
  type CommandMessages,
  type CommandRequests,
  type Info,
  type RequestCommand,
} from '@rtprobe/abi';
import type {
  ExportStats,
  HistoryStats,
  HostInfo,
  HostStats,
  InterruptFacts,
  MachineFacts,
  PublishStats,
  UnixMicros,
} from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { MachineIdentity } from '../base/identity.ts';
import type { Log } from '../base/log.ts';
import { Devices } from '../devices/devices.ts';
import type { DeviceNames } from '../devices/id-list.ts';
import { emptyDump } from '../netlink/dumps.ts';
import type { DetailCommand, DownReason, ReplaySink, Source } from '../sources/source.ts';
import type { FrameTap } from '../sources/tap.ts';
import { HostState } from '../state/host-state.ts';
import { Announcer } from './announcer.ts';
import { describeHost, kernelFacts } from './describe.ts';
import { type FaultCode, FaultCounter } from './fault-counter.ts';
import type { HostListener } from './listener.ts';
import { LivenessTracker } from './liveness.ts';
import { MachineWatch } from './machine.ts';
import { ModuleConnection } from './module-connection.ts';
import type { HostRegistry } from './registry.ts';
import { SpikeDetails } from './spike-details.ts';
import { lostCounters, StatsMeter, withExports, withHistory, withPublish } from './stats.ts';
import type { HostView } from './view.ts';

const TICK_MS = 250;
const REPLAY_EVERY_MS = 1000;
const STATS_MIN_MS = 500;
/** Interval at which tasks and rule counters are requested while a browser follows the host. */
const TASKS_EVERY_MS = 2000;
/** The kernel does not report when the affinity of an interrupt changes, so sources are read again at this interval. */
const SOURCES_EVERY_MS = 10_000;

export interface HostOptions {
  index: number;
  name: string;
  /** A person chose the name; the kernel's hostname does not replace it. */
  nameIsGiven: boolean;
  source: Source;
  log: Log;
  /** Names hosts and decides whose history each continues. */
  registry: HostRegistry;
  /** Reads facts about the machine; set only for the bridge's own machine. */
  readMachine?: () => MachineFacts;
  /** A person opened it while the bridge runs: requests mean it only by its name. */
  isOpened?: boolean;
  /** Names of vendors and products; without it, devices have ids only. */
  deviceNames?: DeviceNames;
}

export class Host implements HostView, ReplaySink {
  readonly index: number;
  readonly source: Source;
  readonly state: HostState;
  readonly details: SpikeDetails;
  readonly isOpened: boolean;
  /** Set while a browser follows the host. Data that only browsers need are requested only then. */
  followed = false;
  /** Returns whether tasks and counters of rules are needed even while no browser follows the host. */
  needsTasks: (() => boolean) | undefined;
  /** Returns the state of the history store; missing while this host is not stored. */
  history: (() => HistoryStats) | undefined;
  /** Returns the state of the automatic export; missing while there is none. */
  exports: (() => ExportStats | undefined) | undefined;
  /** Returns the state of publishing to a fleet; missing while nothing is published. */
  publish: (() => PublishStats | undefined) | undefined;
  stats: HostStats | undefined;
  #name: string;
  readonly #nameIsGiven: boolean;
  readonly #registry: HostRegistry;
  #identity: MachineIdentity | undefined;
  /** Arguments of the last registration. */
  #registeredBy: string | undefined;
  #machineKey: string | undefined;
  #warning: string | undefined;
  readonly #log: Log;
  readonly #faults: FaultCounter;
  readonly #announcer: Announcer;
  readonly #liveness: LivenessTracker;
  readonly #module: ModuleConnection;
  readonly #machine: MachineWatch;
  readonly #meter = new StatsMeter();
  /** Set while the stream is recorded to a file, and after the recording failed. */
  #recording: HostInfo['recording'];
  #statsAt = 0;
  #tasksAt = 0;
  #sourcesAt = 0;
  #replayShownAt = 0;
  /** Facts of the run and the kernel as last announced. */
  #shownFacts = '';
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: HostOptions, listeners: readonly HostListener[]) {
    const { source, log } = options;
    this.index = options.index;
    this.#name = options.name;
    this.#nameIsGiven = options.nameIsGiven;
    this.#registry = options.registry;
    this.source = source;
    this.isOpened = options.isOpened ?? false;
    this.#log = log;
    this.#faults = new FaultCounter(() => this.#name, log);
    this.#announcer = new Announcer(this, listeners);
    this.#machine = new MachineWatch(options.readMachine);
    this.state = new HostState(
      () => this.#name,
      (code, detail) => this.#faults.add(code, detail),
      new Devices(options.deviceNames),
    );
    this.#liveness = new LivenessTracker(source.kind === 'replay', {
      changed: () => this.#livenessChanged(),
      gap: (from, to, reason) => this.#announcer.announce('gapFound', from, to, reason),
      lastDataAt: () => this.state.lastDataAt,
    });
    this.#module = new ModuleConnection(source, this.state, {
      hostName: () => this.#name,
      log,
      faults: this.#faults,
      liveness: this.#liveness,
      announcer: this.#announcer,
      identified: (identity) => this.identified(identity),
      infoReceived: (info, isNewInstance) => this.#infoReceived(info, isNewInstance),
      spikeReceived: (kernel, whole) => this.details.fetch(kernel, whole),
      spikeAnnounced: (id) => this.details.fetchAnnounced(id),
    });
    this.details = new SpikeDetails(this.state, {
      query: (command, id) => this.#queryDetails(command, id),
      fault: (code, detail) => this.#faults.add(code, detail),
    });
  }

  get name(): string {
    return this.#name;
  }

  get machine(): string | undefined {
    return this.#machineKey;
  }

  get boot(): string | undefined {
    return this.#identity?.boot;
  }

  get info(): HostInfo {
    const machine = this.#machine.facts;
    return {
      ...describeHost(this, this.#liveness),
      history: this.history !== undefined,
      ...(machine && { machine }),
      ...(this.#warning !== undefined && { warning: this.#warning }),
      ...(this.#recording && { recording: { ...this.#recording } }),
    };
  }

  /** Id of the netlink family; 0 while no module is loaded. */
  get family(): number {
    return this.#module.family;
  }

  start(): void {
    this.#announcer.announce('hostAdded');
    this.source.start(this);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#module.stop(new BridgeError('E_OFFLINE', 'the bridge is closing', 'start it again'));
    await this.source.close();
  }

  /** Closes the host, and announces that the bridge no longer has it. */
  async remove(): Promise<void> {
    this.#announcer.muted = false;
    this.#announcer.announce('hostRemoved');
    this.#announcer.ended = true;
    await this.close();
  }

  /** Announces that a person moved, paused or continued the recording. */
  replayChanged(): void {
    this.#announcer.announce('hostChanged');
  }

  /** Copies the stream to a recording; `recording` describes it for the user. */
  record(tap: FrameTap, recording: NonNullable<HostInfo['recording']>): void {
    this.#module.tap = tap;
    this.#recording = recording;
  }

  /** Called when the recording ends early; shows the reason. */
  recordingFailed(): void {
    this.#announcer.announce('hostChanged');
  }

  /** Requests a change, as ModuleConnection.change does. */
  change<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    return this.#module.change(command, value);
  }

  /** Requests facts, as ModuleConnection.query does. */
  query<C extends RequestCommand>(command: C, value: CommandRequests[C]): Promise<void> {
    return this.#module.query(command, value);
  }

  /** Requests details of a spike from a live module, or reads them from the recording. */
  async #queryDetails(command: DetailCommand, id: bigint): Promise<void> {
    const { source, state } = this;
    if (source.kind === 'live') {
      await this.query(command, { id });
      return;
    }
    const time = state.spikes.get(id)?.spike.time ?? 0;
    if (command === Command.getSpike) {
      for (const kernel of await source.answer(command, id, time)) state.applyWholeSpike(kernel);
    } else state.applyTrace({ ...emptyDump(command), trace: await source.answer(command, id, time) });
  }

  /** Returns what is known about interrupt lines and devices; asks a live agent if that is not recent. */
  async interruptFacts(): Promise<InterruptFacts> {
    await this.#module.refreshFacts();
    const { readAt, leftOut, lines } = this.state.devices;
    const unread = this.#module.answersFacts ? 'waiting' : 'unsupported';
    return {
      host: this.#name,
      facts: readAt === undefined ? unread : 'read',
      ...(readAt !== undefined && { readAt }),
      ...{ leftOut, lines: [...lines] },
    };
  }

  /** Resolves to the facts of the doctor as JSON. Rejects with a BridgeError. */
  doctorFacts(): Promise<string> {
    return this.#module.doctorFacts();
  }

  // What the source reports.

  up(): void {
    this.#module.up();
  }

  identified(identity: MachineIdentity): void {
    this.#identity = identity;
  }

  down(reason: DownReason): void {
    this.#module.down(reason);
  }

  frame(kind: number, payload: Uint8Array, at: UnixMicros): void {
    this.#module.frame(kind, payload, at);
  }

  fault(code: FaultCode, detail: string): void {
    this.#faults.add(code, detail);
  }

  request(payload: Uint8Array, at: UnixMicros): void {
    this.#module.recordedRequest(payload, at);
  }

  jump(): void {
    this.#announcer.muted = true;
    this.state.reset();
    this.state.epoch++;
    this.#meter.restart();
  }

  landed(): void {
    this.#announcer.muted = false;
    this.#announcer.announceAll();
  }

  #infoReceived(info: Info, isNewInstance: boolean): void {
    if (isNewInstance) this.#meter.restart();
    this.#register(info.hostname);
    if (this.#announcer.muted) return;
    // Limits updates: a recording at high speed would produce more figures per second than anybody can read.
    if (this.source.kind === 'replay' && performance.now() - this.#statsAt < STATS_MIN_MS) return;
    this.#statsAt = performance.now();
    this.#updateStats(info);
    const isOtherMachine = this.#machine.refresh(isNewInstance);
    const facts = JSON.stringify([this.state.runStartedAt, kernelFacts(info)]);
    if (!isNewInstance && !isOtherMachine && facts === this.#shownFacts) return;
    this.#shownFacts = facts;
    this.#announcer.announce('hostChanged');
  }

  /** Names the host after its kernel's first answer, and again when its hostname or machine changes. */
  #register(hostname: string | undefined): void {
    const by = JSON.stringify([hostname, this.#identity]);
    if (by === this.#registeredBy || this.source.kind === 'replay') return;
    this.#registeredBy = by;
    const given = this.#nameIsGiven ? this.#name : undefined;
    const claim = {
      index: this.index,
      givenName: given,
      hostname,
      name: this.#name,
      source: this.source.title,
    };
    const { name, machine, warning } = this.#registry.claim({ ...claim, identity: this.#identity });
    if (warning !== undefined) this.#log.warn({ host: name }, warning);
    this.#machineKey = machine;
    this.#warning = warning;
    if (name === this.#name) return;
    this.#name = name;
    this.#announcer.announce('hostRenamed');
  }

  #updateStats(info: Info): void {
    const { agentOverruns, eventGaps } = this.#module;
    const lost = lostCounters(info, agentOverruns, eventGaps, this.#faults.counts);
    const { agentLoad: agent } = this.#module;
    const measured = { ...this.#meter.measure(info, lost), ...(agent && { agent }) };
    const stored = withExports(withHistory(measured, this.history?.()), this.exports?.());
    this.stats = withPublish(stored, this.publish?.());
    this.#announcer.announce('statsChanged', this.stats);
  }

  #livenessChanged(): void {
    if (this.#announcer.muted) return;
    const { state, reason } = this.#liveness;
    this.#log.info({ host: this.#name, state }, reason ?? 'data flow');
    this.#announcer.announce('hostChanged');
  }

  #tick(): void {
    const now = performance.now();
    this.#announcer.flush();
    if (this.source.kind === 'live') {
      this.#liveness.check(this.#module.intervalMs, now);
      this.#module.check(now);
      this.#requestTasks(now);
      this.#requestSources(now);
    } else if (now - this.#replayShownAt >= REPLAY_EVERY_MS) {
      this.#replayShownAt = now;
      this.#announcer.announce('hostChanged');
    }
  }

  #requestSources(now: number): void {
    if (now - this.#sourcesAt < SOURCES_EVERY_MS || this.#liveness.state !== 'live') return;
    this.#sourcesAt = now;
    this.#module.schedule(Command.getSources);
  }

  #requestTasks(now: number): void {
    if (now - this.#tasksAt < TASKS_EVERY_MS || this.#liveness.state === 'offline') return;
    if (!this.followed && this.needsTasks?.() !== true) return;
    this.#tasksAt = now;
    this.#module.schedule(Command.getTasks);
    if (this.state.rules.length > 0) this.#module.schedule(Command.getRules);
  }
}
