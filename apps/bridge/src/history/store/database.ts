// Opens the store's SQLite file. In WAL mode one process writes and any number of connections read.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BridgeError, reasonOf } from '../../base/errors.ts';
import { TIERS, type Tier } from './tiers.ts';

export const DATABASE = 'history.sqlite';
const LOCK = 'lock.sqlite';
const SCHEMA_VERSION = 1;
/** Large, because slices are large: fewer overflow pages per slice. */
const PAGE_BYTES = 8192;
/** The WAL is checkpointed after this many pages, and truncated to this size. */
const LOG_PAGES = 500;
const LOG_BYTES = 8 * 1024 * 1024;
const CACHE_KIB = 16 * 1024;
const MAPPED_BYTES = 256 * 1024 * 1024;

// Times are Unix µs. `host` and `source` persist over module loads and bridges: a source is identified by what it
// measures.
const SCHEMA = `
CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stored_to INTEGER NOT NULL DEFAULT 0);
CREATE TABLE source (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, measure TEXT NOT NULL, number INTEGER NOT NULL,
  name TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (host, measure, number, name));
-- source 0: all of the measure; cpu -1: all CPUs.
CREATE TABLE series (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, measure TEXT NOT NULL, source INTEGER NOT NULL,
  cpu INTEGER NOT NULL, UNIQUE (host, measure, source, cpu));
-- Coarse slices that must be made anew from finer ones.
CREATE TABLE stale (host INTEGER NOT NULL, tier INTEGER NOT NULL, unit INTEGER NOT NULL, PRIMARY KEY (host, tier, unit))
  WITHOUT ROWID;
-- Slices before this time were removed.
CREATE TABLE pruned (host INTEGER NOT NULL, tier INTEGER NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (host, tier))
  WITHOUT ROWID;
CREATE TABLE gap (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  reason TEXT NOT NULL);
CREATE INDEX gap_time ON gap (host, start);
CREATE TABLE run (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, instance TEXT NOT NULL, epoch INTEGER NOT NULL,
  name TEXT, baseline INTEGER NOT NULL DEFAULT 0, kernel TEXT NOT NULL, preempt_rt INTEGER NOT NULL,
  module TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER NOT NULL, UNIQUE (host, instance, epoch));
CREATE TABLE worst (run INTEGER NOT NULL, measure TEXT NOT NULL, value INTEGER NOT NULL, cpu INTEGER NOT NULL,
  number INTEGER NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, time INTEGER, PRIMARY KEY (run, measure))
  WITHOUT ROWID;
CREATE TABLE spike (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, host INTEGER NOT NULL,
  run INTEGER, time INTEGER NOT NULL, measure TEXT NOT NULL, value INTEGER NOT NULL, cpu INTEGER NOT NULL,
  cause TEXT NOT NULL, bytes INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX spike_time ON spike (host, time);
CREATE INDEX spike_cause ON spike (host, cause, time);
CREATE INDEX spike_oldest ON spike (time);
-- Sums of this are read from the index alone.
CREATE INDEX spike_bytes ON spike (bytes);
CREATE TABLE trace (spike TEXT PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE annotation (id INTEGER PRIMARY KEY AUTOINCREMENT, host INTEGER NOT NULL, time INTEGER NOT NULL,
  text TEXT NOT NULL, author TEXT NOT NULL, created INTEGER NOT NULL);
CREATE INDEX annotation_time ON annotation (host, time);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

export type Row = Record<string, number | string | Uint8Array | null>;

/** A connection with its statements, each prepared once. */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, readOnly: boolean) {
    this.path = path;
    this.#db = new DatabaseSync(path, { readOnly, timeout: 5000 });
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: (number | string | Uint8Array | null)[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  get<T = Row>(sql: string, ...values: (number | string | null)[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: (number | string | null)[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** Yields rows one by one; the statement is busy until the last one was read. */
  iterate<T = Row>(sql: string, ...values: (number | string | null)[]): Iterable<T> {
    return this.#prepare(sql).iterate(...values) as Iterable<T>;
  }

  /** Runs `work` as a transaction: all of its writes or none. */
  transaction<T>(work: () => T): T {
    return this.#wholly(work, 'BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK');
  }

  /** Runs `work` inside a transaction: all of its writes or none. The transaction continues, unless the disk is full. */
  part<T>(work: () => T): T {
    return this.#wholly(work, 'SAVEPOINT part', 'RELEASE part', 'ROLLBACK TO part; RELEASE part');
  }

  #wholly<T>(work: () => T, begin: string, end: string, undo: string): T {
    this.exec(begin);
    try {
      const result = work();
      this.exec(end);
      return result;
    } catch (error) {
      // A full disk has already rolled back.
      if (this.inTransaction) this.exec(undo);
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Runs `work` on one snapshot, unaffected by concurrent writes. */
  snapshot<T>(work: () => T): T {
    this.exec('BEGIN');
    try {
      return work();
    } finally {
      this.exec('COMMIT');
    }
  }

  pragma(name: string): number {
    return Number(Object.values(this.get(`PRAGMA ${name}`) ?? { none: 0 })[0]);
  }

  close(): void {
    this.#db.close();
  }
}

/** Returns the table of one host's slices in one tier; `unit` is time / width, rounded down. */
export const sliceTable = (host: number, tier: Tier): string => `slice_${host}_${tier.name}`;

export function createSliceTables(db: Database, host: number): void {
  for (const tier of TIERS) {
    // In the raw tier, `rows` contains frames. In the others, the columns contain sums by measure, by measure and CPU,
    // and by source and CPU.
    db.exec(`CREATE TABLE IF NOT EXISTS ${sliceTable(host, tier)} (unit INTEGER PRIMARY KEY, span INTEGER NOT NULL,
      measures BLOB, cpus BLOB, rows BLOB NOT NULL)`);
  }
}

function ensureFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
}

/**
 * Locks the folder until this process ends, in whatever way. Throws E_DATA_LOCKED while another process has the lock.
 */
export function lockFolder(dir: string): Database {
  try {
    ensureFolder(dir);
    const lock = new Database(join(dir, LOCK), false);
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    if (/database is locked/.test(reasonOf(error))) {
      const todo = 'stop it, or give this one another folder with --data, or none with --no-history';
      throw new BridgeError('E_DATA_LOCKED', `another bridge stores its history in ${dir}`, todo, dir);
    }
    throw openError(dir, error);
  }
}

function openError(path: string, error: unknown): BridgeError {
  const todo = 'name another folder with --data, or store no history with --no-history';
  return new BridgeError('E_DATA_OPEN', `cannot store history in ${path}: ${reasonOf(error)}`, todo, path);
}

/** Opens the store for writing and creates it if missing. Never deletes stored data. */
export function openStore(dir: string): Database {
  const path = join(dir, DATABASE);
  try {
    ensureFolder(dir);
    const db = new Database(path, false);
    // Both have an effect only while the file is empty.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA journal_size_limit = ${LOG_BYTES}`);
    // Spikes contain names of processes and files.
    chmodSync(path, 0o600);
    prepareSchema(db, path);
    return db;
  } catch (error) {
    throw error instanceof BridgeError ? error : openError(dir, error);
  }
}

