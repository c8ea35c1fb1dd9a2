import { EventEmitter } from 'node:events';
import { type ServerMessage, type Spike, UNACKED_MAX } from '@rtprobe/protocol';
import { afterEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Host } from '../host/host.ts';
import { Client } from './client.ts';
import { Hub } from './hub.ts';

/** A connection that stores what it is sent. */
class Connection extends EventEmitter {
  bufferedAmount = 0;
  readonly messages: ServerMessage[] = [];
  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.messages.push(JSON.parse(data));
  }
}

const spikes: Spike[] = [];
const state = {
  ...{ sources: new Map(), rows: { all: [] }, rules: [], tasks: [], lastDump: undefined },
  incidents: { all: [] },
  spikes: {
    size: 0,
    get all() {
      return [...spikes];
    },
  },
};
const host = { index: 0, name: 'a', info: { host: 'a' }, state } as unknown as Host;
const hub = new Hub([host], { version: '0', startedAt: 0 });
afterEach(() => hub.close());

it('a browser that lagged but answers before a frame was skipped gets the messages that were kept back', () => {
  const connection = new Connection();
  const client = new Client(connection as unknown as WebSocket, hub);
  hub.join(client);
  hub.message(client, { type: 'subscribe', host: 'a', rate: 20 });
  const { subscription } = client.subscriptions.get(0)!;
  for (let seq = 1; seq <= UNACKED_MAX; seq++) subscription.offer({ seq, time: seq }, new Uint8Array());
  const spike = { id: '7-1', time: 1 } as Spike;
  spikes.push(spike);
  hub.spikeAdded(host, spike);
  hub.gapFound(host, 1, 2, 'the host was away');
  hub.message(client, { type: 'ack', host: 'a', seq: UNACKED_MAX });
  const since = connection.messages.slice(connection.messages.findLastIndex((m) => m.type === 'rules') - 2);
  expect(since).toContainEqual({ type: 'spikes', host: 'a', spikes: [spike] });
  // No frame was skipped, so nothing is missing from what was drawn.
  const gaps = connection.messages.filter((message) => message.type === 'gap');
  expect(gaps).toEqual([{ type: 'gap', host: 'a', from: 1, to: 2, reason: 'the host was away' }]);
});
