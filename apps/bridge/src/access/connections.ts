// Limits open connections so that clients without a session cannot displace those with one.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export const CONNECTIONS_MAX = 256;

/**
 * Closes, above the limit, the oldest connection that never carried a session. Clients without a session who keep
 * connections open therefore lose them to newer ones.
 */
export class Connections {
  /** Connections without a session, oldest first. */
  readonly #strangers = new Set<Socket>();
  #count = 0;

  constructor(server: Server, max = CONNECTIONS_MAX) {
    // TLS servers report a connection before and after the handshake; only the first counts.
    server.on('connection', (socket: Socket) => {
      this.#count++;
      this.#strangers.add(socket);
      socket.once('close', () => {
        this.#count--;
        this.#strangers.delete(socket);
      });
      if (this.#count <= max) return;
      const [oldest] = this.#strangers;
      (oldest ?? socket).destroy();
    });
  }

  /** Marks the connection as trusted: a request on it had a session. */
  trust(socket: Socket): void {
    // For a TLS socket, the underlying connection was counted.
    this.#strangers.delete(socket);
    const beneath = (socket as Socket & { _parent?: Socket })._parent;
    if (beneath) this.#strangers.delete(beneath);
  }
}
