// The unix socket for local programs. Node cannot ask who connected (it has no SO_PEERCRED), so the permissions of the
// socket and its folder are the check. Whoever can open it is the same user or root, and is an operator.
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { BridgeError, reasonOf } from '../base/errors.ts';
import { unsafeReason } from './private-file.ts';

const CONNECT_MS = 1000;
/** Longer paths do not fit a socket address. */
export const SOCKET_PATH_MAX = 107;

const refused = (path: string, why: string, todo = 'choose another place with --socket'): BridgeError =>
  new BridgeError('E_CONTROL_SOCKET', `${path} ${why}`, todo, path);

/** Creates the folder, or checks an existing one: other users must not be able to enter it. */
function prepareFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refused(dir, `cannot be created: ${reasonOf(error)}`);
  }
  const stats = lstatSync(dir);
  if (!stats.isDirectory()) throw refused(dir, 'is not a folder, or is a symbolic link');
  const unsafe = unsafeReason(stats, dir);
  if (unsafe) throw refused(dir, unsafe.why, unsafe.todo);
}

/** Resolves to true if a program listens on the existing socket. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    // A socket with a full queue also has a listener.
    socket.setTimeout(CONNECT_MS, () => done(true));
  });
}

/** Removes the socket of a bridge that was killed. */
async function removeStale(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isSocket()) throw refused(path, 'exists and is not a socket');
  if (await isAnswered(path)) throw refused(path, 'is used by another bridge');
  unlinkSync(path);
}

/** Listens on the path. Throws E_CONTROL_SOCKET. `trust` is called for each connection before its first request. */
export async function listenLocally(path: string, trust: (socket: Socket) => void): Promise<Server> {
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX) {
    throw refused(path, `is longer than the ${SOCKET_PATH_MAX} bytes of a socket path`);
  }
  prepareFolder(dirname(path));
  await removeStale(path);
  const server = createServer();
  server.on('connection', trust);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refused(path, `cannot be listened on: ${error.message}`)));
    server.listen(path, resolve);
  });
  // Until the mode is set, the folder keeps other users away.
  chmodSync(path, 0o600);
  return server;
}

/** Starts answering requests. Returns the function that stops it. */
export function serveLocally(server: Server, handler: RequestListener): () => Promise<void> {
  server.on('request', handler);
  return () =>
    new Promise((resolve) => {
      // Closing also removes the socket's file.
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
