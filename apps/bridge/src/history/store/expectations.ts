// Expectations of a host, so that they survive another load of the module.
import type { Database } from './database.ts';
import { ensureHost, findHost } from './series.ts';

export interface StoredExpectations {
  /** The load of the module that had them. */
  instance: string;
  texts: string[];
  /** Those that could not be added to it. */
  missing?: readonly string[];
  /** CPUs that were active until one of these named them. */
  passive?: string;
}

const nameOf = (host: number): string => `expectations of host ${host}`;

export function storeExpectations(
  db: Database,
  host: { name: string; machine?: string },
  stored: StoredExpectations,
): void {
  const id = ensureHost(db, host.name, host.machine);
  db.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', nameOf(id), JSON.stringify(stored));
}

export function findExpectations(db: Database, host: string): StoredExpectations | undefined {
  const id = findHost(db, host);
  if (id === undefined) return undefined;
  const sql = 'SELECT value FROM setting WHERE name = ?';
  const row = db.get<{ value: string }>(sql, nameOf(id));
  return row && (JSON.parse(row.value) as StoredExpectations);
}
