// The host's end of the agent's port in a guest, for netlink messages with the module.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AgentFrame,
  AgentStream,
  type Command,
  type CommandMessages,
  type CommandRequests,
  encodeAgentFrame,
  encodeDo,
  encodeDump,
  type NetlinkMessage,
  type RequestCommand,
  readNetlink,
} from '@rtprobe/abi';

const ANSWER_MS = 20_000;

export type Message<C extends Command> = Extract<NetlinkMessage, { kind: 'message'; command: C }>;

export class AgentPort {
  readonly socket: Socket;
  /** Messages that arrived and were not waited for yet. */
  readonly messages: NetlinkMessage[] = [];
  readonly families: number[] = [];
  readonly refusals: string[] = [];
  readonly errors: string[] = [];
  greetings = 0;
  overruns = 0n;
  family = 0;
  #seq = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    const error = (code: string, detail: string): void => {
      this.errors.push(`${code} ${detail}`);
    };
    const stream = new AgentStream({ frame: (kind, payload) => this.#take(kind, payload), error });
    socket.on('data', (chunk: Buffer) => stream.push(chunk));
    socket.on('error', () => {});
  }

  /** Connects and says hello; discards what the agent sent to an earlier listener. */
  static async open(path: string): Promise<AgentPort> {
    const socket = createConnection(path);
    const port = new AgentPort(socket);
    await once(socket, 'connect');
    try {
      await port.greet();
    } catch (error) {
      socket.destroy(); // it would block the next client
      throw error;
    }
    return port;
  }

  async greet(): Promise<void> {
    this.greetings = 0;
    this.families.length = 0;
    this.socket.write(encodeAgentFrame(AgentFrame.hello, new Uint8Array(0)));
    await this.until(() => this.greetings > 0 && this.families.length > 0, 'an answer to hello');
    this.messages.length = this.errors.length = this.refusals.length = 0;
  }

  async close(): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  #take(kind: number, payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (kind === AgentFrame.hello) this.greetings++;
    else if (kind === AgentFrame.refused) this.refusals.push(Buffer.from(payload).toString());
    else if (kind === AgentFrame.overrun) this.overruns = view.getBigUint64(0, true);
    else if (kind === AgentFrame.family) {
      this.family = view.getUint16(0, true);
      this.families.push(this.family);
    } else {
      const error = (code: string, detail: string): void => {
        this.errors.push(`${code} ${detail}`);
      };
      // The decoder's values are views of a buffer that is reused.
      readNetlink(payload.slice(), this.family, (message) => this.messages.push(message), error);
    }
  }

  async until(condition: () => boolean, what: string, ms = ANSWER_MS): Promise<void> {
    for (const end = Date.now() + ms; !condition(); await sleep(5)) {
      if (Date.now() > end)
        throw new Error(`${what} did not arrive within ${ms} ms; ${this.refusals.join(', ')}`);
    }
  }

  writeNetlink(bytes: Uint8Array): void {
    this.socket.write(encodeAgentFrame(AgentFrame.netlink, bytes));
  }

  /** Sends a request and resolves with every message of its number, the acknowledgement last. */
  async ask<C extends RequestCommand>(command: C, value: CommandRequests[C]): Promise<NetlinkMessage[]> {
    return this.#answers(encodeDo(this.family, command, ++this.#seq, value), 'ack');
  }

  async dump<C extends RequestCommand>(command: C, value: CommandRequests[C]): Promise<NetlinkMessage[]> {
    return this.#answers(encodeDump(this.family, command, ++this.#seq, value), 'done');
  }

  /** Sends a request of any bytes, and resolves with every message of its number up to an acknowledgement or an end. */
  async send(encode: (family: number, seq: number) => Uint8Array): Promise<NetlinkMessage[]> {
    return this.#answers(encode(this.family, ++this.#seq));
  }

  async #answers(request: Uint8Array, last?: 'ack' | 'done'): Promise<NetlinkMessage[]> {
    const seq = this.#seq;
    this.writeNetlink(request);
    const mine = (): NetlinkMessage[] => this.messages.filter((message) => message.seq === seq);
    await this.until(
      () => mine().some(({ kind }) => (last ? kind === last : kind !== 'message')),
      `the end of request ${seq}`,
    );
    const answers = mine();
    this.messages.splice(0, Infinity, ...this.messages.filter((message) => message.seq !== seq));
    return answers;
  }

  /** Returns the values of all events of a kind so far. */
  events<C extends Command>(command: C): CommandMessages[C][] {
    return this.messages
      .filter((message): message is Message<C> => message.kind === 'message' && message.command === command)
      .map((message) => message.value as CommandMessages[C]);
  }
}

/** Returns the values of a dump or answer, without its end. */
export function values<C extends Command>(answers: NetlinkMessage[], command: C): CommandMessages[C][] {
  return answers
    .filter((message): message is Message<C> => message.kind === 'message' && message.command === command)
    .map((message) => message.value as CommandMessages[C]);
}
