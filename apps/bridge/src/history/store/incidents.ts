// Incidents in the store: as their JSON. Spikes are grouped here by the same rule as in memory, from what is stored, so a
// store of an earlier release is grouped when it is opened.
import {
  CAUSE_KEY_VERSION,
  causeKey,
  type Incident,
  type IncidentPage,
  type Spike,
  type StoredIncident,
  type UnixMicros,
} from '@rtprobe/protocol';
import { inOrder, REACH_NS, windowOf } from '../../incidents/group.ts';
import { incidentsAround } from '../../incidents/incident-list.ts';
import type { Database } from './database.ts';

/** Incremented when the rule changes; stores then group their spikes again. */
const RULE_VERSION = 1;
/** Spikes that are grouped at a time. */
const STEP = 256;
const REACH_US = REACH_NS / 1000;

/** Groups all spikes again if an earlier version of the rule, or of what an incident says, grouped them. */
export function refreshIncidents(db: Database): void {
  const version = `${RULE_VERSION}/${CAUSE_KEY_VERSION}`;
  const stored = db.get<{ value: string }>("SELECT value FROM setting WHERE name = 'incident rule'")?.value;
  if (stored !== version) {
    db.run('DELETE FROM incident');
    db.run('UPDATE spike SET incident = NULL');
    db.run("INSERT OR REPLACE INTO setting VALUES ('incident rule', ?)", version);
  }
  const hosts = db.all<{ host: number }>('SELECT DISTINCT host FROM spike WHERE incident IS NULL');
  for (const { host } of hosts) groupSpikes(db, host);
}

/** Groups the spikes of a host that have no incident yet, with all that they may change. */
export function groupSpikes(db: Database, host: number): void {
  const sql = `SELECT id, time, json FROM spike WHERE incident IS NULL AND host = ? ORDER BY time, seq LIMIT ${STEP}`;
  for (;;) {
    const [first, ...others] = db.all<{ id: string; time: number; json: string }>(sql, host);
    if (!first) return;
    const load = first.id.slice(0, first.id.indexOf('-') + 1);
    groupOf(db, host, load, [first, ...others.filter(({ id }) => id.startsWith(load))]);
  }
}

/** `load`: how the ids of one load of the module begin. */
function groupOf(db: Database, host: number, load: string, fresh: { time: number; json: string }[]): void {
  const times = fresh.map(({ time }) => time);
  const ends = fresh.map(({ json }) => Number((JSON.parse(json) as Spike).monoNs));
  const sql = `SELECT json FROM spike WHERE host = ? AND time BETWEEN ? AND ? AND id GLOB ?`;
  const [from, to] = [Math.min(...times) - 2 * REACH_US, Math.max(...times) + 2 * REACH_US];
  const spikes = db
    .all<{ json: string }>(sql, host, from, to, `${load}*`)
    .map(({ json }) => JSON.parse(json) as Spike);
  const windows = spikes.map(windowOf).sort(inOrder);
  const byId = new Map(spikes.map((spike) => [spike.id, spike]));
  for (const incident of incidentsAround(windows, Math.min(...ends), Math.max(...ends))) {
    putIncident(db, host, incident, byId.get(incident.primary)!);
  }
}

function putIncident(db: Database, host: number, incident: Incident, primary: Spike): void {
  const { id, time, valueNs, symptoms } = incident;
  for (const spike of symptoms) {
    const before = db.get<{ incident: string | null }>(
      'SELECT incident FROM spike WHERE id = ?',
      spike,
    )?.incident;
    if (before === id) continue;
    db.run('UPDATE spike SET incident = ? WHERE id = ?', id, spike);
    const rest = 'SELECT 1 FROM spike WHERE spike.incident = incident.id';
    if (before) db.run(`DELETE FROM incident WHERE id = ? AND NOT EXISTS (${rest})`, before);
  }
  const sql = `INSERT OR REPLACE INTO incident (id, host, run, time, value, cpu, cause, json)
    VALUES (?1, ?2, (SELECT run FROM spike WHERE id = ?1), ?3, ?4, ?5, ?6, ?7)`;
  const json = JSON.stringify(incident);
  db.run(sql, id, host, time, valueNs, primary.cpu, causeKey(primary), json);
}

export interface IncidentQuery {
  from: UnixMicros;
  /** Not included. */
  to: UnixMicros;
  limit: number;
  /** `next` of the page before. */
  before?: { time: UnixMicros; id: string };
  run?: number;
  cause?: string;
}

/** The newest `limit` of the range, oldest first; `next` when there are older ones. */
export function pageOfIncidents(
  db: Database,
  host: number,
  query: IncidentQuery,
): Omit<IncidentPage, 'host'> {
  const { from, to, limit, run, cause } = query;
  const before = query.before ?? { time: to, id: '' };
  const sql = `SELECT id, time, json FROM incident WHERE host = ?1 AND time >= ?2 AND time < ?3
    AND (time, id) < (?4, ?5) AND (?6 IS NULL OR run = ?6) AND (?7 IS NULL OR cause = ?7)
    ORDER BY time DESC, id DESC LIMIT ?8`;
  type Stored = { id: string; time: number; json: string };
  const filter = [run ?? null, cause ?? null] as const;
  if (!hasIncidents(db)) return { incidents: [] };
  const rows = db.all<Stored>(sql, host, from, to, before.time, before.id, ...filter, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    incidents: page.reverse().map(({ json }) => JSON.parse(json) as Incident),
    ...(rows.length > limit && last && { next: `${last.time}-${last.id}` }),
  };
}

/** Returns false for a store that no writer of this release has opened yet. */
export const hasIncidents = (db: Database): boolean =>
  db.get("SELECT 1 FROM sqlite_schema WHERE name = 'incident'") !== undefined;

/** Finds the incident of a spike, by the id of either. */
export function findIncident(db: Database, id: string): StoredIncident | undefined {
  const sql = `SELECT incident.json, host.name FROM incident JOIN host ON host.id = incident.host
    WHERE incident.id = COALESCE((SELECT incident FROM spike WHERE id = ?1), ?1)`;
  const row = hasIncidents(db) ? db.get<{ json: string; name: string }>(sql, id) : undefined;
  if (!row) return undefined;
  const incident = { ...(JSON.parse(row.json) as Incident), host: row.name };
  const found = 'SELECT json FROM spike WHERE id = ?';
  const spikes = incident.symptoms.flatMap((spike) => {
    const stored = db.get<{ json: string }>(found, spike);
    return stored ? [{ ...(JSON.parse(stored.json) as Spike), host: row.name }] : [];
  });
  return { incident, spikes };
}
