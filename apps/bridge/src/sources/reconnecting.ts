// A live source that reconnects, after a growing delay, whenever its connection ends.
import type { Writable } from 'node:stream';
import { AgentFrame, AgentStream } from '@rtprobe/abi';
import { steadyMicros } from '../base/clock.ts';
import type { MachineIdentity } from '../base/identity.ts';
import { Backoff } from './backoff.ts';
import type { DownReason, LiveSource, Patience, SourceSink } from './source.ts';

/** Maximum bytes that wait for an agent that does not read; a request has a few dozen bytes. */
const SEND_BACKLOG_MAX = 256 * 1024;

/** One connection to an agent, over any transport. */
export interface Connection {
  readonly output: Writable;
  /** False while it is still connecting, and after it can no longer be written to. */
  isWritable(): boolean;
  /** Ends the connection; `closed` is reported later. */
  drop(): void;
  /** Ends the connection for good; resolves once it has ended. */
  close(): Promise<void>;
}

/** Without `todo` the source's own advice is shown. */
export type EndReason = Omit<DownReason, 'todo'> & Partial<Pick<DownReason, 'todo'>>;

export interface ConnectionSink {
  up(): void;
  identified(identity: MachineIdentity): void;
  data(chunk: Uint8Array): void;
  /** Called once when the connection ends, for any reason. */
  closed(reason: EndReason): void;
}

export class ReconnectingSource implements LiveSource {
  readonly kind = 'live';
  readonly title: string;
  readonly patience: Patience;
  readonly #open: (sink: ConnectionSink) => Connection;
  readonly #backoff = new Backoff();
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Why this side dropped the connection. */
  #dropped: DownReason | undefined;

  constructor(title: string, patience: Patience, open: (sink: ConnectionSink) => Connection) {
    this.title = title;
    this.patience = patience;
    this.#open = open;
  }

  start(sink: SourceSink): void {
    const stream = new AgentStream({
      frame: (kind, payload) => {
        if (kind !== AgentFrame.refused) this.#backoff.succeeded();
        sink.frame(kind, payload, steadyMicros());
      },
      error: (code, detail) => sink.fault(code, detail),
    });
    this.#connection = this.#open({
      up: () => sink.up(),
      identified: (identity) => sink.identified(identity),
      data: (chunk) => stream.push(chunk),
      closed: (reason) => {
        stream.end();
        this.#connection = undefined;
        if (this.#closed) return;
        sink.down(this.#dropped ?? { todo: this.patience.advice, ...reason });
        this.#dropped = undefined;
        this.#timer = setTimeout(() => this.start(sink), this.#backoff.next());
      },
    });
  }

  send(frame: Uint8Array): boolean {
    const connection = this.#connection;
    if (!connection?.isWritable() || connection.output.writableLength > SEND_BACKLOG_MAX) return false;
    connection.output.write(frame);
    return true;
  }

  reconnect(reason: DownReason): void {
    this.#dropped = reason;
    this.#connection?.drop();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#connection?.close();
  }
}
