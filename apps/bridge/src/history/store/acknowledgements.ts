// Acknowledgements of incidents.
import type { Acknowledgement, IncidentId } from '@rtprobe/protocol';
import type { Database } from './database.ts';
import { ensureHost, findHost } from './series.ts';

/** Maximum acknowledgements of a host; the newest are kept. */
const HOST_MAX = 20_000;

/** Replaces an earlier acknowledgement of the same incident. */
export function storeAcknowledgements(
  db: Database,
  host: { name: string; machine?: string },
  acknowledgements: readonly Acknowledgement[],
): void {
  const id = ensureHost(db, host.name, host.machine);
  const sql =
    'INSERT OR REPLACE INTO acknowledgement (host, incident, time, author, comment) VALUES (?, ?, ?, ?, ?)';
  for (const { incident, time, by, comment } of acknowledgements)
    db.run(sql, id, incident, time, by, comment);
  const excess = 'SELECT time FROM acknowledgement WHERE host = ?1 ORDER BY time DESC LIMIT 1 OFFSET ?2';
  db.run(`DELETE FROM acknowledgement WHERE host = ?1 AND time <= (${excess})`, id, HOST_MAX);
}

export function removeAcknowledgement(db: Database, host: string, incident: IncidentId): boolean {
  const id = findHost(db, host);
  return (
    id !== undefined &&
    db.run('DELETE FROM acknowledgement WHERE host = ? AND incident = ?', id, incident) > 0
  );
}

/** Lists the newest, oldest first. */
export function listAcknowledgements(db: Database, host: string, limit: number): Acknowledgement[] {
  const id = findHost(db, host);
  if (id === undefined) return [];
  const columns = 'incident, time, author AS by, comment';
  const sql = `SELECT ${columns} FROM acknowledgement WHERE host = ? ORDER BY time DESC, incident DESC LIMIT ?`;
  return db
    .all<Acknowledgement>(sql, id, limit)
    .map((row) => ({ ...row }))
    .reverse();
}
