// Groups the incidents of the store by cause.
import {
  CAUSE_KEY_VERSION,
  type Cause,
  type CauseList,
  causeKey,
  causeParts,
  type Spike,
  type UnixMicros,
} from '@rtprobe/protocol';
import type { Database } from './database.ts';
import { hasIncidents } from './incidents.ts';

/** Spikes read at a time: the store may contain more than fit into memory. */
const REFRESH_PAGE = 256;

/** Computes the keys of all stored spikes again if an earlier version of causeKey made them. */
export function refreshCauses(db: Database): void {
  const version = db.get<{ value: string }>("SELECT value FROM setting WHERE name = 'cause key'")?.value;
  if (version === String(CAUSE_KEY_VERSION)) return;
  const sql = 'SELECT seq, json FROM spike WHERE seq > ? ORDER BY seq LIMIT ?';
  let page: { seq: number; json: string }[];
  for (let last = 0; ; last = page.at(-1)!.seq) {
    page = db.all<{ seq: number; json: string }>(sql, last, REFRESH_PAGE);
    for (const { seq, json } of page) {
      db.run('UPDATE spike SET cause = ? WHERE seq = ?', causeKey(JSON.parse(json)), seq);
    }
    if (page.length < REFRESH_PAGE) break;
  }
  db.run("INSERT OR REPLACE INTO setting VALUES ('cause key', ?)", String(CAUSE_KEY_VERSION));
}

export interface CauseQuery {
  from: UnixMicros;
  to: UnixMicros;
  limit: number;
  run?: number;
}

/** Lists causes, worst first. */
export function listCauses(db: Database, host: number, query: CauseQuery): Omit<CauseList, 'host'> {
  if (!hasIncidents(db)) return { causes: [], more: 0 };
  const where = 'host = ?1 AND time >= ?2 AND time < ?3 AND (?4 IS NULL OR run = ?4)';
  const sql = `SELECT cause, COUNT(*) AS count, MAX(value) AS value, MIN(time) AS first, MAX(time) AS last,
    GROUP_CONCAT(DISTINCT cpu) AS cpus FROM incident WHERE ${where} GROUP BY cause ORDER BY value DESC`;
  type Group = { cause: string; count: number; value: number; first: number; last: number; cpus: string };
  const rows = db.all<Group>(sql, host, query.from, query.to, query.run ?? null);
  const worst = `SELECT spike.json FROM spike JOIN (SELECT json FROM incident WHERE ${where} AND cause = ?5
    ORDER BY value DESC, time LIMIT 1) AS worst ON spike.id = worst.json ->> 'primary'`;
  const causes = rows.slice(0, query.limit).map((group): Cause => {
    const row = db.get<{ json: string }>(worst, host, query.from, query.to, query.run ?? null, group.cause)!;
    const spike = JSON.parse(row.json) as Spike;
    const { frames, victim } = causeParts(spike);
    return {
      ...{
        key: group.cause,
        measure: spike.measure,
        culprit: spike.culprit,
        frames,
        victim,
        count: group.count,
      },
      ...(spike.device && { device: spike.device }),
      ...{ worstNs: group.value, worst: spike.id, first: group.first, last: group.last },
      cpus: group.cpus
        .split(',')
        .map(Number)
        .sort((a, b) => a - b),
    };
  });
  return { causes, more: rows.length - causes.length };
}
