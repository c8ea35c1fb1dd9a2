// From the connection into hosts: every message of the bridge, one function a type.
import {
  type FrameHeader,
  type FrameRow,
  type FrameSink,
  readFrame,
  type ServerMessage,
} from '@rtprobe/protocol';
import { learnMeasures } from '../i18n/measures.ts';
import type { Host } from './host.ts';
import type { Session } from './session.ts';

export type Change = 'host' | 'sources' | 'spikes' | 'stats' | 'rules' | 'tasks';
type HostMessage = Exclude<ServerMessage, { type: 'hello' | 'error' | 'host' }>;

/** What arrived, for whoever schedules drawing and talks back. */
export interface IngestEvents {
  frame(host: Host): void;
  /** State, sources, spikes or statistics of a host changed. */
  changed(host: Host, what: Change): void;
  needsKeyframe(host: Host): void;
  hello(): void;
}

export class Ingest implements FrameSink {
  readonly #session: Session;
  readonly #events: IngestEvents;
  #target: Host | undefined;

  constructor(session: Session, events: IngestEvents) {
    this.#session = session;
    this.#events = events;
  }

  message(message: ServerMessage): void {
    if (message.type === 'hello') {
      learnMeasures(message.measures);
      this.#session.store.setState({
        bridgeVersion: message.bridge.version,
        measures: message.measures.map((m) => m.name),
      });
      this.#session.setHosts(message.hosts);
      this.#events.hello();
      return;
    }
    if (message.type === 'error') {
      this.#session.error(`${message.code}: ${message.message}`);
      return;
    }
    if (message.type === 'host') {
      this.#session.setHost(message.host);
      this.#events.changed(this.#session.hosts.get(message.host.host)!, 'host');
      return;
    }
    const host = this.#session.hosts.get(message.host);
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
        if (host.spikes.add(message.spike) && host === this.#session.host) this.#session.countBehind();
        return 'spikes';
      case 'spikes-cleared':
        host.spikes.clear();
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
    // The sink's begin() has set it: TypeScript cannot see through the call.
    const host = this.#target as Host | undefined;
    if (host === undefined) return;
    this.#session.receivedAt.set(host.name, performance.now());
    if (host.end() === 'needs-keyframe') this.#events.needsKeyframe(host);
    else this.#events.frame(host);
  }

  begin(header: FrameHeader): void {
    this.#target = undefined;
    for (const host of this.#session.hosts.values()) {
      if (host.info.index === header.host) this.#target = host;
    }
    this.#target?.begin(header);
  }

  row(row: FrameRow): void {
    this.#target?.row(row);
  }
}
