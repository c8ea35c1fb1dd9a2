// Numbers of hosts, sources and series in the store. A source is identified by measure, number and name, so the same
// interrupt has the same number after the module or the bridge was restarted.
import type { SourceInfo } from '@rtprobe/protocol';
import { createSliceTables, type Database } from './database.ts';

/** Maximum series of a store: task names could otherwise fill it without limit. */
export const SERIES_MAX = 262_144;
export const ALL_SOURCES = 0;
export const ALL_CPUS = -1;

interface StoredHost {
  id: number;
  name: string;
  machine: string | null;
}

/**
 * Returns the number of the host and creates tables for its slices. A machine stored under another name is renamed. A
 * stored host of this name without a machine id becomes this machine.
 */
export function ensureHost(db: Database, name: string, machine?: string): number {
  const id = machine === undefined ? idOfName(db, name) : idOfMachine(db, name, machine);
  createSliceTables(db, id);
  return id;
}

function idOfName(db: Database, name: string): number {
  db.run('INSERT OR IGNORE INTO host (name) VALUES (?)', name);
  return findHost(db, name)!;
}

function idOfMachine(db: Database, name: string, machine: string): number {
  const own = db.get<StoredHost>('SELECT id, name FROM host WHERE machine = ?', machine);
  const named = db.get<StoredHost>('SELECT id, machine FROM host WHERE name = ?', name);
  if (own) {
    if (!named) db.run('UPDATE host SET name = ? WHERE id = ?', name, own.id);
    return own.id;
  }
  if (named?.machine === null) {
    db.run('UPDATE host SET machine = ? WHERE id = ?', machine, named.id);
    return named.id;
  }
  // The registry of hosts uses no name twice. If a name is in use nevertheless, this avoids mixing two hosts.
  let free = name;
  for (let n = 2; findHost(db, free) !== undefined; n++) free = `${name}-${n}`;
  const sql = 'INSERT INTO host (name, machine) VALUES (?, ?) RETURNING id';
  return db.get<{ id: number }>(sql, free, machine)!.id;
}

/** Lists every host of the store. */
export function listHosts(db: Database): { name: string; machine?: string }[] {
  // A store that this release has not opened for writing yet has no column of machines.
  return db
    .all<{ name: string; machine?: string | null }>('SELECT * FROM host')
    .map(({ name, machine }) => ({ name, ...(typeof machine === 'string' && { machine }) }));
}

/** The numbers of one host, for writing: missing ones are added. */
export class HostNames {
  readonly host: number;
  readonly #db: Database;
  readonly #sources = new Map<string, number>();
  readonly #series = new Map<string, number>();

  constructor(db: Database, name: string, machine?: string) {
    this.#db = db;
    this.host = ensureHost(db, name, machine);
  }

  source({ measure, number, name, label }: SourceInfo): number {
    const key = `${measure}/${number}/${name}`;
    let id = this.#sources.get(key);
    if (id === undefined) {
      const sql =
        'INSERT INTO source (host, measure, number, name, label) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT DO UPDATE SET label = excluded.label RETURNING id';
      id = this.#db.get<{ id: number }>(sql, this.host, measure, number, name, label)!.id;
      this.#sources.set(key, id);
    }
    return id;
  }

  /** Returns undefined if the store has the maximum number of series. */
  series(measure: string, source: number, cpu: number): number | undefined {
    const key = `${measure}/${source}/${cpu}`;
    let id = this.#series.get(key);
    if (id === undefined) {
      id = this.#find(measure, source, cpu) ?? this.#make(measure, source, cpu);
      if (id !== undefined) this.#series.set(key, id);
    }
    return id;
  }

  #find(measure: string, source: number, cpu: number): number | undefined {
    const sql = 'SELECT id FROM series WHERE host = ? AND measure = ? AND source = ? AND cpu = ?';
    return this.#db.get<{ id: number }>(sql, this.host, measure, source, cpu)?.id;
  }

  #make(measure: string, source: number, cpu: number): number | undefined {
    const { count } = this.#db.get<{ count: number }>('SELECT COALESCE(MAX(id), 0) AS count FROM series')!;
    if (count >= SERIES_MAX) return undefined;
    const sql = 'INSERT INTO series (host, measure, source, cpu) VALUES (?, ?, ?, ?) RETURNING id';
    return this.#db.get<{ id: number }>(sql, this.host, measure, source, cpu)!.id;
  }
}

/** Returns undefined for a host without stored data. */
export function findHost(db: Database, name: string): number | undefined {
  return db.get<{ id: number }>('SELECT id FROM host WHERE name = ?', name)?.id;
}
