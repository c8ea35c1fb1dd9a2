import type { UnixMicros } from '@rtprobe/protocol';
import type { Database } from '../store/database.ts';
import type { RunStart } from '../store/runs.ts';
import type { NamedValues } from './open-second.ts';

/** The run that is being written. */
export class OpenRun {
  readonly id: number;
  readonly instance: string;
  readonly #db: Database;
  readonly #worst = new Map<string, number>();

  constructor(db: Database, host: number, start: RunStart) {
    const sql = `INSERT INTO run (host, instance, epoch, kernel, preempt_rt, module, started, ended, boot)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host, instance, epoch) DO UPDATE SET
      started = MIN(started, excluded.started), kernel = excluded.kernel, module = excluded.module,
      boot = COALESCE(excluded.boot, boot) RETURNING id`;
    const { instance, epoch, kernel, preemptRt, moduleVersion, startedAt: started, boot = null } = start;
    const values = [instance, epoch, kernel, preemptRt ? 1 : 0, moduleVersion, started, started] as const;
    this.id = db.get<{ id: number }>(sql, host, ...values, boot)!.id;
    this.instance = instance;
    this.#db = db;
    const known = 'SELECT measure, value FROM worst WHERE run = ?';
    for (const row of db.all<{ measure: string; value: number }>(known, this.id)) {
      this.#worst.set(row.measure, row.value);
    }
  }

  /** `time` is missing for totals: they do not contain it. */
  add(values: readonly NamedValues[], time?: UnixMicros): void {
    for (const {
      row,
      values: { count, max },
    } of values) {
      const { measure, number, name, label } = row.source;
      if (count === 0 || max <= (this.#worst.get(measure) ?? 0)) continue;
      this.#worst.set(measure, max);
      const sql = 'INSERT OR REPLACE INTO worst VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
      this.#db.run(sql, this.id, measure, max, row.cpu, number, name, label, time ?? null);
    }
  }

  reach(time: UnixMicros): void {
    this.#db.run('UPDATE run SET ended = MAX(ended, ?) WHERE id = ?', time, this.id);
  }
}
