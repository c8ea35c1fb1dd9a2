// The connection to a host's module, through a live agent or from a recording: whether a module is loaded, which
// requests it supports, and its messages.
import {
  ABI_VERSION,
  AgentFrame,
  Command,
  type CommandMessages,
  type CommandRequests,
  decodeText,
  hasCommand,
  INTERVAL_MAX_NS,
  type Info,
  type Spike as KernelSpike,
  type RequestCommand,
} from '@rtprobe/abi';
import type { HostStats, UnixMicros } from '@rtprobe/protocol';
import { steadyMicros } from '../base/clock.ts';
import { BridgeError, hostFaults, reasonOf } from '../base/errors.ts';
import { identityInWords, type MachineIdentity } from '../base/identity.ts';
import type { Log } from '../base/log.ts';
import { lineText } from '../devices/devices.ts';
import { EvidenceFrame } from '../evidence/frames.ts';
import { encodeSpikePlaces } from '../evidence/user-places.ts';
import { readAgentFrame } from '../link/agent-frames.ts';
import { AgentLink, type LinkPort } from '../link/agent-link.ts';
import type { Dump } from '../netlink/dumps.ts';
import type { DownReason, Source } from '../sources/source.ts';
import type { FrameTap } from '../sources/tap.ts';
import type { HostState } from '../state/host-state.ts';
import type { Announcer } from './announcer.ts';
import type { FaultCounter } from './fault-counter.ts';
import { Ingest, type IngestPort } from './ingest.ts';
import type { LivenessTracker } from './liveness.ts';

const DEFAULT_INTERVAL_MS = 100;
/** Entry of a recording that marks a lost connection. */
const NO_FAMILY = new Uint8Array(2);
const NOT_LOADED = 'the rtprobe module is not loaded there; load it with: rtprobectl load';
const NOT_CONNECTED = 'the agent there does not answer';
const RECONNECTS = 'try again when it is live';
const OFFLINE_IN_RECORDING = 'at this time of the recording the host was offline';

/** What the connection uses from its host. */
export interface ModulePort {
  hostName(): string;
  readonly log: Log;
  readonly faults: FaultCounter;
  readonly liveness: LivenessTracker;
  readonly announcer: Announcer;
  /** The agent reported its machine. */
  identified(identity: MachineIdentity): void;
  infoReceived(info: Info, isNewInstance: boolean): void;
  /** A live host reported a new spike. */
  spikeReceived(kernel: KernelSpike, whole: boolean): void;
  /** A live host reported a new spike by its number only. */
  spikeAnnounced(id: bigint): void;
}

export class ModuleConnection {
  tap: FrameTap | undefined;
  /** Receive overruns of the agent since it started. */
  agentOverruns = 0;
  readonly #state: HostState;
  readonly #port: ModulePort;
  readonly #ingest: Ingest;
  /** Undefined for a recording. */
  readonly #link: AgentLink | undefined;
  /** The next dump of histograms must contain every row. */
  #needsAllRows = true;
  /** Interrupts that the agent was asked for. If it does not have them, asking again would not find them. */
  #linesAsked: ReadonlySet<string> = new Set();

  constructor(source: Source, state: HostState, port: ModulePort) {
    this.#state = state;
    this.#port = port;
    this.#ingest = new Ingest(state, this.#ingestPort(source.kind === 'live'));
    if (source.kind === 'live') this.#link = new AgentLink(source, this.#linkPort());
  }

  /** Id of the netlink family; 0 while no module is loaded. */
  get family(): number {
    return this.#ingest.family;
  }

  /** What the agent costs its machine, if it reports that. */
  get agentLoad(): HostStats['agent'] {
    return this.#link?.load.load;
  }

  /** Number of missed events, found by gaps in their sequence numbers. */
  get eventGaps(): number {
    return this.#ingest.events.missing;
  }

  up(): void {
    this.#link?.hello();
  }

  down(reason: DownReason): void {
    this.#link?.handshake.disconnected();
    const at = steadyMicros();
    this.tap?.received(AgentFrame.family, NO_FAMILY, at);
    this.#lose(`${reason.message}; ${reason.todo} (${reason.code})`);
    this.tap?.settled(at);
  }

