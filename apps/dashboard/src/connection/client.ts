// One WebSocket to the bridge, opened again for ever. It knows how to speak, not what is said: messages and
// frames go to the receiver, which says when a host needs a keyframe.
import { type ClientMessage, type ServerMessage, SUBPROTOCOL } from '@rtprobe/protocol';
import { backoff } from './backoff.ts';

export interface Receiver {
  opened(): void;
  /** The next attempt is made in `retryMs`. */
  closed(retryMs: number, reason: string, attempts: number): void;
  message(message: ServerMessage): void;
  /** Throws on a malformed frame: the connection is then opened anew. */
  frame(bytes: Uint8Array): void;
}

/** An attempt that neither opens nor fails in this time is given up: a firewall may swallow it. */
const OPEN_TIMEOUT_MS = 10_000;
/** A connection that stood this long counts as good again: the waiting starts from the first step. */
const STEADY_MS = 5000;
/**
 * A connection that brings nothing for this long is given up for a new one: a network that was cut leaves it looking
 * open for ever. A bridge that has nothing to say sends the state of a host every 8 s.
 */
const SILENCE_MS = 20_000;

export class Client {
  readonly #url: string;
  readonly #receiver: Receiver;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #attempt = 0;
  #openedAt = 0;
  #ended = false;

  constructor(url: string, receiver: Receiver) {
    this.#url = url;
    this.#receiver = receiver;
  }

  start(): void {
    this.#ended = false;
    this.#connect();
    this.#watch ??= setInterval(() => this.#renewIfSilent(), SILENCE_MS / 10);
  }

  stop(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#socket?.close(1000);
  }

  /** Dropped while there is no connection: whoever subscribes does so again on `opened`. */
  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    const timeout = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(timeout);
      this.#openedAt = performance.now();
      this.#heardAt = this.#openedAt;
      this.#receiver.opened();
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => this.#take(socket, event.data);
    socket.onclose = (event) => {
      clearTimeout(timeout);
      if (socket === this.#socket) this.#lost(event.reason);
    };
  }

  #take(socket: WebSocket, data: ArrayBuffer | string): void {
    if (socket !== this.#socket) return;
    this.#heardAt = performance.now();
    try {
      if (typeof data === 'string') this.#receiver.message(JSON.parse(data) as ServerMessage);
      else this.#receiver.frame(new Uint8Array(data));
    } catch (error) {
      // What was half applied cannot be trusted; a new connection starts from a keyframe.
      this.#lost(error instanceof Error ? error.message : 'unreadable message');
      socket.close();
    }
  }

  /** The old one is left without a word: nothing on screen changes unless the new one does not open either. */
  #renewIfSilent(): void {
    const old = this.#socket;
    if (old?.readyState !== WebSocket.OPEN || performance.now() - this.#heardAt < SILENCE_MS) return;
    this.#connect();
    old.close();
  }

  #lost(reason: string): void {
    this.#socket = undefined;
    if (this.#ended) return;
    if (this.#openedAt > 0 && performance.now() - this.#openedAt > STEADY_MS) this.#attempt = 0;
    this.#openedAt = 0;
    const wait = backoff(this.#attempt++, Math.random());
    this.#receiver.closed(wait, reason, this.#attempt);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}
