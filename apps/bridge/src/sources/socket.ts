// An agent behind a unix socket: a local `rtprobe-agent --socket`, or the port of a lab guest.
import { createConnection, type Socket } from 'node:net';
import { AgentFrame, AgentStream } from '@rtprobe/abi';
import { nowMicros } from '../base/clock.ts';
import { Backoff } from './backoff.ts';
import type { DownReason, LiveSource, SourceSink } from './source.ts';

/** Bytes that may wait for an agent that does not read; a request is a few dozen. */
export const SEND_BACKLOG_MAX = 256 * 1024;

const hints: Record<string, string> = {
  ENOENT: 'there is no such socket; start the agent or the lab guest it belongs to',
  ECONNREFUSED: 'nothing listens on it; start the agent or the lab guest it belongs to',
  EACCES: 'this user may not open it; the agent makes it for its own user only',
};

export class SocketSource implements LiveSource {
  readonly kind = 'live';
  readonly title: string;
  readonly #path: string;
  readonly #backoff = new Backoff();
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Why this side dropped the connection. */
  #dropped: DownReason | undefined;

  constructor(path: string) {
    this.#path = path;
    this.title = `unix socket ${path}`;
  }

  start(sink: SourceSink): void {
    this.#connect(sink);
  }

  #connect(sink: SourceSink): void {
    const socket = createConnection(this.#path);
    this.#socket = socket;
    let reason: DownReason = { code: 'E_SOCKET', message: `${this.#path}: the agent closed the connection` };
    const stream = new AgentStream({
      frame: (kind, payload) => {
        if (kind !== AgentFrame.refused) this.#backoff.succeeded();
        sink.frame(kind, payload, nowMicros());
      },
      error: (code, detail) => sink.fault(code, detail),
    });
    socket.on('connect', () => sink.up());
    socket.on('data', (chunk) => stream.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const hint = hints[error.code ?? ''] ?? error.message;
      reason = { code: 'E_SOCKET', message: `${this.#path}: ${hint}` };
    });
    socket.on('close', () => {
      stream.end();
      this.#socket = undefined;
      if (this.#closed) return;
      sink.down(this.#dropped ?? reason);
      this.#dropped = undefined;
      this.#timer = setTimeout(() => this.#connect(sink), this.#backoff.next());
    });
  }

  send(frame: Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket || socket.pending || socket.writableLength > SEND_BACKLOG_MAX) return false;
    socket.write(frame);
    return true;
  }

  reconnect(reason: DownReason): void {
    this.#dropped = reason;
    this.#socket?.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    if (!socket) return;
    await new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy());
  }
}