  stop(reason: BridgeError): void {
    this.#link?.stop(reason);
  }

  frame(kind: number, payload: Uint8Array, at: UnixMicros): void {
    if (kind === AgentFrame.hello) {
      const words = decodeText(payload);
      if (this.#link) this.#greeted(this.#link, words);
      const identity = identityInWords(words);
      if (identity) this.#port.identified(identity);
      const agent = words.replace(/\s(machine|boot)-id=\S*/g, '');
      this.#port.log.info({ host: this.#port.hostName(), agent }, 'agent connected');
      return;
    }
    // Frames from before the answer to hello belong to an earlier connection. A recording has no hello.
    if (this.#link?.handshake.answered === false && kind !== AgentFrame.refused) return;
    if (kind === AgentFrame.places && this.#link) {
      this.#link.places.answered(payload);
      return;
    }
    if (kind === AgentFrame.doctor && this.#link) {
      if (!this.#link.doctor.answered(payload)) this.#port.faults.add('E_ANSWER_UNEXPECTED', 'doctor');
      return;
    }
    // A recording has none: it is about the connection.
    if (kind === AgentFrame.load && this.#link) {
      if (!this.#link.load.answered(payload)) this.#port.faults.add('E_ANSWER_UNEXPECTED', 'load');
      return;
    }
    if (kind === AgentFrame.facts && this.#link?.facts.expected === false) {
      this.#port.faults.add('E_ANSWER_UNEXPECTED', 'facts');
      return;
    }
    try {
      this.#process(kind, payload, at);
    } catch (error) {
      this.#rejectFrame(error);
    }
  }

  #greeted(link: AgentLink, words: string): void {
    link.handshake.answered = true;
    link.facts.hello(words);
    link.places.hello(words);
    link.doctor.hello(words);
    link.load.hello(words);
    // What another agent read there can be outdated.
    if (!link.facts.announced) this.#state.devices.clear();
  }

  #process(kind: number, payload: Uint8Array, at: UnixMicros): void {
    if (!this.#hasAddresses(kind, payload)) this.tap?.received(kind, payload, at);
    readAgentFrame(kind, payload, {
      netlink: (bytes) => this.#ingest.netlink(bytes, at),
      refused: (text) => this.#refused(text),
      family: (id) => this.#setFamily(id),
      overrun: (total) => this.#overrun(total),
      facts: (bytes) => this.#facts(bytes, at),
      runDelays: (delays) => this.#ingest.runDelays(delays),
      hostDelays: (delays) => this.#state.applyHostDelays(delays),
      userPlaces: (places) => this.#ingest.placesRead(places),
      malformed: (detail) => this.#port.faults.add('E_LENGTH', detail),
    });
    if (!this.#ingest.busy) this.tap?.settled(at);
  }

  /** Returns whether a frame has addresses of programs, which no recording contains. */
  #hasAddresses(kind: number, payload: Uint8Array): boolean {
    return kind === AgentFrame.netlink && hasCommand(payload, this.family, Command.getUserSamples);
  }

  /** Finds where samples found the tasks of a new spike in user mode. */
  async #findPlaces(link: AgentLink, id: bigint): Promise<void> {
    const places = { id, tasks: await link.userPlaces(id) };
    this.tap?.received(EvidenceFrame.userPlaces, encodeSpikePlaces(places), steadyMicros());
    this.#ingest.placesRead(places);
  }

  #facts(payload: Uint8Array, at: UnixMicros): void {
    if (this.#state.devices.add(payload, at)) this.#link?.facts.answered();
  }

  /** Returns the interrupts that the newest facts do not have, or that were freed since. */
  #changedLines(): string[] {
    const { sources, devices } = this.#state;
    const unknown = [...sources.values()].flatMap(({ measure, number, name, retired }) =>
      measure !== 'hardirq_duration' || retired || devices.has(number, name) ? [] : lineText(number, name),
    );
    return [...devices.freed, ...unknown];
  }

  /** Requests facts if interrupts have appeared or were freed since the newest answer. Called periodically. */
  #askForNewLines(): void {
    if (!this.#link?.facts.announced || this.#state.devices.readAt === undefined) return;
    const changed = this.#changedLines();
    const isNew = changed.some((line) => !this.#linesAsked.has(line));
    this.#linesAsked = new Set(changed);
    if (isNew) this.#link.facts.request();
  }

  /** Whether the agent answers questions about devices; undefined for a recording. */
  get answersFacts(): boolean | undefined {
    return this.#link?.facts.announced;
  }

  /** Resolves when the facts are recent, or when the agent does not answer in time. */
  async refreshFacts(): Promise<void> {
    if (this.family !== 0) await this.#link?.facts.refresh();
  }

  /** Resolves to the facts of the doctor as JSON, also without a module. Rejects with a BridgeError. */
  async doctorFacts(): Promise<string> {
    const name = this.#port.hostName();
    const link = this.#liveLink();
    if (!link.handshake.answered)
      throw new BridgeError('E_OFFLINE', this.#port.liveness.reason ?? NOT_CONNECTED, RECONNECTS, name);
    if (!link.doctor.announced)
      throw new BridgeError(
        'E_UNSUPPORTED',
        'the agent there does not collect facts for the doctor',
        'install the agent of the release of this bridge',
        name,
      );
    return link.doctor.request();
  }

  /**
   * Last line of defence: a frame that passed all checks but cannot be processed ends the connection, not the bridge.
   */
  #rejectFrame(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#port.faults.add('E_FRAME', detail);
    const message = `a frame of the agent cannot be processed: ${reasonOf(error)}`;
    this.#link?.reconnect({ code: 'E_FRAME', message, todo: 'report it if it happens again' });
  }

  /** A request of the recorded bridge: says what the answers after it belong to. */
  recordedRequest(payload: Uint8Array, at: UnixMicros): void {
    try {
      this.#ingest.recordedRequest(payload, at);
    } catch (error) {
      this.#rejectFrame(error);
    }
  }

  /**
   * Requests a change from the kernel and resolves to its answer message, if there is one. Rejects with a BridgeError
   * that contains the kernel's own text.
   */
  async change<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    return this.#reachableLink().change(command, value);
  }

  /** Sends a query; resolves once the answer is part of the state. Rejects with a BridgeError. */
  async query<C extends RequestCommand>(command: C, value: CommandRequests[C]): Promise<void> {
    await this.#reachableLink().query(command, value);
  }

  /** Requests these when no other request is in flight; does nothing in a recording. */
  schedule(...commands: Command[]): void {
    this.#link?.schedule(...commands);
  }

  /** Called periodically for a live host. */
  check(now: number): void {
    this.#link?.check(now);
    this.#askForNewLines();
  }

  get intervalMs(): number {
    const intervalNs = this.#state.config?.intervalNs;
    // A module could report any length; a longer timer would overflow and fire at once.
    return intervalNs === undefined ? DEFAULT_INTERVAL_MS : Math.min(intervalNs, INTERVAL_MAX_NS) / 1e6;
  }

  #liveLink(): AgentLink {
    const name = this.#port.hostName();
    if (!this.#link)
      throw new BridgeError(
        'E_REPLAY',
        `"${name}" is a recording and cannot be changed`,
        'choose a live host',
        name,
      );
    return this.#link;
  }

  #reachableLink(): AgentLink {
    const link = this.#liveLink();
    if (this.family === 0) {
      const reason = this.#port.liveness.reason ?? NOT_LOADED;
      throw new BridgeError('E_OFFLINE', reason, RECONNECTS, this.#port.hostName());
    }
    return link;
  }

  #setFamily(id: number): void {
    if (id === 0) {
      this.#lose(NOT_LOADED);
      return;
    }
    this.#ingest.restart(id);
    this.#needsAllRows = true;
    if (this.#link) this.#link.start();
    else this.#port.liveness.become('replay', undefined);
  }

  /** The module can no longer be reached. */
  #lose(reason: string): void {
    this.#ingest.restart(0);
    this.#needsAllRows = true;
    this.#link?.stop(new BridgeError('E_OFFLINE', reason, RECONNECTS, this.#port.hostName()));
    if (this.#link) this.#port.liveness.become('offline', reason);
    else this.#port.liveness.become('replay', OFFLINE_IN_RECORDING);
  }

  #overrun(total: bigint): void {
    this.agentOverruns = Number(total);
    const fields = { host: this.#port.hostName(), total: this.agentOverruns };
    this.#port.log.warn(fields, 'the agent missed events; requesting the state again');
    this.#ingest.resync();
  }

  #refused(text: string): void {
    // A request can be sent before the news that the module is gone arrives; that is not a fault.
    if (text.startsWith('E_NO_MODULE')) {
      this.#lose(NOT_LOADED);
      return;
    }
    if (text.startsWith('E_BUSY') && text.includes('doctor') && this.#link?.doctor.expected) {
      this.#link.doctor.refused(text);
      return;
    }
    if (text.startsWith('E_BUSY') && this.#link?.places.expected) {
      this.#link.places.refused();
      return;
    }
    this.#port.faults.add('E_AGENT_REFUSED', text);
    const reason = `the agent refused: ${text}`;
    if (this.family === 0 && this.#link) this.#port.liveness.become('offline', reason);
    this.#link?.agentRefused(new BridgeError('E_REFUSED', reason, hostFaults.E_AGENT_REFUSED.todo));
  }

  #infoReceived(info: Info, isNewInstance: boolean): void {
    if (!this.#checkAbi(info.abiVersion)) return;
    if (isNewInstance) this.#needsAllRows = true;
    this.#port.infoReceived(info, isNewInstance);
  }

  /** Stops requests to a module whose messages this bridge would misread. Returns false for such a module. */
  #checkAbi(version: number | undefined): boolean {
    if (version === ABI_VERSION || !this.#link) return true;
    const what = `the module has version ${version} of the interface, this bridge version ${ABI_VERSION}`;
    this.#lose(`${what}; install the same release of both`);
    return false;
  }

  #linkPort(): LinkPort {
    return {
      family: () => this.family,
      since: () => (this.#needsAllRows ? 0 : this.#state.generation),
      tap: () => this.tap,
      fault: (code, detail) => this.#port.faults.add(code, detail),
      requested: (seq, command, since, at) => this.#ingest.requested(seq, command, since, at),
      abandoned: () => this.#ingest.abandoned(),
      infoRefused: (reason) => this.#port.liveness.become('offline', reason),
    };
  }

  #ingestPort(live: boolean): IngestPort {
    const { announcer, faults, liveness } = this.#port;
    return {
      live,
      fault: (code, detail) => faults.add(code, detail),
      schedule: (...commands) => this.schedule(...commands),
      answered: (seq, error) => this.#link?.answered(seq, error) ?? false,
      replied: (seq, reply) => this.#link?.replied(seq, reply),
      infoReceived: (info, isNewInstance) => this.#infoReceived(info, isNewInstance),
      announce: (event, ...details) => announcer.announce(event, ...details),
      sourceChanged: () => announcer.deferSources(),
      spikeReceived: (kernel, whole) => {
        if (this.#link) this.#port.spikeReceived(kernel, whole);
      },
      placesWanted: (id) => {
        if (this.#link) void this.#findPlaces(this.#link, id);
      },
      spikeAnnounced: (id) => {
        if (this.#link) this.#port.spikeAnnounced(id);
      },
      histogramsApplied: (replaced) => {
        if (replaced) this.#needsAllRows = false;
        liveness.dataArrived();
      },
      allRowsNeeded: () => {
        this.#needsAllRows = true;
      },
      dumpEnded: (dump) => this.#dumpEnded(dump),
    };
  }

  #dumpEnded(dump: Dump): void {
    const header = dump.hists[0];
    if (!this.#link || header?.generationStart === undefined || header.now === undefined) return;
    const { intervalMs } = this;
    const intoMs = Number(header.now - header.generationStart) / 1e6;
    this.#link.nextIntervalMs = Math.min(Math.max(intervalMs - intoMs, 0), intervalMs);
  }
}
