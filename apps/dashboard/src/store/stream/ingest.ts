// Applies the messages of the bridge to hosts: one function per type.
import {
  type Acknowledgement,
  type FrameHeader,
  type FrameRow,
  type FrameSink,
  type IncidentId,
  readFrame,
  type ServerMessage,
} from '@rtprobe/protocol';
import { learnMeasures } from '../../i18n/measures.ts';
import type { Connection } from './connection.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';

export type Change = 'host' | 'sources' | 'spikes' | 'stats' | 'rules' | 'tasks';
type HostMessage = Exclude<ServerMessage, { type: 'hello' | 'error' | 'host' | 'host-removed' }>;

/** Events for the scheduler and the connection. */
export interface IngestEvents {
  frame(host: Host): void;
  /** State, sources, spikes or statistics of a host changed. */
  changed(host: Host, what: Change): unknown;
  needsKeyframe(host: Host): unknown;
  hello(): void;
  /** An incident arrived that this page did not have. */
  incident(host: Host): unknown;
  /** A person acknowledged incidents, or withdrew that. */
  acknowledged(changed: readonly Acknowledgement[], removed: readonly IncidentId[]): void;
  /** The bridge refused a message. */
  error(text: string): void;
}

export class Ingest implements FrameSink {
  readonly #connection: Connection;
  readonly #hosts: Hosts;
  readonly #events: IngestEvents;
  #target: Host | undefined;

  constructor(connection: Connection, hosts: Hosts, events: IngestEvents) {
    this.#connection = connection;
    this.#hosts = hosts;
    this.#events = events;
  }

  message(message: ServerMessage): void {
    if (message.type === 'hello') {
      learnMeasures(message.measures);
      this.#connection.offer(message.measures.map((m) => m.name));
      this.#hosts.setAll(message.hosts);
      this.#events.hello();
      return;
    }
    if (message.type === 'error') {
      this.#events.error(`${message.code}: ${message.message}`);
      return;
    }
    if (message.type === 'host') {
      this.#events.changed(this.#hosts.set(message.host), 'host');
      return;
    }
    if (message.type === 'host-removed') {
      this.#hosts.remove(message.host);
      return;
    }
    const host = this.#hosts.get(message.host);
    if (host !== undefined) this.#events.changed(host, this.#take(host, message));
  }

  #take(host: Host, message: HostMessage): Change {
    switch (message.type) {
      case 'sources':
        host.setSources(message.sources, message.rows);
        return 'sources';
      case 'spikes':
        host.spikes.merge(message.spikes);
        return 'spikes';
      case 'spike':
        host.spikes.add(message.spike);
        return 'spikes';
      case 'incidents':
        host.incidents.merge(message.incidents);
        return 'spikes';
      case 'incidents-changed':
        if (host.incidents.change(message.changed, message.removed)) this.#events.incident(host);
        return 'spikes';
      case 'spikes-cleared':
        host.spikes.clear();
        host.incidents.clear();
        return 'spikes';
      case 'acknowledgements':
        this.#events.acknowledged(message.changed, message.removed);
        return 'spikes';
      case 'stats':
        host.stats = { ...message.stats, lost: { ...message.stats.lost, unknownRows: host.unknownRows } };
        return 'stats';
      case 'rules':
        host.rules = message.rules;
        return 'rules';
      case 'tasks':
        host.tasks = message.tasks;
        return 'tasks';
      case 'gap':
        host.addGap({ from: message.from, to: message.to, reason: message.reason });
        return 'host';
    }
  }

  frame(bytes: Uint8Array): void {
    this.#target = undefined;
    readFrame(bytes, this);
    // The sink's begin() sets it, which TypeScript cannot see.
    const host = this.#target as Host | undefined;
    if (host === undefined) return;
    host.receivedAt = performance.now();
    if (host.end() === 'needs-keyframe') this.#events.needsKeyframe(host);
    else this.#events.frame(host);
  }

  begin(header: FrameHeader): void {
    this.#target = undefined;
    for (const host of this.#hosts.all()) {
      if (host.info.index === header.host) this.#target = host;
    }
    this.#target?.begin(header);
  }

  row(row: FrameRow): void {
    this.#target?.row(row);
  }
}
