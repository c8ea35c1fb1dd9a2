// Requests the state of a live host: first all of it, then what changed. One request is in flight at a time.
import {
  Command,
  type CommandMessages,
  type CommandRequests,
  encodeDo,
  encodeDump,
  type RequestCommand,
} from '@rtprobe/abi';
import { BridgeError } from '../base/errors.ts';
import { dumpCommands } from '../netlink/dumps.ts';

/** An unanswered request is abandoned after this time. */
export const ANSWER_TIMEOUT_MS = 5000;
/** Minimum time between two histogram requests, however short the reporting interval is. */
export const POLL_MIN_MS = 50;
const INFO_EVERY_MS = 1000;
/** Delay after the end of an interval before it is requested, so that the kernel has closed it. */
const SETTLE_MS = 2;
const CHANGES_MAX = 16;
/** Maximum number of waiting queries. */
export const QUERIES_MAX = 64;

type PendingRequest = {
  [C in RequestCommand]: {
    command: C;
    value: CommandRequests[C];
    done: (error: BridgeError | undefined, reply: object | undefined) => void;
  };
}[RequestCommand];

export interface PollerPort {
  family(): number;
  /** Interval to name in the next histogram request; 0 for all rows. */
  since(): number;
  /** Milliseconds until the interval that was open at the last dump has ended. */
  untilNextInterval(): number;
  /** Sends one netlink request. Returns false if it could not be queued. */
  send(request: Uint8Array, seq: number, command: Command, since: number): boolean;
  /** A request that the poller scheduled was abandoned. */
  timeout(command: Command): void;
  /** The kernel refused a request that the poller scheduled. */
  refused(command: Command, error: BridgeError): void;
}

/** Order of scheduled requests: rows need sources, and spikes need the clock from get-info. */
const sequence = [
  Command.getInfo,
  Command.getConfig,
  Command.getRules,
  Command.getSources,
  Command.getSpikes,
  Command.getHists,
  Command.getTasks,
  Command.getCpus,
] as const;
/** Not requested at the start: tasks, which only browsers need, and costs of CPUs that get-info has room for. */
const later: ReadonlySet<Command> = new Set([Command.getTasks, Command.getCpus]);
const atStart = sequence.filter((command) => !later.has(command));

export class Poller {
  readonly #port: PollerPort;
  readonly #scheduled = new Set<Command>();
  readonly #changes: PendingRequest[] = [];
  readonly #queries: PendingRequest[] = [];
  #seq = 0;
  #inFlight:
    | { seq: number; command: Command; request: PendingRequest | undefined; reply?: object }
    | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #histTimer: NodeJS.Timeout | undefined;
  #infoTimer: NodeJS.Timeout | undefined;

  constructor(port: PollerPort) {
    this.#port = port;
  }

  /** Requests the whole state, then polls. */
  start(): void {
    this.stop(new BridgeError('E_OFFLINE', 'the module was loaded again', 'try again'));
    for (const command of atStart) this.#scheduled.add(command);
    this.#infoTimer = setInterval(() => this.schedule(Command.getInfo), INFO_EVERY_MS);
    this.#pump();
  }

  /** Ends all requests; changes and queries fail with the reason. */
  stop(reason: BridgeError): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#histTimer);
    clearInterval(this.#infoTimer);
    this.#scheduled.clear();
    const requests = [...this.#changes.splice(0), ...this.#queries.splice(0)];
    if (this.#inFlight?.request) requests.unshift(this.#inFlight.request);
    this.#inFlight = undefined;
    for (const request of requests) request.done(reason, undefined);
  }

  schedule(...commands: Command[]): void {
    for (const command of commands) this.#scheduled.add(command);
    this.#pump();
  }

  /**
   * Sends a user's change before all other requests. Resolves to its answer message, if there is one. Rejects with a
   * BridgeError.
   */
  change<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    if (this.#changes.length >= CHANGES_MAX) {
      return Promise.reject(
        new BridgeError('E_BUSY', 'too many changes are waiting for this host', 'try again later'),
      );
    }
    return this.#enqueue(this.#changes, command, value);
  }

  /** Sends a query after all other requests. Rejects with a BridgeError. */
  query<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    if (this.#queries.length >= QUERIES_MAX) {
      return Promise.reject(
        new BridgeError('E_BUSY', 'too many queries are waiting for this host', 'try again later'),
      );
    }
    return this.#enqueue(this.#queries, command, value);
  }

  #enqueue<C extends RequestCommand>(
    queue: PendingRequest[],
    command: C,
    value: CommandRequests[C],
  ): Promise<CommandMessages[C] | undefined> {
    return new Promise((resolve, reject) => {
      const done = (error: BridgeError | undefined, reply: object | undefined) =>
        error ? reject(error) : resolve(reply as CommandMessages[C] | undefined);
      queue.push({ command, value, done } as PendingRequest);
      this.#pump();
    });
  }

  /** A message that answers the request with this number. */
  replied(seq: number, reply: object): void {
    if (this.#inFlight?.seq === seq) this.#inFlight.reply = reply;
  }

  /** The request with this number is complete; returns false if it is not the one in flight. */
  answered(seq: number, error?: BridgeError): boolean {
    if (this.#inFlight?.seq !== seq) return false;
    const { request, command, reply } = this.#inFlight;
    clearTimeout(this.#deadline);
    this.#inFlight = undefined;
    if (request) request.done(error, reply);
    else if (error) this.#port.refused(command, error);
    if (command === Command.getHists && !error) {
      const delay = Math.max(this.#port.untilNextInterval() + SETTLE_MS, POLL_MIN_MS / 2);
      clearTimeout(this.#histTimer);
      this.#histTimer = setTimeout(() => this.schedule(Command.getHists), delay);
    }
    this.#pump();
    return true;
  }

  /** The agent did not forward the request in flight. */
  agentRefused(reason: BridgeError): void {
    if (this.#inFlight) this.#giveUp(reason);
  }

  #pump(): void {
    if (this.#inFlight || this.#port.family() === 0) return;
    const request = this.#changes.shift();
    if (request) {
      this.#send(request.command, request.value, request);
      return;
    }
    const command = sequence.find((c) => this.#scheduled.delete(c));
    if (command === undefined) {
      const query = this.#queries.shift();
      if (query) this.#send(query.command, query.value, query);
      return;
    }
    this.#send(command, command === Command.getHists ? { since: this.#port.since() } : {}, undefined);
  }

  #send<C extends RequestCommand>(
    command: C,
    value: CommandRequests[C],
    request: PendingRequest | undefined,
  ): void {
    this.#seq = (this.#seq % 0x7fff_ffff) + 1;
    const seq = this.#seq;
    const encode = dumpCommands.has(command) ? encodeDump : encodeDo;
    const bytes = encode(this.#port.family(), command, seq, value);
    this.#inFlight = { seq, command, request };
    this.#deadline = setTimeout(() => this.#giveUp(), ANSWER_TIMEOUT_MS);
    const since = 'since' in value ? (value.since ?? 0) : 0;
    if (!this.#port.send(bytes, seq, command, since)) this.#giveUp();
  }

  #giveUp(
    reason = new BridgeError(
      'E_TIMEOUT',
      'the host did not answer in time',
      'try again; check its load and the network',
    ),
  ): void {
    const { request, command } = this.#inFlight!;
    clearTimeout(this.#deadline);
    this.#inFlight = undefined;
    if (request) request.done(reason, undefined);
    this.#port.timeout(command);
  }
}
