// Sends what hosts report to the browsers that follow them.
import {
  type Acknowledgement,
  type ClientMessage,
  type HostStats,
  type Incident,
  type IncidentId,
  measures,
  PROTOCOL_VERSION,
  ProtocolError,
  type ServerMessage,
  type Spike,
  TASKS_LIVE_MAX,
  type UnixMicros,
} from '@rtprobe/protocol';
import type { Host } from '../host/host.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { IncidentChange } from '../incidents/incident-list.ts';
import type { Span } from '../state/span.ts';
import type { Client, ClientHandler } from './client.ts';
import { RateGroup } from './rate-group.ts';
import { Subscription } from './subscription.ts';

/** Maximum characters of the spikes in one message. */
export const SPIKES_LENGTH_MAX = 1024 * 1024;

/** Longest time without a message to a browser. */
export const QUIET_MS = 8000;

/** Maximum names of removed hosts that are remembered. */
const REMOVED_MAX = 64;

export interface HubIdentity {
  version: string;
  startedAt: UnixMicros;
}

export class Hub implements HostListener, ClientHandler {
  readonly clients = new Set<Client>();
  readonly #hosts: readonly Host[];
  readonly #identity: HubIdentity;
  /** By "host index/rate". */
  readonly #groups = new Map<string, RateGroup>();
  /** Names of hosts that were removed. */
  readonly #removed = new Set<string>();
  /** Frames skipped by browsers that have disconnected. */
  #skippedBefore = 0;
  readonly #sayingSomething: NodeJS.Timeout;

  /** Returns the acknowledgements of a host. */
  acknowledgementsOf: (host: HostView) => Promise<Acknowledgement[]> = () => Promise.resolve([]);

  constructor(hosts: readonly Host[], identity: HubIdentity) {
    this.#hosts = hosts;
    this.#identity = identity;
    this.#sayingSomething = setInterval(() => this.#breakSilence(), QUIET_MS / 4);
  }

  close(): void {
    clearInterval(this.#sayingSomething);
  }

  /**
   * Sends a message to quiet browsers. A page closes a connection after 20 s without data, and offline hosts send none.
   */
  #breakSilence(): void {
    for (const client of this.clients) {
      if (client.quietMs < QUIET_MS) continue;
      const followed = this.#hosts.find(({ index }) => client.subscriptions.has(index)) ?? this.#hosts[0];
      if (followed) client.send({ type: 'host', host: followed.info });
    }
  }

  get skippedFrames(): number {
    let sum = this.#skippedBefore;
    for (const client of this.clients) {
      for (const { subscription } of client.subscriptions.values()) sum += subscription.skipped;
    }
    return sum;
  }

