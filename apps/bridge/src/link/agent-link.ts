// Talks to a live module: hello, requests, and what happens when they are not answered. A recording has no link.
import { AgentFrame, Command, type CommandMessages, encodeAgentFrame } from '@rtprobe/abi';
import type { UnixMicros } from '@rtprobe/protocol';
import { steadyMicros } from '../base/clock.ts';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import type { DownReason, LiveSource } from '../sources/source.ts';
import type { FrameTap } from '../sources/tap.ts';
import { Handshake } from './handshake.ts';
import { Poller } from './poller.ts';

/** Requests in a row that may go unanswered before the connection is made anew. */
const TIMEOUTS_MAX = 2;
const RETRY_MS = 500;

export interface LinkPort {
  /** Id of the netlink family; 0 while there is none to speak with. */
  family(): number;
  /** Interval from which the next dump of histograms is to tell; 0 for all. */
  since(): number;
  tap(): FrameTap | undefined;
  fault(code: HostFaultCode, detail: string): void;
  /** A request goes out. */
  requested(seq: number, command: Command, since: number, at: UnixMicros): void;
  /** The request in flight was given up. */
  abandoned(): void;
  /** The kernel refused get-info. */
  infoRefused(reason: string): void;
}

const unsupported = (): BridgeError =>
  new BridgeError('E_UNSUPPORTED', 'the module loaded there cannot tell; install the release of this bridge');

export class AgentLink {
  readonly handshake: Handshake;
  /** Milliseconds from the last dump until the interval that was open then has ended. */
  nextIntervalMs = 0;
  readonly #source: LiveSource;
  readonly #port: LinkPort;
  readonly #poller: Poller;
  readonly #retries = new Set<NodeJS.Timeout>();
  #timeouts = 0;
  /** Commands that the loaded module does not have. */
  readonly #unsupported = new Set<Command>();

  constructor(source: LiveSource, port: LinkPort) {
    this.#source = source;
    this.handshake = new Handshake(source.patience.withinMs);
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

  /** Requests everything from the kernel, then polls. */
  start(): void {
    this.#unsupported.clear();
    this.#poller.start();
  }

  /** Ends all requests with the reason. */
  stop(reason: BridgeError): void {
    this.#poller.stop(reason);
    for (const retry of this.#retries) clearTimeout(retry);
    this.#retries.clear();
  }

  schedule(...commands: Command[]): void {
    const known = commands.filter((command) => !this.#unsupported.has(command));
    if (this.#port.family() !== 0) this.#poller.schedule(...known);
  }

  /** Sends a query about one thing, after everything else. Rejects with a BridgeError. */
  async query<C extends Command>(command: C, value: CommandMessages[C]): Promise<void> {
    if (this.#unsupported.has(command)) throw unsupported();
    try {
      await this.#poller.query(command, value);
    } catch (error) {
      if ((error as BridgeError).code === 'E_UNSUPPORTED') this.#unsupported.add(command);
      throw error;
    }
  }

  /** A message that answers the request with this number. */
  replied(seq: number, reply: object): void {
    this.#poller.replied(seq, reply);
  }

  /**
   * Asks the kernel for a change, and resolves to the message that answers it, if one does. Rejects with a
   * BridgeError that carries the kernel's own words.
   */
  async change<C extends Command>(
    command: C,
    value: CommandMessages[C],
  ): Promise<CommandMessages[C] | undefined> {
    const reply = await this.#poller.change(command, value);
    // The change is shown by what the kernel says of it afterwards, not by what was asked for.
    this.schedule(Command.getInfo, Command.getConfig);
    if (command === Command.clear) this.schedule(Command.getSpikes, Command.getHists);
    if (command === Command.addRule || command === Command.delRule) this.schedule(Command.getRules);
    return reply;
  }

  /** The request with this number was answered to its end; false when it is not the one in flight. */
  answered(seq: number, error?: BridgeError): boolean {
    this.#timeouts = 0;
    return this.#poller.answered(seq, error);
  }

  /** Drops the connection and connects again. */
  reconnect(reason: DownReason): void {
    this.#source.reconnect(reason);
  }

  /** The agent did not pass the request in flight on. */
  agentRefused(reason: BridgeError): void {
    this.#poller.agentRefused(reason);
  }

  /** Called periodically. A peer that does not answer hello is not an agent, or serves another bridge. */
  check(now: number): void {
    if (!this.handshake.isOverdue(now)) return;
    const { title, patience } = this.#source;
    const message = `${title} did not answer within ${patience.withinMs / 1000} s; ${patience.advice}`;
    this.#source.reconnect({ code: 'E_AGENT_SILENT', message });
  }

  #send(request: Uint8Array, seq: number, command: Command, since: number): boolean {
    const at = steadyMicros();
    this.#port.tap()?.requested(request, at);
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
    this.#source.reconnect({ code: 'E_AGENT_SILENT', message: 'the agent stopped answering' });
  }

  #kernelRefused(command: Command, error: BridgeError): void {
    if (error.code === 'E_UNSUPPORTED') {
      this.#unsupported.add(command);
      return;
    }
    this.#port.fault('E_REQUEST_REFUSED', `command ${command}: ${error.message}`);
    // Without get-info nothing else makes sense; anything else may have been a passing want of memory.
    if (command === Command.getInfo) this.#port.infoRefused(`the module refuses to answer: ${error.message}`);
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
