// Asks a live host for its state: first everything, then what changed, one request in flight at a time.
import { Command, type CommandMessages, encodeDo, encodeDump } from '@rtprobe/abi';
import { BridgeError } from '../base/errors.ts';
import { dumpCommands } from '../netlink/dumps.ts';

/** A request that is not answered for so long is given up. */
export const ANSWER_TIMEOUT_MS = 5000;
/** Histograms are asked for no more often than this, however short the reporting interval is. */
export const POLL_MIN_MS = 50;
const INFO_EVERY_MS = 1000;
/** How long after the end of an interval it is asked for, so that it is closed by then. */
const SETTLE_MS = 2;
const ORDERS_MAX = 16;
/** Questions about one thing that may wait, such as about a spike. */
export const QUESTIONS_MAX = 64;

type Order = {
  [C in Command]: {
    command: C;
    value: CommandMessages[C];
    done: (error: BridgeError | undefined, reply: object | undefined) => void;
  };
}[Command];

export interface PollerPort {
  family(): number;
  /** Interval to name in the next request for histograms; 0 for all rows. */
  since(): number;
  /** Milliseconds until the interval that was open at the last dump has ended. */
  untilNextInterval(): number;
  /** Sends one netlink request. False when it could not be taken. */
  send(request: Uint8Array, seq: number, command: Command, since: number): boolean;
  /** A request of the poller's own was given up. */
  timeout(command: Command): void;
  /** The kernel refused a request of the poller's own. */
  refused(command: Command, error: BridgeError): void;
}

/** Order in which wanted things are asked for: rows need sources, spikes need the clock of get-info. */
const sequence = [
  Command.getInfo,
  Command.getConfig,
  Command.getRules,
  Command.getSources,
  Command.getSpikes,
  Command.getHists,
  Command.getTasks,
] as const;
/** What is asked for at the start; tasks only when somebody looks at them. */
const atStart = sequence.filter((command) => command !== Command.getTasks);

export class Poller {
  readonly #port: PollerPort;
  readonly #wanted = new Set<Command>();
  readonly #orders: Order[] = [];
  readonly #questions: Order[] = [];
  #seq = 0;
  #inFlight: { seq: number; command: Command; order: Order | undefined; reply?: object } | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #histTimer: NodeJS.Timeout | undefined;
  #infoTimer: NodeJS.Timeout | undefined;

  constructor(port: PollerPort) {
    this.#port = port;
  }

  /** Asks for everything and goes on from there. */
  start(): void {
    this.stop(new BridgeError('E_OFFLINE', 'the module was loaded anew'));
    for (const command of atStart) this.#wanted.add(command);
    this.#infoTimer = setInterval(() => this.schedule(Command.getInfo), INFO_EVERY_MS);
    this.#pump();
  }

  /** Ends all requests; those of people fail with the reason. */
  stop(reason: BridgeError): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#histTimer);
    clearInterval(this.#infoTimer);
    this.#wanted.clear();
    const orders = [...this.#orders.splice(0), ...this.#questions.splice(0)];
    if (this.#inFlight?.order) orders.unshift(this.#inFlight.order);
    this.#inFlight = undefined;
    for (const order of orders) order.done(reason, undefined);
  }

  schedule(...commands: Command[]): void {
    for (const command of commands) this.#wanted.add(command);
    this.#pump();
  }

  /**
   * A change a person asked for; goes before everything else. Resolves to the message that answers it, if one
   * does. Rejects with a BridgeError.
   */
  order<C extends Command>(command: C, value: CommandMessages[C]): Promise<CommandMessages[C] | undefined> {
    if (this.#orders.length >= ORDERS_MAX) {
      return Promise.reject(new BridgeError('E_BUSY', 'too many changes wait for this host'));
    }
    return this.#enqueue(this.#orders, command, value);
  }

  /** A question about one thing; comes after everything else. Rejects with a BridgeError. */
  ask<C extends Command>(command: C, value: CommandMessages[C]): Promise<CommandMessages[C] | undefined> {
    if (this.#questions.length >= QUESTIONS_MAX) {
      return Promise.reject(new BridgeError('E_BUSY', 'too many questions wait for this host'));
    }
    return this.#enqueue(this.#questions, command, value);
  }

  #enqueue<C extends Command>(
    queue: Order[],
    command: C,
    value: CommandMessages[C],
  ): Promise<CommandMessages[C] | undefined> {
    return new Promise((resolve, reject) => {
      const done = (error: BridgeError | undefined, reply: object | undefined) =>
        error ? reject(error) : resolve(reply as CommandMessages[C] | undefined);
      queue.push({ command, value, done } as Order);
      this.#pump();
    });
  }

  /** A message that answers the request with this number. */
  replied(seq: number, reply: object): void {
    if (this.#inFlight?.seq === seq) this.#inFlight.reply = reply;
  }

  /** The request with this number was answered to its end; false when it is not the one in flight. */
  answered(seq: number, error?: BridgeError): boolean {
    if (this.#inFlight?.seq !== seq) return false;
    const { order, command, reply } = this.#inFlight;
    clearTimeout(this.#deadline);
    this.#inFlight = undefined;
    if (order) order.done(error, reply);
    else if (error) this.#port.refused(command, error);
    if (command === Command.getHists && !error) {
      const delay = Math.max(this.#port.untilNextInterval() + SETTLE_MS, POLL_MIN_MS / 2);
      clearTimeout(this.#histTimer);
      this.#histTimer = setTimeout(() => this.schedule(Command.getHists), delay);
    }
    this.#pump();
    return true;
  }

  /** The agent did not pass the request in flight on. */
  turnedAway(reason: BridgeError): void {
    if (this.#inFlight) this.#giveUp(reason);
  }

  #pump(): void {
    if (this.#inFlight || this.#port.family() === 0) return;
    const order = this.#orders.shift();
    if (order) {
      this.#send(order.command, order.value, order);
      return;
    }
    const command = sequence.find((c) => this.#wanted.delete(c));
    if (command === undefined) {
      const question = this.#questions.shift();
      if (question) this.#send(question.command, question.value, question);
      return;
    }
    this.#send(command, command === Command.getHists ? { since: this.#port.since() } : {}, undefined);
  }

  #send<C extends Command>(command: C, value: CommandMessages[C], order: Order | undefined): void {
    this.#seq = (this.#seq % 0x7fff_ffff) + 1;
    const seq = this.#seq;
    const encode = dumpCommands.has(command) ? encodeDump : encodeDo;
    const request = encode(this.#port.family(), command, seq, value);
    this.#inFlight = { seq, command, order };
    this.#deadline = setTimeout(() => this.#giveUp(), ANSWER_TIMEOUT_MS);
    const since = 'since' in value ? (value.since ?? 0) : 0;
    if (!this.#port.send(request, seq, command, since)) this.#giveUp();
  }

  #giveUp(reason = new BridgeError('E_TIMEOUT', 'the host did not answer in time')): void {
    const { order, command } = this.#inFlight!;
    clearTimeout(this.#deadline);
    this.#inFlight = undefined;
    if (order) order.done(reason, undefined);
    this.#port.timeout(command);
  }
}
