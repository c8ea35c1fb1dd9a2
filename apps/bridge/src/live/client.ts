// One browser's connection.
import { type ClientMessage, ProtocolError, type ServerMessage } from '@rtprobe/protocol';
import { parseClientMessage } from '@rtprobe/protocol/schemas';
import type { WebSocket } from 'ws';
import { TokenBucket } from '../access/token-bucket.ts';
import type { FrameTarget, Subscription } from './subscription.ts';

/** Maximum bytes that wait in this process for a browser that does not read; above it the connection is dropped. */
export const BUFFERED_MAX = 4 * 1024 * 1024;
const MESSAGES_PER_SECOND = 100;
const MESSAGES_BURST = 200;

export interface ClientHandler {
  message(client: Client, message: ClientMessage): void;
  closed(client: Client): void;
}

export class Client implements FrameTarget {
  /** By host index. */
  readonly subscriptions = new Map<number, { rate: number; subscription: Subscription }>();
  readonly #socket: WebSocket;
  readonly #messages = new TokenBucket(MESSAGES_PER_SECOND, MESSAGES_BURST);
  #answered = true;
  #sentAt = performance.now();

  constructor(socket: WebSocket, handler: ClientHandler) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#answered = true;
    });
    socket.on('message', (data, isBinary) => this.#message(data.toString(), isBinary, handler));
    // An error is always followed by close.
    socket.on('error', () => {});
    socket.on('close', () => handler.closed(this));
  }

  #message(text: string, isBinary: boolean, handler: ClientHandler): void {
    if (!this.#messages.take()) {
      this.error(new ProtocolError('E_MESSAGE_RATE', 'too many messages'));
      this.close(1008, 'E_MESSAGE_RATE');
      return;
    }
    try {
      if (isBinary) throw new ProtocolError('E_MESSAGE_TYPE', 'a binary message', 'binary');
      handler.message(this, parseClientMessage(text));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.error(error);
    }
  }

  /** Milliseconds since the last message that a page can see; pages do not see pings. */
  get quietMs(): number {
    return performance.now() - this.#sentAt;
  }

  frame(bytes: Uint8Array): void {
    this.#sentAt = performance.now();
    this.#socket.send(bytes, { binary: true, compress: false });
    this.#checkBacklog();
  }

  /** Sends a message that was serialized once for all browsers. */
  text(text: string): void {
    this.#sentAt = performance.now();
    this.#socket.send(text, { compress: false });
    this.#checkBacklog();
  }

  send(message: ServerMessage): void {
    this.text(JSON.stringify(message));
  }

  error({ code, what, todo, word }: ProtocolError): void {
    this.send({ type: 'error', code, message: `${what}; ${todo}`, ...(word !== undefined && { word }) });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Drops the connection if the last ping was not answered, else pings. */
  ping(): void {
    if (!this.#answered) {
      this.#socket.terminate();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
  }

  #checkBacklog(): void {
    if (this.#socket.bufferedAmount > BUFFERED_MAX) this.#socket.terminate();
  }
}
