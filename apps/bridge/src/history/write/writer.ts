// Writes messages in transactions and keeps the file within its limits. Runs in a thread of its own, but uses no thread
// API.
import type { UnixMicros } from '@rtprobe/protocol';
import { reasonOf } from '../../base/errors.ts';
import { removeAcknowledgement, storeAcknowledgements } from '../store/acknowledgements.ts';
import { addAnnotation, removeAnnotation } from '../store/annotations.ts';
import { refreshCauses } from '../store/causes.ts';
import { type Database, lockFolder, openStore } from '../store/database.ts';
import { storeExpectations } from '../store/expectations.ts';
import { refreshIncidents } from '../store/incidents.ts';
import { changeRun } from '../store/runs.ts';
import { ensureHost } from '../store/series.ts';
import { removeTestRun, storeTestRun } from '../store/test-runs.ts';
import type { Committed, HostMessage, Write, WriteAnswers, WriteRequest } from '../threads/messages.ts';
import { HostWriter } from './host-writer.ts';
import { type Bounds, Pruner } from './pruner.ts';

/** Number of commits after which an open second without a new frame is written. */
const IDLE_COMMITS = 4;

const keyOf = ({ host, machine }: HostMessage): string =>
  machine === undefined ? `name ${host}` : `machine ${machine}`;

/** Messages that could not be written, by the name of their host. */
type Losses = Map<string, number>;

const count = (losses: Losses, host: string, messages: number): void => {
  if (messages > 0) losses.set(host, (losses.get(host) ?? 0) + messages);
};

export class Writer {
  readonly #db: Database;
  readonly #lock: Database;
  readonly #pruner: Pruner;
  /** By key: the machine of a host, else its name. */
  readonly #hosts = new Map<string, HostWriter>();
  /** Names of hosts by key. */
  readonly #names = new Map<string, string>();
  /** The newest messages of each host that later ones depend on, by key. */
  readonly #described = new Map<string, Map<string, HostMessage>>();
  readonly #storedTo: Record<string, UnixMicros> = {};
  /** Reason for a hole before the first data of a host. */
  #reason = 'the bridge did not run';
  /** The same by key, of hosts whose messages could not be stored. */
  readonly #reasons = new Map<string, string>();
  #pending: HostMessage[] = [];
  /** Commits since a host's newest span. */
  readonly #idle = new Map<string, number>();
  #processed = 0;
  readonly #dropped: Losses = new Map();
  readonly #leftOut: Record<string, number> = {};
  #error: string | undefined;

  /** Throws a BridgeError if the folder cannot be used. */
  constructor(dir: string, bounds: Bounds) {
    this.#lock = lockFolder(dir);
    this.#db = openStore(dir);
    this.#db.transaction(() => {
      refreshCauses(this.#db);
      refreshIncidents(this.#db);
    });
    this.#pruner = new Pruner(this.#db, bounds);
  }

  push(message: HostMessage): void {
    this.#pending.push(message);
  }

  /**
   * Writes what is pending; with `close`, also incomplete seconds. `dropped` counts the messages of each host that
   * could not be written.
   */
  commit(now: UnixMicros, close = false): Committed {
    this.#write(now, close);
    return this.report();
  }

