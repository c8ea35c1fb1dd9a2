// Spikes in the store: as JSON, with the slice of the flight recorder if there is one.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { causeKey, type Spike, type StoredSpike, type Trace, type UnixMicros } from '@rtprobe/protocol';
import type { Database } from './database.ts';

/** The fastest level: a trace becomes several times smaller at any level. */
const DEFLATE_LEVEL = 1;

/** A character of a sentence or a name can be several bytes. */
const bytesOf = (json: string): number => Buffer.byteLength(json);

/**
 * Merges two reports of a spike. The later one may contain less (lists are requested separately), so nothing is
 * dropped. It also keeps its time: the clock of its host may have been set since.
 */
function merge(stored: Spike, next: Spike): Spike {
  const { process, victimProcess } = { ...stored, ...next };
  return {
    ...stored,
    ...next,
    time: stored.time,
    ...(process && { process: { ...stored.process, ...process } }),
    ...(victimProcess && { victimProcess: { ...stored.victimProcess, ...victimProcess } }),
  };
}

/**
 * Returns the newest run of this module load that had begun by then. A spike from before the first run is assigned to
 * that.
 */
function runAt(db: Database, host: number, spike: Spike): number | undefined {
  const sql = `SELECT id FROM run WHERE host = ? AND instance = ?
    ORDER BY started <= ? DESC, ABS(started - ?) LIMIT 1`;
  return db.get<{ id: number }>(sql, host, spike.id.split('-')[0]!, spike.time, spike.time)?.id;
}

/** Returns whether the spike was not stored before; it has no incident yet. */
export function putSpike(db: Database, host: number, spike: Spike): boolean {
  const row = db.get<{ json: string }>('SELECT json FROM spike WHERE id = ?', spike.id);
  if (row) {
    const json = JSON.stringify(merge(JSON.parse(row.json) as Spike, spike));
    if (json === row.json) return false;
    const sql = 'UPDATE spike SET json = ?, cause = ?, bytes = bytes + ? WHERE id = ?';
    db.run(sql, json, causeKey(JSON.parse(json)), bytesOf(json) - bytesOf(row.json), spike.id);
    return false;
  }
  const sql = `INSERT INTO spike (id, host, run, time, measure, value, cpu, cause, bytes, json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const { id, time, measure, valueNs, cpu } = spike;
  const run = runAt(db, host, spike) ?? null;
  const json = JSON.stringify(spike);
  db.run(sql, id, host, run, time, measure, valueNs, cpu, causeKey(spike), bytesOf(json), json);
  return true;
}

export function putTrace(db: Database, trace: Trace): void {
  const { spike } = trace;
  const bytes = deflateRawSync(JSON.stringify(trace), { level: DEFLATE_LEVEL });
  const existing = db.get<{ length: number }>(
    'SELECT LENGTH(bytes) AS length FROM trace WHERE spike = ?',
    spike,
  );
  db.run('INSERT OR REPLACE INTO trace VALUES (?, ?)', spike, bytes);
  const more = bytes.length - (existing?.length ?? 0);
  db.run('UPDATE spike SET bytes = bytes + ? WHERE id = ?', more, spike);
}

export interface SpikeQuery {
  from: UnixMicros;
  /** Not included. */
  to: UnixMicros;
  limit: number;
  /** `next` of the previous page. */
  before?: { time: UnixMicros; seq: number };
  run?: number;
  cause?: string;
}

/** Returns the newest `limit` spikes of the time range, oldest first; `next` is set if there are older ones. */
export function pageOfSpikes(
  db: Database,
  host: number,
  query: SpikeQuery,
): { spikes: Spike[]; next?: string } {
  const { from, to, limit, run, cause } = query;
  const before = query.before ?? { time: to, seq: 0 };
  const sql = `SELECT seq, time, json FROM spike WHERE host = ?1 AND time >= ?2 AND time < ?3
    AND (time, seq) < (?4, ?5) AND (?6 IS NULL OR run = ?6) AND (?7 IS NULL OR cause = ?7)
    ORDER BY time DESC, seq DESC LIMIT ?8`;
  type Stored = { seq: number; time: number; json: string };
  const filter = [run ?? null, cause ?? null] as const;
  const rows = db.all<Stored>(sql, host, from, to, before.time, before.seq, ...filter, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    spikes: page.reverse().map(({ json }) => JSON.parse(json) as Spike),
    ...(rows.length > limit && last && { next: `${last.time}-${last.seq}` }),
  };
}

export function findSpike(db: Database, id: string): StoredSpike | undefined {
  type Stored = {
    seq: number;
    host: number;
    time: number;
    run: number | null;
    json: string;
    incident?: string | null;
  };
  // A store that no writer of this release has opened yet has no column of incidents.
  const found = 'SELECT spike.*, host.name FROM spike JOIN host ON host.id = host WHERE spike.id = ?';
  const row = db.get<Stored & { name: string }>(found, id);
  if (!row) return undefined;
  const neighbour = (order: '<' | '>'): string | undefined => {
    const direction = order === '<' ? 'DESC' : 'ASC';
    const sql = `SELECT id FROM spike WHERE host = ? AND (time, seq) ${order} (?, ?)
      ORDER BY time ${direction}, seq ${direction} LIMIT 1`;
    return db.get<{ id: string }>(sql, row.host, row.time, row.seq)?.id;
  };
  const trace = db.get<{ length: number }>('SELECT LENGTH(bytes) AS length FROM trace WHERE spike = ?', id);
  const previous = neighbour('<');
  const following = neighbour('>');
  return {
    // The host may have another name now.
    spike: { ...(JSON.parse(row.json) as Spike), host: row.name },
    ...(row.run !== null && { run: row.run }),
    ...(trace && { traceBytes: trace.length }),
    ...(previous !== undefined && { previous }),
    ...(following !== undefined && { following }),
    ...(typeof row.incident === 'string' && { incident: row.incident }),
  };
}

export function traceOf(db: Database, id: string): Trace | undefined {
  const row = db.get<{ bytes: Uint8Array }>('SELECT bytes FROM trace WHERE spike = ?', id);
  return row && (JSON.parse(inflateRawSync(row.bytes).toString()) as Trace);
}
