// Sends hello and requests to a live module, and handles missing answers. A recording has no link.
import {
  AgentFrame,
  Command,
  type CommandMessages,
  type CommandRequests,
  encodeAgentFrame,
  type RequestCommand,
} from '@rtprobe/abi';
import type { UnixMicros } from '@rtprobe/protocol';
import { steadyMicros } from '../base/clock.ts';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import { countPlaces, type TaskPlaces } from '../evidence/user-places.ts';
import type { DownReason, LiveSource } from '../sources/source.ts';
import type { FrameTap } from '../sources/tap.ts';
import { DoctorRequests } from './doctor.ts';
import { FactsRequests } from './facts.ts';
import { Handshake } from './handshake.ts';
import { LoadRequests } from './load.ts';
import { PlacesRequests } from './places.ts';
import { Poller } from './poller.ts';

/** Consecutive requests that may go unanswered before the bridge reconnects. */
const TIMEOUTS_MAX = 2;
const RETRY_MS = 500;

export interface LinkPort {
  /** Id of the netlink family; 0 while no module is loaded. */
  family(): number;
  /** Interval from which the next histogram dump must report; 0 for all. */
  since(): number;
  tap(): FrameTap | undefined;
  fault(code: HostFaultCode, detail: string): void;
  /** A request was sent. */
  requested(seq: number, command: Command, since: number, at: UnixMicros): void;
  /** The request in flight was abandoned. */
  abandoned(): void;
  /** The kernel refused get-info. */
  infoRefused(reason: string): void;
}

const unsupported = (): BridgeError =>
  new BridgeError(
    'E_UNSUPPORTED',
    'the loaded module does not support this',
    'install the module of the release of this bridge',
  );

export class AgentLink {
  readonly handshake: Handshake;
  readonly facts: FactsRequests;
  readonly places: PlacesRequests;
  readonly doctor: DoctorRequests;
  readonly load: LoadRequests;
  /** Milliseconds from the last dump until the interval that was open at that time ends. */
  nextIntervalMs = 0;
  readonly #source: LiveSource;
  readonly #port: LinkPort;
  readonly #poller: Poller;
  readonly #retries = new Set<NodeJS.Timeout>();
  #timeouts = 0;
  /** Commands that the loaded module does not support. */
  readonly #unsupported = new Set<Command>();

