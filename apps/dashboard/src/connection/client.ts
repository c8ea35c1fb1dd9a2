// One WebSocket to the bridge that reconnects without end. It passes messages and frames to the receiver, which
// requests keyframes.
import { type ClientMessage, type ServerMessage, SUBPROTOCOL } from '@rtprobe/protocol';
import { backoff } from './backoff.ts';

export interface Receiver {
  opened(): void;
  /** The next attempt starts in `retryMs`. */
  closed(retryMs: number, reason: string, attempts: number): void;
  message(message: ServerMessage): void;
  /** Throws on a malformed frame; the connection is then closed and opened again. */
  frame(bytes: Uint8Array): void;
}

/** An attempt that neither opens nor fails within this time is aborted: a firewall may drop its packets. */
const OPEN_TIMEOUT_MS = 10_000;
/** After this time an open connection counts as stable, and delays start from the first step again. */
const STEADY_MS = 5000;
/**
 * An open connection that receives nothing for this long is replaced, because a cut network does not close it. An idle
 * bridge sends the state of a host every 8 s.
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

  /** Drops the message while there is no connection; subscribers send theirs again on `opened`. */
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
      // A partly applied message leaves an undefined state; a new connection starts with a keyframe.
      this.#lost(error instanceof Error ? error.message : 'unreadable message');
      socket.close();
    }
  }

  /** Replaces the old connection silently: the screen changes only if the new connection fails too. */
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
