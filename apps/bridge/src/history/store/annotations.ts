// Annotations: notes of people at a time of a host's history.
import type { Annotation, UnixMicros } from '@rtprobe/protocol';
import type { Database } from './database.ts';
import { ensureHost } from './series.ts';

/** Maximum annotations; the newest are kept. */
const ANNOTATIONS_MAX = 10_000;

export function addAnnotation(db: Database, annotation: Omit<Annotation, 'id'>): number {
  const { host, time, text, author, createdAt } = annotation;
  const sql =
    'INSERT INTO annotation (host, time, text, author, created) VALUES (?, ?, ?, ?, ?) RETURNING id';
  const { id } = db.get<{ id: number }>(sql, ensureHost(db, host), time, text, author, createdAt)!;
  db.run('DELETE FROM annotation WHERE id <= ?', id - ANNOTATIONS_MAX);
  return id;
}

export function removeAnnotation(db: Database, id: number): boolean {
  return db.run('DELETE FROM annotation WHERE id = ?', id) > 0;
}

/** Lists annotations, oldest first. */
export function listAnnotations(db: Database, host: string, from: UnixMicros, to: UnixMicros): Annotation[] {
  const sql = `SELECT annotation.*, host.name AS host FROM annotation JOIN host ON host.id = annotation.host
    WHERE host.name = ? AND time >= ? AND time < ? ORDER BY time, annotation.id`;
  type Stored = Omit<Annotation, 'createdAt'> & { created: number };
  return db
    .all<Stored>(sql, host, from, to)
    .map(({ id, time, text, author, created }) => ({ id, host, time, text, author, createdAt: created }));
}