  constructor(source: LiveSource, port: LinkPort) {
    this.#source = source;
    this.handshake = new Handshake(source.patience.withinMs);
    this.facts = new FactsRequests(() => source.send(encodeAgentFrame(AgentFrame.facts, new Uint8Array())));
    this.places = new PlacesRequests((request) => source.send(encodeAgentFrame(AgentFrame.places, request)));
    this.doctor = new DoctorRequests(() =>
      source.send(encodeAgentFrame(AgentFrame.doctor, new Uint8Array())),
    );
    this.load = new LoadRequests(() => source.send(encodeAgentFrame(AgentFrame.load, new Uint8Array())));
    this.#port = port;
    this.#poller = new Poller({
      family: () => port.family(),
      since: () => port.since(),
      untilNextInterval: () => this.nextIntervalMs,
      send: (request, seq, command, since) => this.#send(request, seq, command, since),
      timeout: (command) => this.#timedOut(command),
      refused: (command, error) => this.#kernelRefused(command, error),
    });
  }

  hello(): void {
    this.handshake.sent();
    this.#source.send(encodeAgentFrame(AgentFrame.hello, new Uint8Array()));
  }

  /** Requests the facts, and the whole state from the kernel, then polls. */
  start(): void {
    this.#unsupported.clear();
    // First, so that the spikes of the state have their devices.
    this.facts.request();
    this.load.start();
    this.#poller.start();
  }

  /** Fails all requests with the reason. */
  stop(reason: BridgeError): void {
    this.#poller.stop(reason);
    this.facts.stop();
    this.places.stop();
    this.doctor.stop();
    this.load.stop();
    for (const retry of this.#retries) clearTimeout(retry);
    this.#retries.clear();
  }

  schedule(...commands: Command[]): void {
    const known = commands.filter((command) => !this.#unsupported.has(command));
    if (this.#port.family() !== 0) this.#poller.schedule(...known);
  }

  /**
   * Sends a query after all other requests. Resolves to its answer message, if there is one. Rejects with a BridgeError.
   */
  async query<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    if (this.#unsupported.has(command)) throw unsupported();
    try {
      return await this.#poller.query(command, value);
    } catch (error) {
      if ((error as BridgeError).code === 'E_UNSUPPORTED') this.#unsupported.add(command);
      throw error;
    }
  }

  /** Returns where samples found the tasks of a spike in user mode, as far as agent and module tell. Never rejects. */
  async userPlaces(id: bigint): Promise<TaskPlaces[]> {
    if (!this.places.announced) return [];
    const tasks: TaskPlaces[] = [];
    try {
      const samples = await this.query(Command.getUserSamples, { id });
      for (const { pid, startBoottime, addresses } of samples?.task ?? []) {
        if (pid === undefined || startBoottime === undefined || addresses === undefined) continue;
        const lines = await this.places.find({ pid, startBoottime, addresses });
        if (lines) tasks.push({ pid, places: countPlaces(lines) });
      }
    } catch {
      // The spike is no longer stored, or the agent may not read addresses: they stay unknown.
    }
    return tasks;
  }

  /** A message that answers the request with this number. */
  replied(seq: number, reply: object): void {
    this.#poller.replied(seq, reply);
  }

  /**
   * Requests a change from the kernel and resolves to its answer message, if there is one. Rejects with a BridgeError
   * that contains the kernel's own text.
   */
  async change<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    const reply = await this.#poller.change(command, value);
    // Shows the setting that the kernel then reports, not the requested one.
    this.schedule(Command.getInfo, Command.getConfig);
    if (command === Command.clear) this.schedule(Command.getSpikes, Command.getHists);
    if (command === Command.addRule || command === Command.armRule || command === Command.delRule)
      this.schedule(Command.getRules);
    return reply;
  }

  /** The request with this number is complete; returns false if it is not the one in flight. */
  answered(seq: number, error?: BridgeError): boolean {
    this.#timeouts = 0;
    return this.#poller.answered(seq, error);
  }

  /** Drops the connection and connects again. */
  reconnect(reason: DownReason): void {
    this.#source.reconnect(reason);
  }

  /** The agent did not forward the request in flight. */
  agentRefused(reason: BridgeError): void {
    this.#poller.agentRefused(reason);
  }

  /** Called periodically. A peer that does not answer hello is not an agent, or serves another bridge. */
  check(now: number): void {
    if (!this.handshake.isOverdue(now)) return;
    const { title, patience } = this.#source;
    const message = `${title} did not answer within ${patience.withinMs / 1000} s`;
    this.#source.reconnect({ code: 'E_AGENT_SILENT', message, todo: patience.advice });
  }

  #send(request: Uint8Array, seq: number, command: Command, since: number): boolean {
    const at = steadyMicros();
    // Its answer has addresses, which no recording contains.
    if (command !== Command.getUserSamples) this.#port.tap()?.requested(request, at);
    this.#port.requested(seq, command, since, at);
    return this.#source.send(encodeAgentFrame(AgentFrame.netlink, request));
  }

  #timedOut(command: Command): void {
    this.#port.fault('E_ANSWER_TIMEOUT', `command ${command}`);
    this.#port.abandoned();
    if (++this.#timeouts < TIMEOUTS_MAX) {
      this.#retryLater(command);
      return;
    }
    this.#timeouts = 0;
    const todo = this.#source.patience.advice;
    this.#source.reconnect({ code: 'E_AGENT_SILENT', message: 'the agent stopped answering', todo });
  }

  #kernelRefused(command: Command, error: BridgeError): void {
    if (error.code === 'E_UNSUPPORTED') {
      this.#unsupported.add(command);
      return;
    }
    // Only the family itself can be missing: the module was unloaded, which the agent reports next.
    const unloaded = error.code === 'E_GONE';
    if (!unloaded) this.#port.fault('E_REQUEST_REFUSED', `command ${command}: ${error.message}`);
    const reason = unloaded ? 'the module was unloaded' : `the module refuses to answer: ${error.message}`;
    // Without get-info nothing can be decoded. Any other refusal may be a temporary lack of memory.
    if (command === Command.getInfo) this.#port.infoRefused(reason);
    this.#retryLater(command);
  }

  #retryLater(command: Command): void {
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.schedule(command);
    }, RETRY_MS);
    this.#retries.add(retry);
  }
}
