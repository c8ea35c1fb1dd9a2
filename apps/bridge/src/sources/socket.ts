// An agent behind a unix socket: a local `rtprobe-agent --socket`, or the port of a lab guest.
import { createConnection } from 'node:net';
import { type Connection, type ConnectionSink, ReconnectingSource } from './reconnecting.ts';
import type { DownReason, Patience } from './source.ts';

const hints: Record<string, string> = {
  ENOENT: 'there is no such socket; start the agent or the lab guest that creates it',
  ECONNREFUSED: 'nothing listens on it; start the agent or the lab guest that creates it',
  EACCES: 'this user may not open it; only the user who runs the agent can',
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
  let reason: DownReason = { code: 'E_SOCKET', message: `${path}: the agent closed the connection` };
  socket.on('connect', () => sink.up());
  socket.on('data', (chunk) => sink.data(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const hint = hints[error.code ?? ''] ?? error.message;
    reason = { code: 'E_SOCKET', message: `${path}: ${hint}` };
  });
  socket.on('close', () => sink.closed(reason));
  return {
    output: socket,
    isWritable: () => !socket.pending,
    drop: () => socket.destroy(),
    close: () => new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy()),
  };
}
