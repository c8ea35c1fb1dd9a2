// Runs in the store. A run is one load of the module, or the time since its histograms were cleared.
import type { Measure, RunInfo, UnixMicros } from '@rtprobe/protocol';
import type { Database } from './database.ts';

/** What the bridge knows about a run when it starts to follow it. */
export interface RunStart {
  /** Load of the module, hexadecimal. */
  instance: string;
  epoch: number;
  kernel: string;
  preemptRt: boolean;
  moduleVersion: string;
  startedAt: UnixMicros;
  boot?: string;
}

interface StoredRun {
  id: number;
  host: string;
  instance: string;
  /** Undefined in a store that this release has not opened for writing yet. */
  boot?: string | null;
  epoch: number;
  name: string | null;
  baseline: number;
  kernel: string;
  preempt_rt: number;
  module: string;
  started: number;
  ended: number;
  spikes: number;
}

/** Lists runs, newest first. Only the bridge knows which of them still receives data. */
export function listRuns(db: Database, host: string | undefined, limit: number): RunInfo[] {
  const sql = `SELECT run.*, host.name AS host, (SELECT COUNT(*) FROM spike WHERE spike.run = run.id) AS spikes
    FROM run JOIN host ON host.id = run.host WHERE ?1 IS NULL OR host.name = ?1 ORDER BY ended DESC, run.id DESC LIMIT ?2`;
  return db.all<StoredRun & { host: string }>(sql, host ?? null, limit).map((run) => ({
    ...{ id: run.id, host: run.host, instance: run.instance, epoch: run.epoch },
    ...(typeof run.boot === 'string' && { boot: run.boot }),
    ...(run.name !== null && { name: run.name }),
    baseline: run.baseline === 1,
    ...{ kernel: run.kernel, preemptRt: run.preempt_rt === 1, moduleVersion: run.module },
    ...{ startedAt: run.started, endedAt: run.ended, live: false, spikes: run.spikes },
    worst: worstOf(db, run.id),
  }));
}

function worstOf(db: Database, run: number): RunInfo['worst'] {
  const sql = 'SELECT * FROM worst WHERE run = ? ORDER BY value DESC';
  type StoredWorst = {
    measure: Measure;
    value: number;
    cpu: number;
    number: number;
    name: string;
    label: string;
  };
  return db
    .all<StoredWorst & { time: number | null }>(sql, run)
    .map(({ measure, value, time, ...where }) => ({
      ...{
        measure,
        valueNs: value,
        cpu: where.cpu,
        number: where.number,
        name: where.name,
        label: where.label,
      },
      ...(time !== null && { time }),
    }));
}

/** Names a run, or marks it as the baseline. Returns false if there is no run of that number. */
export function changeRun(db: Database, id: number, change: { name?: string; baseline?: boolean }): boolean {
  const run = db.get<{ host: number }>('SELECT host FROM run WHERE id = ?', id);
  if (!run) return false;
  const { name, baseline } = change;
  if (name !== undefined) db.run('UPDATE run SET name = ? WHERE id = ?', name === '' ? null : name, id);
  if (baseline === true) db.run('UPDATE run SET baseline = (id = ?) WHERE host = ?', id, run.host);
  if (baseline === false) db.run('UPDATE run SET baseline = 0 WHERE id = ?', id);
  return true;
}
