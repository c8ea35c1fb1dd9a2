// The WebSocket's door: who may come in, how many, and who is gone without saying so.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLIENT_MESSAGE_MAX, SUBPROTOCOL } from '@rtprobe/protocol';
import { WebSocketServer } from 'ws';
import type { Guard } from '../access/guard.ts';
import { TokenBucket } from '../access/token-bucket.ts';
import { BridgeError } from '../base/errors.ts';
import { Client } from './client.ts';
import type { Hub } from './hub.ts';

export const WS_PATH = '/ws';
export const CLIENTS_MAX = 64;
const UPGRADES_PER_SECOND = 20;
const UPGRADES_BURST = 100;
const PING_MS = 15_000;

/** Attaches the WebSocket to the server; the returned function detaches it and closes every connection. */
export function acceptWebSockets(server: Server, guard: Guard, hub: Hub, pingMs = PING_MS): () => void {
  const upgrades = new TokenBucket(UPGRADES_PER_SECOND, UPGRADES_BURST);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: CLIENT_MESSAGE_MAX,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  function check(request: IncomingMessage): void {
    if (!upgrades.take()) throw new BridgeError('E_RATE_LIMIT', 'too many connections at once');
    guard.checkUpgrade(request);
    if (request.url !== WS_PATH)
      throw new BridgeError('E_NOT_FOUND', `no WebSocket at ${request.url}`, request.url);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(SUBPROTOCOL)) {
      throw new BridgeError('E_SUBPROTOCOL', `this bridge speaks ${SUBPROTOCOL}`, offered[0]);
    }
    if (hub.clients.size >= CLIENTS_MAX) {
      throw new BridgeError('E_CLIENTS', `${CLIENTS_MAX} browsers are connected already`);
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      check(request);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      refuse(socket, error);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => hub.join(new Client(ws, hub)));
  });

  const pinging = setInterval(() => {
    for (const client of hub.clients) client.ping();
  }, pingMs);

  return () => {
    clearInterval(pinging);
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
