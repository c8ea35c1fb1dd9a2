// One host as the bridge follows it: its source, its state, and whether that is fresh.
import {
  ABI_VERSION,
  AgentFrame,
  Command,
  type CommandMessages,
  decodeText,
  encodeAgentFrame,
  type Info,
  type StreamErrorCode,
} from '@rtprobe/abi';
import type { HostInfo, HostStats, Spike, UnixMicros } from '@rtprobe/protocol';
import { BridgeError, type HostFaultCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { DownReason, ReplaySink, Source } from '../sources/source.ts';
import { nowMicros } from './clock.ts';
import { describeHost } from './describe.ts';
import type { Dump } from './dumps.ts';
import { Handshake } from './handshake.ts';
import { Ingest } from './ingest.ts';
import type { HostListener, HostTap } from './listener.ts';
import { LivenessTracker } from './liveness.ts';
import { Poller } from './poller.ts';
import type { Span } from './span.ts';
import { HostState } from './state.ts';
import { lostCounters, StatsMeter } from './stats.ts';

const TICK_MS = 250;
/** Requests in a row that may go unanswered before the connection is made anew. */
const TIMEOUTS_MAX = 2;
const RETRY_MS = 500;
const DEFAULT_INTERVAL_MS = 100;
/** What a recording holds where the connection was lost. */
const NO_FAMILY = new Uint8Array(2);
const REPLAY_EVERY_MS = 1000;
const STATS_MIN_MS = 500;
const NOT_LOADED = 'the rtprobe module is not loaded there; load it with: modprobe rtprobe';

export interface HostOptions {
  index: number;
  name: string;
  /** The name was chosen by a person and is not replaced by the kernel's. */
  nameIsGiven: boolean;
  source: Source;
  log: Log;
}

export class Host implements ReplaySink {
  readonly index: number;
  readonly source: Source;
  readonly state: HostState;
  readonly faults: Partial<Record<StreamErrorCode | HostFaultCode, number>> = {};
  tap: HostTap | undefined;
  /** Set while the stream is written to a file, and after that has failed. */
  recording: HostInfo['recording'];
  /** Newest figures; missing before the first. */
  stats: HostStats | undefined;
  #name: string;
  readonly #nameIsGiven: boolean;
  readonly #listener: HostListener;
  readonly #log: Log;
  readonly #ingest: Ingest;
  readonly #poller: Poller;
  readonly #meter = new StatsMeter();
  #agentOverruns = 0;
  readonly #handshake = new Handshake();
  readonly #liveness: LivenessTracker;
  /** The next dump of histograms must bring every row. */
  #askAll = true;
  #nextIntervalMs = 0;
  #timeouts = 0;
  #statsAt = 0;
  #shownAt = 0;
  /** A jump in a recording is under way: nothing is to be shown. */
  #quiet = false;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: HostOptions, listener: HostListener) {
    this.index = options.index;
    this.#name = options.name;
    this.#nameIsGiven = options.nameIsGiven;
    this.source = options.source;
    this.#log = options.log;
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
    this.#poller = new Poller({
      family: () => this.#ingest.family,
      since: () => (this.#askAll ? 0 : this.state.generation),
      untilNextInterval: () => this.#nextIntervalMs,
      send: (request, seq, command, since) => this.#send(request, seq, command, since),
      timeout: (command) => this.#timedOut(command),
      refused: (command, error) => this.#kernelRefused(command, error),
    });
  }

  get name(): string {
    return this.#name;
  }

  get info(): HostInfo {
    return {
      ...describeHost(this.#name, this.index, this.#liveness, this.state, this.source),
      ...(this.recording && { recording: { ...this.recording } }),
    };
  }

  get family(): number {
    return this.#ingest.family;
  }

  start(): void {
    this.source.start(this);
    this.#timers.add(setInterval(() => this.#watch(), TICK_MS));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#poller.stop(new BridgeError('E_OFFLINE', 'the bridge is closing'));
    await this.source.close();
  }

  /** Asks the kernel for a change. Rejects with a BridgeError that carries the kernel's own words. */
  async order<C extends Command>(command: C, value: CommandMessages[C]): Promise<void> {
    if (this.source.kind === 'replay') {
      throw new BridgeError('E_REPLAY', `"${this.#name}" is a recording and cannot be changed`, this.#name);
    }
    if (this.family === 0)
      throw new BridgeError('E_OFFLINE', this.#liveness.reason ?? NOT_LOADED, this.#name);
    await this.#poller.order(command, value);
    // The change is shown by what the kernel says of it afterwards, not by what was asked for.
    this.#poller.want(Command.getInfo, Command.getConfig);
    if (command === Command.clear) this.#poller.want(Command.getSpikes, Command.getHists);
  }

  // The source speaks.

  up(): void {
    this.#handshake.asked();
    if (this.source.kind === 'live') this.source.send(encodeAgentFrame(AgentFrame.hello, new Uint8Array()));
  }

  down(reason: DownReason): void {
    this.#handshake.lost();
    this.tap?.received(AgentFrame.family, NO_FAMILY, nowMicros());
    this.#lostModule(`${reason.message} (${reason.code})`);
  }

  frame(kind: number, payload: Uint8Array, at: UnixMicros): void {
    if (kind === AgentFrame.hello) {
      this.#handshake.answered = true;
      this.#log.info({ host: this.#name, agent: decodeText(payload) }, 'agent connected');
      return;
    }
    // What an agent says before it answers hello belongs to an earlier listener; a recording has no hello.
    const early = this.source.kind === 'live' && !this.#handshake.answered;
    if (early && kind !== AgentFrame.refused) return;
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
    if (this.source.kind === 'replay') this.#liveness.become('replay', undefined);
    if (this.source.kind === 'live') this.#poller.start();
  }

  #lostModule(reason: string): void {
    this.#ingest.restart(0);
    this.#askAll = true;
    this.#poller.stop(new BridgeError('E_OFFLINE', reason, this.#name));
    if (this.source.kind === 'live') this.#liveness.become('offline', reason);
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
    if (this.source.kind !== 'live') return;
    const reason = `the agent refused: ${text}`;
    if (this.family === 0) this.#liveness.become('offline', reason);
    this.#poller.turnedAway(new BridgeError('E_REFUSED', reason));
  }

  // Requests of the poller.

  #send(request: Uint8Array, seq: number, command: Command, since: number): boolean {
    if (this.source.kind !== 'live') return false;
    this.tap?.requested(request, nowMicros());
    this.#ingest.requested(seq, command, since);
    return this.source.send(encodeAgentFrame(AgentFrame.netlink, request));
  }

  #timedOut(command: Command): void {
    this.fault('E_ANSWER_TIMEOUT', `command ${command}`);
    this.#ingest.abandoned();
    if (++this.#timeouts >= TIMEOUTS_MAX && this.source.kind === 'live') {
      this.#timeouts = 0;
      this.source.reconnect({ code: 'E_AGENT_SILENT', message: 'the agent stopped answering' });
      return;
    }
    this.#later(() => this.#poller.want(command));
  }

  #kernelRefused(command: Command, error: BridgeError): void {
    this.fault('E_REQUEST_REFUSED', `command ${command}: ${error.message}`);
    // Without get-info nothing else makes sense; anything else may have been a passing want of memory.
    if (command === Command.getInfo) {
      this.#liveness.become('offline', `the module refuses to answer: ${error.message}`);
    }
    this.#later(() => this.#poller.want(command));
  }

  /** A module whose messages this bridge would misread is not asked any further. */
  #checkAbi(version: number | undefined): boolean {
    if (version === ABI_VERSION || this.source.kind === 'replay') return true;
    const what = `the module speaks version ${version} of its interface, this bridge version ${ABI_VERSION}`;
    this.#lostModule(`${what}; install the same release of both`);
    return false;
  }

  #later(what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, RETRY_MS);
    this.#timers.add(timer);
  }

  // What the kernel said.

  #ingestPort() {
    const shown = (what: () => void) => () => {
      if (!this.#quiet) what();
    };
    return {
      live: this.source.kind === 'live',
      fault: (code: StreamErrorCode | HostFaultCode, detail: string) => this.fault(code, detail),
      want: (...commands: Command[]) => {
        if (this.source.kind === 'live' && this.family !== 0) this.#poller.want(...commands);
      },
      answered: (seq: number, error?: BridgeError) => {
        this.#timeouts = 0;
        return this.#poller.answered(seq, error);
      },
      info: (info: Info, isNew: boolean) => this.#gotInfo(info, isNew),
      config: shown(() => this.#listener.changed(this)),
      sources: shown(() => this.#listener.sources(this)),
      spikes: shown(() => this.#listener.spikes(this)),
      spike: (spike: Spike) => this.#quiet || this.#listener.spike(this, spike),
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
    this.stats = this.#meter.measure(info, this.state.spikes.size, lost);
    this.#listener.stats(this, this.stats);
    if (isNew) this.#listener.changed(this);
  }

  #dumped(dump: Dump): void {
    const header = dump.hists[0];
    if (header?.generationStart === undefined || header.now === undefined) return;
    const intervalMs = this.#intervalMs();
    const intoMs = Number(header.now - header.generationStart) / 1e6;
    this.#nextIntervalMs = Math.min(Math.max(intervalMs - intoMs, 0), intervalMs);
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
    if (this.source.kind === 'replay') {
      if (now - this.#shownAt < REPLAY_EVERY_MS) return;
      this.#shownAt = now;
      this.#listener.changed(this);
      return;
    }
    this.#liveness.check(this.#intervalMs(), now);
    if (!this.#handshake.isOverdue(now)) return;
    const who = `${this.source.title} does not answer like an rtprobe-agent`;
    const message = `${who}; another bridge may be connected to it`;
    this.source.reconnect({ code: 'E_AGENT_SILENT', message });
  }
}
