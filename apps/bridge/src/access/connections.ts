// Bounds open connections without letting strangers take the places of those who have a session.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export const CONNECTIONS_MAX = 256;

/**
 * Over the limit, closes the oldest connection that never carried a session. A stranger who holds connections open
 * therefore loses them to whoever comes next.
 */
export class Connections {
  /** In the order they came. */
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

  /** A request on this connection had a session. */
  trust(socket: Socket): void {
    // Of a TLS socket, the connection beneath was counted.
    this.#strangers.delete(socket);
    const beneath = (socket as Socket & { _parent?: Socket })._parent;
    if (beneath) this.#strangers.delete(beneath);
  }
}
