// Numbers of hosts, sources and series in the store. A source is known by measure, number and name, so the same
// interrupt has the same number after the module or the bridge was loaded anew.
import type { SourceInfo } from '@rtprobe/protocol';
import { createSliceTables, type Database } from './database.ts';

/** Series of a store; names of tasks could otherwise fill it without end. */
export const SERIES_MAX = 262_144;
export const ALL_SOURCES = 0;
export const ALL_CPUS = -1;

/** Number of the host, with tables for its slices. */
export function ensureHost(db: Database, name: string): number {
  db.run('INSERT OR IGNORE INTO host (name) VALUES (?)', name);
  const { id } = db.get<{ id: number }>('SELECT id FROM host WHERE name = ?', name)!;
  createSliceTables(db, id);
  return id;
}

/** The numbers of one host, for writing: what is missing is added. */
export class HostNames {
  readonly host: number;
  readonly #db: Database;
  readonly #sources = new Map<string, number>();
  readonly #series = new Map<string, number>();

  constructor(db: Database, name: string) {
    this.#db = db;
    this.host = ensureHost(db, name);
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

  /** Undefined when the store has as many series as it may. */
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

/** Undefined for a host nothing is stored of. */
export function findHost(db: Database, name: string): number | undefined {
  return db.get<{ id: number }>('SELECT id FROM host WHERE name = ?', name)?.id;
}
