// Publishes incidents of live hosts to the broker of a fleet. Each message is stored in the spool first, and removed
// when the broker has stored it.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import {
  type Incident,
  type IncidentId,
  incidentSubject,
  type PublishedIncident,
  type PublishedSpike,
  type PublishStats,
  type Spike,
} from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import { reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { IncidentChange } from '../incidents/incident-list.ts';
import { Backoff } from '../sources/backoff.ts';
import { Broker, type BrokerFiles, type BrokerOptions } from './broker.ts';
import type { Spool, Waiting } from './spool.ts';

/** Messages that are sent at the same time. */
const BATCH = 16;
/** Incidents that wait to be written to the spool. */
const CHANGED_MAX = 4096;
/** Subjects whose newest content is remembered: a reconnected module reports its spikes again. */
const OFFERED_MAX = 8192;
/** Spikes of one incident that are published. */
const SPIKES_MAX = 64;
/** Servers accept messages up to 1 MiB unless configured otherwise. */
const PAYLOAD_MAX = 1_000_000;

export interface PublisherOptions extends BrokerOptions {
  readonly details: boolean;
  readonly isEncrypted: boolean;
}

interface Counts {
  sent: number;
  dropped: number;
}

function publishedSpike(spike: Spike): PublishedSpike {
  const { id, time, measure, valueNs, thresholdNs, cpu, label, culprit, sentence, parts } = spike;
  return {
    ...{ id, time, measure, valueNs, thresholdNs, cpu, label, culprit, sentence },
    ...(parts && {
      parts: parts.map((part) => ({
        ...{ kind: part.kind, label: part.label, durationNs: part.durationNs, count: part.count },
      })),
    }),
  };
}

const compress = promisify<string, Buffer>(deflate);

export class Publisher implements HostListener {
  readonly #options: PublisherOptions;
  readonly #files: BrokerFiles;
  readonly #spool: Spool;
  readonly #log: Log;
  readonly #startedAt = nowMicros();
  readonly #changed = new Map<string, { host: HostView; id: IncidentId }>();
  /** Hash of the newest content of a subject. */
  readonly #offered = new Map<string, string>();
  /** By name of the host. */
  readonly #counts = new Map<string, Counts>();
  readonly #backoff = new Backoff(200, 5000);
  #broker: Broker | undefined;
  #error: string | undefined;
  #writing: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #wake = (): void => {};

  constructor(options: PublisherOptions, files: BrokerFiles, spool: Spool, log: Log) {
    this.#options = options;
    this.#files = files;
    this.#spool = spool;
    this.#log = log;
  }

  /** Returns undefined for recordings, which are not published. */
  statsOf(host: HostView): PublishStats | undefined {
    if (host.source.kind !== 'live') return undefined;
    return {
      ...{ url: this.#options.url, connected: this.#broker !== undefined },
      ...this.#of(host.name),
      ...{ waiting: this.#spool.size, bytes: this.#spool.bytes },
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  #of(host: string): Counts {
    const counts = this.#counts.get(host) ?? { sent: 0, dropped: 0 };
    this.#counts.set(host, counts);
    return counts;
  }

  incidentsChanged(host: HostView, { changed, removed }: IncidentChange): void {
    for (const { id } of changed) this.#offer(host, id);
    for (const id of removed) this.#offer(host, id);
  }

  spikesReplaced(host: HostView): void {
    for (const { id } of host.state.incidents.all) this.#offer(host, id);
  }

  spikeCompleted(host: HostView, spike: Spike): void {
    const incident = this.#options.details ? host.state.incidents.of(spike.id) : undefined;
    if (incident) this.#offer(host, incident.id);
  }

  #offer(host: HostView, id: IncidentId): void {
    if (host.source.kind !== 'live') return;
    const subject = incidentSubject(this.#options.site, host.name, id);
    if (this.#changed.size >= CHANGED_MAX && !this.#changed.has(subject)) {
      this.#drop(host.name, 'incidents arrive faster than they can be written');
      return;
    }
    this.#changed.set(subject, { host, id });
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    // The spikes of one event arrive together.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const [subject, { host, id }] of this.#changed) {
      this.#changed.delete(subject);
      try {
        await this.#store(subject, host, id);
      } catch (error) {
        this.#drop(host.name, reasonOf(error));
      }
    }
    this.#writing = undefined;
  }

  async #store(subject: string, host: HostView, id: IncidentId): Promise<void> {
    const found = host.state.incidents.of(id);
    const incident = found?.id === id ? found : undefined;
    // What was never published needs no removal.
    if (!incident && !this.#offered.has(subject)) return;
    if (incident && this.#isCut(host, incident)) return;
    const name = host.name;
    const content = this.#content(host, incident);
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
    if (this.#offered.get(subject) === hash) return;
    const head = { version: 1 as const, site: this.#options.site, host: name, id };
    const message: PublishedIncident = { ...head, publishedAt: nowMicros(), ...content };
    let payload = await compress(JSON.stringify(message));
    if (payload.length > PAYLOAD_MAX && message.details) {
      const { details: _, ...shorter } = message;
      payload = await compress(JSON.stringify(shorter));
    }
    if (!(await this.#spool.put({ subject, id: `${subject}.${hash}`, host: name, payload }))) {
      this.#drop(name, 'the spool is full');
      return;
    }
    this.#offered.delete(subject);
    this.#offered.set(subject, hash);
    if (this.#offered.size > OFFERED_MAX) this.#offered.delete(this.#offered.keys().next().value!);
    this.#wake();
  }

  /** Returns what changes with the incident. */
  #content(
    host: HostView,
    incident: Incident | undefined,
  ): Pick<PublishedIncident, 'incident' | 'spikes' | 'details'> {
    if (!incident) return { spikes: [] };
    const listed = incident.symptoms
      .slice(0, SPIKES_MAX)
      .map((id) => host.state.spikes.find(id))
      .filter((one) => one !== undefined);
    return {
      incident,
      spikes: listed.map(({ spike }) => publishedSpike(spike)),
      ...(this.#options.details && { details: listed.map((one) => host.state.wholeSpike(one)) }),
    };
  }

  /**
   * Returns true for an incident from before this bridge whose first spikes the module may have dropped from its list:
   * its id is not the one under which it was published.
   */
  #isCut({ state }: HostView, { symptoms, time }: Incident): boolean {
    const { spikesTotal = 0n, spikesHeld = 0 } = state.info ?? {};
    if (time >= this.#startedAt || spikesTotal <= BigInt(spikesHeld)) return false;
    const [oldest] = state.spikes.all.toSorted((a, b) => a.time - b.time);
    return oldest !== undefined && symptoms.includes(oldest.id);
  }

  #drop(host: string, why: string): void {
    this.#fail(`an incident is not published: ${why}`, why);
    this.#of(host).dropped++;
  }

  #fail(line: string, why: string): void {
    if (this.#error !== why && !this.#closed) this.#log.warn({ url: this.#options.url }, line);
    this.#error = why;
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#broker = await Broker.connect(this.#options, this.#files, this.#options.isEncrypted);
        this.#log.info({ url: this.#options.url }, 'connected to the broker');
        const ended = this.#broker.closed.then(() => {
          this.#broker = undefined;
          this.#wake();
        });
        await this.#drain();
        await this.#broker?.close();
        await ended;
      } catch (error) {
        this.#fail(`publishing waits: ${reasonOf(error)}`, reasonOf(error));
        await this.#broker?.close().catch(() => {});
        this.#broker = undefined;
      }
      if (!this.#closed) await this.#pause(this.#backoff.next());
    }
  }

  /** Ends early when the publisher is closed. */
  async #pause(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!this.#closed && performance.now() < end) await this.#idle(Math.max(1, end - performance.now()));
  }

  #idle(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Sends what waits until the connection ends. */
  async #drain(): Promise<void> {
    while (this.#broker && !this.#closed) {
      const batch = this.#spool.first(BATCH);
      if (batch.length === 0) await this.#idle(1000);
      else {
        const results = await Promise.allSettled(batch.map((waiting) => this.#send(waiting)));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
        this.#backoff.succeeded();
      }
    }
  }

  async #send(waiting: Waiting): Promise<void> {
    const broker = this.#broker;
    const message = await this.#spool.read(waiting);
    if (!broker || !message) return;
    const answer = await broker.send(message);
    await this.#spool.remove(message);
    if (answer === 'refused') {
      this.#drop(message.host, `the broker refuses messages of host ${message.host}`);
      return;
    }
    this.#of(message.host).sent++;
    this.#error = undefined;
  }

  /** Ends the connection; what waits stays in the spool for the next start. */
  async close(): Promise<void> {
    await this.#writing;
    this.#closed = true;
    this.#wake();
    await this.#broker?.close().catch(() => {});
    await this.#running;
  }
}
