// Opens the store's SQLite file. One process writes, any number of connections read: WAL lets them.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BridgeError, reasonOf } from '../../base/errors.ts';
import { TIERS, type Tier } from './tiers.ts';

export const DATABASE = 'history.sqlite';
const LOCK = 'lock.sqlite';
const SCHEMA_VERSION = 1;
/** Large, because slices are: fewer overflow pages a slice. */
const PAGE_BYTES = 8192;
/** The log is folded into the file after so many pages, and cut back to this size. */
const LOG_PAGES = 500;
const LOG_BYTES = 8 * 1024 * 1024;
const CACHE_KIB = 16 * 1024;
const MAPPED_BYTES = 256 * 1024 * 1024;

// Times are unix µs. `host` and `source` outlive module loads and bridges: sources are known by what they measure.
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

  /** Rows one by one; the statement is busy until the last was taken. */
  iterate<T = Row>(sql: string, ...values: (number | string | null)[]): Iterable<T> {
    return this.#prepare(sql).iterate(...values) as Iterable<T>;
  }

  /** Everything or nothing of what `work` writes. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#db.isTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Everything `work` reads is of one moment, whatever is written meanwhile. */
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

/** Table of one host's slices in one tier; `unit` is time / width, rounded down. */
export const sliceTable = (host: number, tier: Tier): string => `slice_${host}_${tier.name}`;

export function createSliceTables(db: Database, host: number): void {
  for (const tier of TIERS) {
    // Raw: `rows` holds frames. Else: sums by measure, by measure and CPU, by source and CPU.
    db.exec(`CREATE TABLE IF NOT EXISTS ${sliceTable(host, tier)} (unit INTEGER PRIMARY KEY, span INTEGER NOT NULL,
      measures BLOB, cpus BLOB, rows BLOB NOT NULL)`);
  }
}

function ensureFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
}

/** Held as long as this process lives, however it ends. Throws E_DATA_LOCKED while another one holds it. */
export function lockFolder(dir: string): Database {
  try {
    ensureFolder(dir);
    const lock = new Database(join(dir, LOCK), false);
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    if (/database is locked/.test(reasonOf(error))) {
      const todo = 'end it, or give this one another folder with --data, or none with --no-history';
      throw new BridgeError('E_DATA_LOCKED', `another bridge keeps its history in ${dir}; ${todo}`, dir);
    }
    throw openError(dir, error);
  }
}

function openError(path: string, error: unknown): BridgeError {
  const todo = 'name another folder with --data, or keep no history with --no-history';
  return new BridgeError('E_DATA_OPEN', `cannot keep history in ${path}: ${reasonOf(error)}; ${todo}`, path);
}

/** Opens the store for writing, making it when there is none. Nothing in it is ever thrown away here. */
export function openStore(dir: string): Database {
  const path = join(dir, DATABASE);
  try {
    ensureFolder(dir);
    const db = new Database(path, false);
    // Both work only while the file is empty.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA journal_size_limit = ${LOG_BYTES}`);
    // Captures hold names of processes and files.
    chmodSync(path, 0o600);
    prepareSchema(db, path);
    return db;
  } catch (error) {
    throw error instanceof BridgeError ? error : openError(dir, error);
  }
}

/** Columns that came after the first release. The release before still opens the store: it does not miss them. */
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
    `${path} is of version ${version}, this bridge knows ${SCHEMA_VERSION}`,
    path,
  );

/** Opens the store for reading. Throws E_DATA_OPEN when there is none. */
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
    throw new BridgeError('E_DATA_OPEN', `no history can be read in ${dir}: ${reasonOf(error)}`, dir);
  }
}
