// Accepts WebSockets: checks access, limits their number, and drops peers that disappeared.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLIENT_MESSAGE_MAX, SESSION_ENDED, SUBPROTOCOL } from '@rtprobe/protocol';
import { WebSocketServer } from 'ws';
import type { Access } from '../access/access.ts';
import type { Connections } from '../access/connections.ts';
import type { Guard } from '../access/guard.ts';
import type { Session } from '../access/sessions.ts';
import { BridgeError } from '../base/errors.ts';
import { Client } from './client.ts';
import type { Hub } from './hub.ts';

export const WS_PATH = '/ws';
export const CLIENTS_MAX = 64;
const PING_MS = 15_000;

export interface DoorContext {
  guard: Guard;
  access: Access;
  connections: Connections;
  hub: Hub;
}

/** Attaches the WebSocket to the servers. Returns a function that detaches it and closes every connection. */
export function acceptWebSockets(
  servers: readonly Server[],
  { guard, access, connections, hub }: DoorContext,
  pingMs = PING_MS,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: CLIENT_MESSAGE_MAX,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  const sessions = new WeakMap<Client, Session>();

  function findSession(request: IncomingMessage): Session {
    const session = guard.session(request);
    if (session) return session;
    access.limits.takeStranger();
    return guard.requireSession(request);
  }

  function check(request: IncomingMessage): Session {
    guard.checkNames(request);
    guard.checkSite(request);
    if (request.url !== WS_PATH)
      throw new BridgeError(
        'E_NOT_FOUND',
        `there is no WebSocket at ${request.url}`,
        `connect to ${WS_PATH}`,
        request.url,
      );
    const session = findSession(request);
    guard.checkUpgradeOrigin(request, session);
    access.limits.take(session, 'upgrade');
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(SUBPROTOCOL)) {
      throw new BridgeError(
        'E_SUBPROTOCOL',
        `this bridge speaks ${SUBPROTOCOL}`,
        'reload the page, or update the client',
        offered[0],
      );
    }
    if (hub.clients.size >= CLIENTS_MAX) {
      throw new BridgeError('E_CLIENTS', `${CLIENTS_MAX} browsers are connected already`, 'close a page');
    }
    return session;
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    let session: Session;
    try {
      session = check(request);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      refuse(socket, error);
      return;
    }
    connections.trust(request.socket);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const client = new Client(ws, hub);
      sessions.set(client, session);
      hub.join(client);
    });
  };
  for (const server of servers) server.on('upgrade', onUpgrade);

  const closeEnded = () => {
    for (const client of hub.clients) {
      const session = sessions.get(client);
      if (session && !access.isValid(session)) client.close(SESSION_ENDED, 'the session ended');
    }
  };
  const stopHearing = access.onEnded(closeEnded);
  const pinging = setInterval(() => {
    closeEnded();
    for (const client of hub.clients) client.ping();
  }, pingMs);

  return () => {
    clearInterval(pinging);
    stopHearing();
    for (const client of hub.clients) {
      client.close(1001, 'the bridge is closing');
      setTimeout(() => client.terminate(), 500).unref();
    }
    sockets.close();
  };
}

function refuse(socket: Duplex, error: BridgeError): void {
  const body = JSON.stringify({ error: { code: error.code, message: error.message } });
  socket.end(
    `HTTP/1.1 ${error.status} ${error.code}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
