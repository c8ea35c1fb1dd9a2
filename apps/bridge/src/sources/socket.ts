// An agent behind a unix socket: a local `rtprobe-agent --socket`, or the port of a lab guest.
import { createConnection } from 'node:net';
import { type Connection, type ConnectionSink, type EndReason, ReconnectingSource } from './reconnecting.ts';
import type { Patience } from './source.ts';

const START = 'start the agent or the lab guest that creates it';
const hints: Record<string, { why: string; todo: string }> = {
  ENOENT: { why: 'there is no such socket', todo: START },
  ECONNREFUSED: { why: 'nothing listens on it', todo: START },
  EACCES: { why: 'this user may not open it', todo: 'run the bridge as the user who runs the agent' },
};

/** The agent already listens on the socket. It answers at once, unless it serves another bridge. */
const PATIENCE: Patience = {
  withinMs: 3000,
  advice: 'another bridge may be connected to it; stop that bridge or start another agent',
};

export class SocketSource extends ReconnectingSource {
  constructor(path: string) {
    super(`unix socket ${path}`, PATIENCE, (sink) => connectTo(path, sink));
  }
}

function connectTo(path: string, sink: ConnectionSink): Connection {
  const socket = createConnection(path);
  let reason: EndReason = { code: 'E_SOCKET', message: `${path}: the agent closed the connection` };
  socket.on('connect', () => sink.up());
  socket.on('data', (chunk) => sink.data(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const hint = hints[error.code ?? ''];
    reason = {
      code: 'E_SOCKET',
      message: `${path}: ${hint?.why ?? error.message}`,
      ...(hint && { todo: hint.todo }),
    };
  });
  socket.on('close', () => sink.closed(reason));
  return {
    output: socket,
    isWritable: () => !socket.pending,
    drop: () => socket.destroy(),
    close: () => new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy()),
  };
}
