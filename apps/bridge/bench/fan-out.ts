// Measures the cost of browsers of one rate: one encoding with the same bytes for all, against one encoding for each.
import { type WebSocket as Socket, WebSocket, WebSocketServer } from 'ws';
import { activeRows, asObjects, encodeFrame } from './data.ts';

const CLIENTS = 50;
const FRAMES = 200;

const rows = activeRows();
const objects = asObjects(rows);
const encode = () => encodeFrame(rows);

/** Returns the CPU milliseconds of this process for sending and receiving all frames of all clients. */
async function cost(
  sockets: Socket[],
  receivers: WebSocket[],
  send: (sockets: Socket[]) => void,
): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < FRAMES; i++) {
    const all = receivers.map((socket) => new Promise((resolve) => socket.once('message', resolve)));
    send(sockets);
    await Promise.all(all);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as { port: number };
const receivers = Array.from({ length: CLIENTS }, () => new WebSocket(`ws://127.0.0.1:${port}`));
await Promise.all(receivers.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
const sockets = [...server.clients];

const shared = (to: Socket[]): void => {
  const bytes = encode();
  for (const socket of to) socket.send(bytes, { binary: true });
};
const each = (to: Socket[]): void => {
  for (const socket of to) socket.send(JSON.stringify(objects));
};
await cost(sockets, receivers, shared);
const ours = await cost(sockets, receivers, shared);
const peer = await cost(sockets, receivers, each);
const perFrame = (ms: number) => `${(ms / FRAMES).toFixed(2)} ms a frame`;
console.log(
  `${CLIENTS} browsers, both ends in one process: one encoding for all ${perFrame(ours)}, ` +
    `JSON for each ${perFrame(peer)}: ${(peer / ours).toFixed(1)} ×`,
);
for (const socket of receivers) socket.terminate();
server.close();
