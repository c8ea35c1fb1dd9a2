import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { BUFFERED_MAX, Client } from './client.ts';

/** A connection whose peer does what a test says. */
class Connection extends EventEmitter {
  bufferedAmount = 0;
  terminated = false;
  pings = 0;
  send(): void {}
  close(): void {}
  ping(): void {
    this.pings++;
  }
  terminate(): void {
    this.terminated = true;
  }
}

function connect(): { client: Client; connection: Connection } {
  const connection = new Connection();
  const client = new Client(connection as unknown as WebSocket, { message: () => {}, closed: () => {} });
  return { client, connection };
}

describe('a connection', () => {
  it('that answers pings is kept', () => {
    const { client, connection } = connect();
    for (let i = 0; i < 5; i++) {
      client.ping();
      connection.emit('pong');
    }
    expect(connection).toMatchObject({ pings: 5, terminated: false });
  });

  it('that does not answer a ping before the next one is dropped', () => {
    const { client, connection } = connect();
    client.ping();
    expect(connection.terminated).toBe(false);
    client.ping();
    expect(connection).toMatchObject({ pings: 1, terminated: true });
  });

  it('that reads nothing is dropped before it fills the memory', () => {
    const { client, connection } = connect();
    connection.bufferedAmount = BUFFERED_MAX;
    client.frame(new Uint8Array(10));
    expect(connection.terminated).toBe(false);
    connection.bufferedAmount = BUFFERED_MAX + 1;
    client.frame(new Uint8Array(10));
    expect(connection.terminated).toBe(true);
  });
});