/** Columns added after the first release. The first release can still open the store, because it does not read them. */
const ADDED = {
  host: { machine: 'TEXT' },
  run: { boot: 'TEXT' },
  spike: { incident: 'TEXT' },
} as const;

/** Tables and indexes that came after the first release. */
const ADDED_TABLES = `
CREATE UNIQUE INDEX IF NOT EXISTS host_machine ON host (machine) WHERE machine IS NOT NULL;
CREATE INDEX IF NOT EXISTS spike_incident ON spike (incident);
-- The cause and the CPU are those of the primary spike.
CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, host INTEGER NOT NULL, run INTEGER, time INTEGER NOT NULL,
  value INTEGER NOT NULL, cpu INTEGER NOT NULL, cause TEXT NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS incident_time ON incident (host, time);
CREATE INDEX IF NOT EXISTS incident_cause ON incident (host, cause, time);
CREATE TABLE IF NOT EXISTS acknowledgement (host INTEGER NOT NULL, incident TEXT NOT NULL, time INTEGER NOT NULL,
  author TEXT NOT NULL, comment TEXT NOT NULL, PRIMARY KEY (host, incident)) WITHOUT ROWID;
-- \`info\` is what a list needs, \`json\` is everything.
CREATE TABLE IF NOT EXISTS test_run (id INTEGER PRIMARY KEY AUTOINCREMENT, host INTEGER NOT NULL,
  bytes INTEGER NOT NULL, info TEXT NOT NULL, json TEXT NOT NULL);
`;

function prepareSchema(db: Database, path: string): void {
  const version = db.pragma('user_version');
  if (version !== 0 && version !== SCHEMA_VERSION) throw versionError(path, version);
  db.transaction(() => {
    if (version === 0) db.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    for (const [table, columns] of Object.entries(ADDED)) {
      const known = new Set(db.all<{ name: string }>(`PRAGMA table_info(${table})`).map(({ name }) => name));
      for (const [column, type] of Object.entries(columns)) {
        if (!known.has(column)) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
      }
    }
    db.exec(ADDED_TABLES);
  });
}

const versionError = (path: string, version: number): BridgeError =>
  new BridgeError(
    'E_DATA_VERSION',
    `${path} has version ${version}, this bridge supports version ${SCHEMA_VERSION}`,
    'install the release that wrote it, or name another folder with --data',
    path,
  );

/** Opens the store for reading. Throws E_DATA_OPEN if there is none. */
export function openReader(dir: string): Database {
  const path = join(dir, DATABASE);
  try {
    const db = new Database(path, true);
    const version = db.pragma('user_version');
    if (version !== SCHEMA_VERSION) throw versionError(path, version);
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA mmap_size = ${MAPPED_BYTES}`);
    return db;
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    const todo = 'name the folder of a bridge with --data';
    throw new BridgeError('E_DATA_OPEN', `no history can be read in ${dir}: ${reasonOf(error)}`, todo, dir);
  }
}
