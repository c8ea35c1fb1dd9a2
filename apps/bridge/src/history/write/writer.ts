// Writes messages in transactions and keeps the file within its limits. Runs in a thread of its own, but uses no thread
// API.
import type { UnixMicros } from '@rtprobe/protocol';
import { reasonOf } from '../../base/errors.ts';
import { addAnnotation, removeAnnotation } from '../store/annotations.ts';
import { refreshCauses } from '../store/causes.ts';
import { type Database, lockFolder, openStore } from '../store/database.ts';
import { refreshIncidents } from '../store/incidents.ts';
import { changeRun } from '../store/runs.ts';
import { ensureHost } from '../store/series.ts';
import type { Committed, HostMessage, Write, WriteAnswers, WriteRequest } from '../threads/messages.ts';
import { HostWriter } from './host-writer.ts';
import { type Bounds, Pruner } from './pruner.ts';

/** Number of commits after which an open second without a new frame is written. */
const IDLE_COMMITS = 4;

const keyOf = ({ host, machine }: HostMessage): string =>
  machine === undefined ? `name ${host}` : `machine ${machine}`;

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
  #pending: HostMessage[] = [];
  /** Commits since a host's newest span. */
  readonly #idle = new Map<string, number>();
  #processed = 0;
  readonly #dropped: Record<string, number> = {};
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
    if (message.kind !== 'run' && message.kind !== 'sources') return;
    const key = keyOf(message);
    const described = this.#described.get(key) ?? new Map<string, HostMessage>();
    this.#described.set(key, described.set(message.kind, message));
  }

  /**
   * Writes what is pending; with `close`, also incomplete seconds. `dropped` counts the messages of each host whose
   * transaction fails.
   */
  commit(now: UnixMicros, close = false): Committed {
    const batch = this.#pending;
    this.#pending = [];
    this.#processed += batch.length;
    try {
      this.#db.transaction(() => this.#apply(batch, close));
      this.#error = undefined;
      this.#prune(now);
    } catch (error) {
      this.#commitApart(batch, close, error);
    }
    return this.report();
  }

  /** A message of one host that cannot be stored must not take the data of the others with it. */
  #commitApart(batch: readonly HostMessage[], close: boolean, error: unknown): void {
    this.#restart(error);
    const byHost = Map.groupBy(batch, keyOf);
    if (byHost.size === 1) {
      this.#drop(batch);
      return;
    }
    for (const messages of byHost.values())
      try {
        this.#db.transaction(() => this.#apply(messages, close));
      } catch (reason) {
        this.#restart(reason);
        this.#drop(messages);
      }
  }

  /** Answers a request in a transaction of its own, after all earlier messages. */
  request<K extends WriteRequest['ask']>(request: Write<K>, now: UnixMicros): WriteAnswers[K] {
    this.commit(now, request.ask === 'flush');
    if (this.#error !== undefined) throw new Error(this.#error);
    return this.#db.transaction(() => this.#answer(request)) as WriteAnswers[K];
  }

  close(now: UnixMicros): void {
    this.commit(now, true);
    // Checkpoints the WAL into the file, so that there is a single file to copy.
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
    this.#lock.close();
  }

  #apply(batch: readonly HostMessage[], close: boolean): void {
    for (const key of this.#hosts.keys()) this.#idle.set(key, (this.#idle.get(key) ?? 0) + 1);
    for (const message of batch) {
      this.#host(message).apply(message);
      if (message.kind === 'span') this.#idle.set(keyOf(message), 0);
    }
    for (const [key, host] of this.#hosts) {
      // A host that was added in this batch was not idle.
      if (close || (this.#idle.get(key) ?? 0) >= IDLE_COMMITS) host.closeSecond();
      host.rollUp();
    }
  }

  #host(message: HostMessage): HostWriter {
    const key = keyOf(message);
    const existing = this.#hosts.get(key);
    if (existing) {
      if (this.#names.get(key) !== message.host) ensureHost(this.#db, message.host, message.machine);
      this.#names.set(key, message.host);
      return existing;
    }
    const host = new HostWriter(this.#db, message.host, message.machine, this.#reason);
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
    this.#reason = `the disk took no data: ${this.#error}`;
  }

  #drop(messages: readonly HostMessage[]): void {
    for (const { host } of messages) this.#dropped[host] = (this.#dropped[host] ?? 0) + 1;
  }

  #prune(now: UnixMicros): void {
    try {
      this.#pruner.run(now);
    } catch (error) {
      this.#error = reasonOf(error);
    }
  }

  #answer(request: WriteRequest): unknown {
    if (request.ask === 'change-run') return changeRun(this.#db, request.run, request.change);
    else if (request.ask === 'annotate') return addAnnotation(this.#db, request.annotation);
    else if (request.ask === 'forget-annotation') return removeAnnotation(this.#db, request.id);
    return null;
  }

  /** Returns the state after the newest commit. */
  report(): Committed {
    for (const [key, host] of this.#hosts) {
      const name = this.#names.get(key)!;
      this.#storedTo[name] = host.storedTo;
      this.#leftOut[name] = host.leftOut;
    }
    return {
      type: 'committed',
      ...{
        processed: this.#processed,
        storedTo: { ...this.#storedTo },
        bytes: this.#pruner.bytes,
        dropped: { ...this.#dropped },
        leftOut: { ...this.#leftOut },
      },
      ...{ pruned: this.#pruner.slices, prunedSpikes: this.#pruner.spikes },
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }
}