  join(client: Client): void {
    this.clients.add(client);
    const hosts = this.#hosts.map((host) => host.info);
    client.send({ type: 'hello', version: PROTOCOL_VERSION, bridge: this.#identity, measures, hosts });
  }

  // Messages of browsers

  message(client: Client, message: ClientMessage): void {
    const host = this.#hosts.find((h) => h.name === message.host);
    // Sent before the browser heard that the host is gone.
    if (!host && this.#removed.has(message.host)) return;
    if (!host) throw new ProtocolError('E_UNKNOWN_HOST', `no host "${message.host}"`, message.host);
    if (message.type === 'subscribe') this.#subscribe(client, host, message.rate);
    else if (message.type === 'unsubscribe') this.#unsubscribe(client, host.index);
    else this.#ack(client, host, message.seq);
  }

  closed(client: Client): void {
    for (const index of [...client.subscriptions.keys()]) this.#unsubscribe(client, index);
    this.clients.delete(client);
  }

  #subscribe(client: Client, host: Host, rate: number): void {
    this.#unsubscribe(client, host.index);
    const subscription = new Subscription(client);
    client.subscriptions.set(host.index, { rate, subscription });
    this.#sendState(client, host);
    const key = `${host.index}/${rate}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = new RateGroup(host, rate);
      this.#groups.set(key, group);
    }
    group.join(subscription);
    host.followed = true;
  }

  /** Sends everything but frames: what a new browser, or one that caught up, needs. */
  #sendState(client: Client, host: Host): void {
    client.send(sourcesMessage(host));
    client.send(spikesMessage(host));
    client.send(incidentsMessage(host));
    client.send(rulesMessage(host));
    void this.#sendAcknowledgements(client, host);
    if (host.state.tasks.length > 0) client.send(tasksMessage(host));
    if (host.stats) client.send(statsMessage(host, host.stats, skippedBy(client, host)));
  }

  /** The history may answer later; a page adds what it receives. */
  async #sendAcknowledgements(client: Client, host: Host): Promise<void> {
    // The history reports its own failures.
    const changed = await this.acknowledgementsOf(host).catch(() => []);
    if (changed.length === 0 || !client.subscriptions.has(host.index)) return;
    client.send({ type: 'acknowledgements', host: host.name, changed, removed: [] });
  }

  /** Sends what changed to all pages that follow the host, also to those that lag. */
  acknowledged(host: HostView, changed: Acknowledgement[], removed: IncidentId[]): void {
    const message: ServerMessage = { type: 'acknowledgements', host: host.name, changed, removed };
    for (const client of this.clients) if (client.subscriptions.has(host.index)) client.send(message);
  }

  #unsubscribe(client: Client, index: number): void {
    const entry = client.subscriptions.get(index);
    if (!entry) return;
    client.subscriptions.delete(index);
    this.#skippedBefore += entry.subscription.skipped;
    const key = `${index}/${entry.rate}`;
    const group = this.#groups.get(key);
    group?.leave(entry.subscription);
    if (group?.size === 0) this.#groups.delete(key);
    const host = this.#hosts.find((h) => h.index === index);
    if (host) host.followed = this.#groupsOf(host).next().done !== true;
  }

  #ack(client: Client, host: Host, seq: number): void {
    const entry = client.subscriptions.get(host.index);
    if (!entry) throw new ProtocolError('E_NOT_SUBSCRIBED', `"${host.name}" is not subscribed`, host.name);
    const missed = entry.subscription.ack(seq);
    // A lagging browser can answer before a frame was due; then only messages are missing.
    if (missed.messages && !missed.frames) this.#sendState(client, host);
    if (!missed.frames) return;
    const { lastTime } = entry.subscription;
    const { lastDataAt } = host.state;
    if (lastTime !== undefined && lastDataAt !== undefined) {
      const reason = 'the browser did not keep up; frames were skipped';
      client.send({ type: 'gap', host: host.name, from: lastTime, to: lastDataAt, reason });
    }
    this.#sendState(client, host);
    this.#groups.get(`${host.index}/${entry.rate}`)?.catchUp(entry.subscription);
  }

  // Events of hosts

  hostAdded(host: HostView): void {
    this.#removed.delete(host.name);
    this.#toAll({ type: 'host', host: host.info });
  }

  hostRemoved(host: HostView): void {
    this.#removed.add(host.name);
    if (this.#removed.size > REMOVED_MAX) this.#removed.delete(this.#removed.values().next().value!);
    for (const client of this.clients) this.#unsubscribe(client, host.index);
    this.#toAll({ type: 'host-removed', host: host.name });
  }

  hostChanged(host: HostView): void {
    this.#toAll({ type: 'host', host: host.info });
  }

  sourcesChanged(host: HostView): void {
    this.#toFollowers(host, sourcesMessage(host));
  }

  spanAdded(host: HostView, span: Span): void {
    for (const group of this.#groupsOf(host)) group.span(span);
  }

  totalsReplaced(host: HostView): void {
    for (const group of this.#groupsOf(host)) group.replaced();
  }

  spikeAdded(host: HostView, spike: Spike): void {
    this.#toFollowers(host, { type: 'spike', host: host.name, spike });
  }

  spikesReplaced(host: HostView): void {
    if (host.state.spikes.size === 0) {
      this.#toFollowers(host, { type: 'spikes-cleared', host: host.name });
      return;
    }
    this.#toFollowers(host, spikesMessage(host));
    this.#toFollowers(host, incidentsMessage(host));
  }

  incidentsChanged(host: HostView, { changed, removed }: IncidentChange): void {
    this.#toFollowers(host, { type: 'incidents-changed', host: host.name, changed, removed });
  }

  rulesChanged(host: HostView): void {
    this.#toFollowers(host, rulesMessage(host));
  }

  tasksChanged(host: HostView): void {
    this.#toFollowers(host, tasksMessage(host));
  }

  statsChanged(host: HostView, stats: HostStats): void {
    const shared = JSON.stringify(statsMessage(host, stats, 0));
    for (const client of this.#followers(host)) {
      const skipped = skippedBy(client, host);
      client.text(skipped === 0 ? shared : JSON.stringify(statsMessage(host, stats, skipped)));
    }
  }

  /** Also sent to browsers that lag: a gap is announced only once. */
  gapFound(host: HostView, from: UnixMicros, to: UnixMicros, reason: string): void {
    const text = JSON.stringify({ type: 'gap', host: host.name, from, to, reason } satisfies ServerMessage);
    for (const client of this.clients) if (client.subscriptions.has(host.index)) client.text(text);
  }

  /** Browsers identify hosts by name, so they must start over. */
  hostRenamed(): void {
    for (const client of this.clients) client.close(1012, 'a host reported its name');
  }

  *#groupsOf(host: HostView): Generator<RateGroup> {
    for (const [key, group] of this.#groups) if (key.startsWith(`${host.index}/`)) yield group;
  }

  /** Browsers that follow the host and keep up. Others get the whole state when they catch up. */
  *#followers(host: HostView): Generator<Client> {
    for (const client of this.clients) {
      const subscription = client.subscriptions.get(host.index)?.subscription;
      if (subscription?.lagging === false) yield client;
      else subscription?.keepBack();
    }
  }

  #toFollowers(host: HostView, message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const client of this.#followers(host)) client.text(text);
  }

  #toAll(message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const client of this.clients) client.text(text);
  }
}

function sourcesMessage(host: HostView): ServerMessage {
  const { sources, rows } = host.state;
  return {
    type: 'sources',
    host: host.name,
    sources: [...sources.values()],
    rows: rows.all.map(({ row, source, cpu }) => ({ row, source, cpu })),
  };
}

/** Returns the newest that fit into a message: a message must not fill a browser's buffer. REST has all of them. */
function newestOf<T extends Spike | Incident>(all: readonly T[]): T[] {
  let length = 0;
  let from = all.length;
  while (from > 0) {
    length += JSON.stringify(all[from - 1]).length;
    if (length > SPIKES_LENGTH_MAX) break;
    from--;
  }
  return all.slice(from);
}

function spikesMessage(host: HostView): ServerMessage {
  return { type: 'spikes', host: host.name, spikes: newestOf(host.state.spikes.all) };
}

function incidentsMessage(host: HostView): ServerMessage {
  return { type: 'incidents', host: host.name, incidents: newestOf(host.state.incidents.all) };
}

function rulesMessage(host: HostView): ServerMessage {
  return { type: 'rules', host: host.name, rules: host.state.rules };
}

function tasksMessage(host: HostView): ServerMessage {
  return { type: 'tasks', host: host.name, tasks: host.state.tasks.slice(0, TASKS_LIVE_MAX) };
}

function skippedBy(client: Client, host: HostView): number {
  return client.subscriptions.get(host.index)?.subscription.skipped ?? 0;
}

function statsMessage(host: HostView, stats: HostStats, skippedFrames: number): ServerMessage {
  return { type: 'stats', host: host.name, stats: { ...stats, lost: { ...stats.lost, skippedFrames } } };
}