  /** Returns whether the file can be written. */
  #write(now: UnixMicros, close: boolean): boolean {
    const batch = this.#pending;
    this.#pending = [];
    this.#processed += batch.length;
    this.#error = undefined;
    const unwritten = [...this.#hosts].map(([key, host]) => [this.#names.get(key)!, host.unwritten] as const);
    const lost: Losses = new Map();
    try {
      this.#db.transaction(() => this.#apply(batch, close, lost));
    } catch (error) {
      this.#restart(error);
      for (const message of batch) this.#describe(message);
      for (const [host, spans] of unwritten) count(this.#dropped, host, spans);
      for (const { host } of batch) count(this.#dropped, host, 1);
      return false;
    }
    for (const [host, messages] of lost) count(this.#dropped, host, messages);
    for (const [key, host] of this.#hosts) {
      const name = this.#names.get(key)!;
      this.#storedTo[name] = host.storedTo;
      this.#leftOut[name] = host.leftOut;
    }
    return this.#prune(now);
  }

  /** Answers a request in a transaction of its own, after all earlier messages. */
  request<K extends WriteRequest['ask']>(request: Write<K>, now: UnixMicros): WriteAnswers[K] {
    if (!this.#write(now, request.ask === 'flush')) throw new Error(this.#error);
    return this.#db.transaction(() => this.#answer(request)) as WriteAnswers[K];
  }

  close(now: UnixMicros): void {
    this.commit(now, true);
    // Checkpoints the WAL into the file, so that there is a single file to copy.
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
    this.#lock.close();
  }

  #apply(batch: readonly HostMessage[], close: boolean, lost: Losses): void {
    for (const key of this.#hosts.keys()) this.#idle.set(key, (this.#idle.get(key) ?? 0) + 1);
    for (const [key, messages] of Map.groupBy(batch, keyOf)) {
      if (messages.some(({ kind }) => kind === 'span')) this.#idle.set(key, 0);
      if (this.#applyTo(key, messages, lost)) for (const message of messages) this.#describe(message);
      else this.#applyApart(key, messages, lost);
    }
    for (const [key, host] of this.#hosts) {
      // A host that was added in this batch was not idle.
      const ends = close || (this.#idle.get(key) ?? 0) >= IDLE_COMMITS;
      this.#attempt(key, lost, () => {
        if (ends) host.closeSecond();
        host.rollUp();
      });
    }
  }

  #applyTo(key: string, messages: readonly HostMessage[], lost: Losses): boolean {
    return this.#attempt(key, lost, () => {
      for (const message of messages) this.#host(message).apply(message);
    });
  }

  /** One message cannot be stored: writes the others, each on its own, so that the next bad one rolls none back. */
  #applyApart(key: string, messages: readonly HostMessage[], lost: Losses): void {
    for (const message of messages) {
      const isStored = this.#attempt(key, lost, () => {
        const host = this.#host(message);
        host.apply(message);
        host.closeSecond();
      });
      if (isStored) this.#describe(message);
      else {
        count(lost, message.host, 1);
        this.#described.get(key)?.delete(message.kind);
      }
    }
  }

  /**
   * Returns false if the work for one host failed and was rolled back. What other hosts wrote remains. Throws if the
   * whole transaction was rolled back.
   */
  #attempt(key: string, lost: Losses, work: () => void): boolean {
    const [name, unwritten] = [this.#names.get(key), this.#hosts.get(key)?.unwritten ?? 0];
    try {
      this.#db.part(work);
      return true;
    } catch (error) {
      if (!this.#db.inTransaction) throw error;
      this.#error = reasonOf(error);
      // The state of its writer is wrong: it starts again from the file.
      this.#hosts.delete(key);
      this.#names.delete(key);
      this.#reasons.set(key, `a message could not be stored: ${this.#error}`);
      if (name !== undefined) count(lost, name, unwritten);
      return false;
    }
  }

  /** Keeps a message that later ones depend on. */
  #describe(message: HostMessage): void {
    if (message.kind !== 'run' && message.kind !== 'sources') return;
    const key = keyOf(message);
    const described = this.#described.get(key) ?? new Map<string, HostMessage>();
    this.#described.set(key, described.set(message.kind, message));
  }

  #host(message: HostMessage): HostWriter {
    const key = keyOf(message);
    const existing = this.#hosts.get(key);
    if (existing) {
      if (this.#names.get(key) !== message.host) ensureHost(this.#db, message.host, message.machine);
      this.#names.set(key, message.host);
      return existing;
    }
    const reason = this.#reasons.get(key) ?? this.#reason;
    const host = new HostWriter(this.#db, message.host, message.machine, reason);
    this.#reasons.delete(key);
    this.#replace(host.host);
    for (const before of this.#described.get(key)?.values() ?? []) host.apply(before);
    this.#hosts.set(key, host);
    this.#names.set(key, message.host);
    return host;
  }

  /** A host that was identified by its name now has a machine id, or the reverse: one writer must write its rows. */
  #replace(id: number): void {
    for (const [key, host] of this.#hosts) {
      if (host.host !== id) continue;
      host.closeSecond();
      this.#hosts.delete(key);
      this.#names.delete(key);
    }
  }

  /** After a failed transaction the state of the host writers is wrong: they start again from the file. */
  #restart(error: unknown): void {
    this.#error = reasonOf(error);
    this.#hosts.clear();
    this.#names.clear();
    this.#reasons.clear();
    this.#reason = `the disk took no data: ${this.#error}`;
  }

  #prune(now: UnixMicros): boolean {
    try {
      this.#pruner.run(now);
      return true;
    } catch (error) {
      this.#error = reasonOf(error);
      return false;
    }
  }

  #answer(request: WriteRequest): unknown {
    if (request.ask === 'change-run') return changeRun(this.#db, request.run, request.change);
    else if (request.ask === 'annotate') return addAnnotation(this.#db, request.annotation);
    else if (request.ask === 'acknowledge')
      storeAcknowledgements(this.#db, request.host, request.acknowledgements);
    else if (request.ask === 'withdraw')
      return removeAcknowledgement(this.#db, request.host, request.incident);
    else if (request.ask === 'expect') storeExpectations(this.#db, request.host, request.expectations);
    else if (request.ask === 'forget-annotation') return removeAnnotation(this.#db, request.id);
    else if (request.ask === 'forget-test-run') return removeTestRun(this.#db, request.id);
    else if (request.ask === 'store-test-run') {
      const { host, run, id } = request;
      return storeTestRun(this.#db, host, run, { id, maxBytes: this.#pruner.maxBytes });
    }
    return null;
  }

  /** Returns the state after the newest commit. */
  report(): Committed {
    return {
      type: 'committed',
      ...{
        processed: this.#processed,
        storedTo: { ...this.#storedTo },
        bytes: this.#pruner.bytes,
        dropped: Object.fromEntries(this.#dropped),
        leftOut: { ...this.#leftOut },
      },
      ...{ pruned: this.#pruner.slices, prunedSpikes: this.#pruner.spikes },
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }
}
