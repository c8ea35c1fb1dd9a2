// Keeps the store within its age and its size: the finest and oldest goes first, what lies near a spike later. The age
// of a host's data is counted from the host's own newest, never from this machine's clock: either may be wrong.
import { statSync } from 'node:fs';
import type { UnixMicros } from '@rtprobe/protocol';
import { type Database, sliceTable } from '../store/database.ts';
import { COARSEST, KEEP_NEAR_SPIKES_US, NEAR_SPIKE_US, RAW, TIERS, type Tier } from '../store/tiers.ts';

export interface Bounds {
  /** Of the file and its log. */
  readonly maxBytes: number;
  /** Nothing is kept longer. */
  readonly maxAgeUs: number;
}

/** Room for the log and for what is written between two looks; of a small store a third. */
const RESERVE_BYTES = 24 * 1024 * 1024;
const RESERVE_SHARE = 1 / 3;
/** Once over the bound, so much of it is freed, so that it is not reached again at once. */
const LOW_SHARE = 0.95;
/** Spikes and their slices of the flight recorder take at most this share. */
const SPIKE_SHARE = 0.3;
/** Slices and spikes of one step, and steps of one look: a look must not keep the writer for long. */
const STEP_UNITS = 512;
const STEP_SPIKES = 256;
const STEPS_MAX = 64;
const AGE_EVERY_US = 60e6;
/** A host's clock that jumps ahead further than this is believed once so much was stored behind the jump. */
const JUMP_US = 3600e6;
const SETTLED_US = 600e6;

/** What is left of each tier when room is wanted and no tier has anything older: the coarser one is made of it. */
const leastUs = (tier: Tier): number => (TIERS[tier.index + 1]?.widthUs ?? tier.widthUs) * 2;

const nearSpike = `EXISTS (SELECT 1 FROM spike WHERE spike.host = ?1
  AND spike.time BETWEEN unit * ${RAW.widthUs} - ${NEAR_SPIKE_US} AND (unit + 1) * ${RAW.widthUs} + ${NEAR_SPIKE_US})`;

export class Pruner {
  /** Removed since the store was opened. */
  slices = 0;
  spikes = 0;
  bytes = 0;
  readonly #db: Database;
  readonly #bounds: Bounds;
  readonly #pageBytes: number;
  #agedAt = Number.NEGATIVE_INFINITY;
  /** By host: the newest time that is believed, and the first one behind a jump that is not believed yet. */
  readonly #newest = new Map<number, { at: UnixMicros; jump: UnixMicros | undefined }>();

  constructor(db: Database, bounds: Bounds) {
    this.#db = db;
    this.#bounds = bounds;
    this.#pageBytes = db.pragma('page_size');
    this.#measure();
  }

  /** `now`: of any clock; it says only when to look at ages again. */
  run(now: UnixMicros): void {
    this.#followHosts();
    if (Math.abs(now - this.#agedAt) >= AGE_EVERY_US) {
      this.#agedAt = now;
      this.#db.transaction(() => this.#age());
    }
    for (let step = 0; step < STEPS_MAX && this.#over(step > 0); step++) {
      if (!this.#db.transaction(() => this.#makeRoom())) break;
    }
    this.#shrink();
    this.#measure();
  }

  #measure(): void {
    const log = statSync(`${this.#db.path}-wal`, { throwIfNoEntry: false });
    this.bytes = this.#db.pragma('page_count') * this.#pageBytes + (log?.size ?? 0);
  }

  get #target(): number {
    const { maxBytes } = this.#bounds;
    return maxBytes - Math.min(RESERVE_BYTES, maxBytes * RESERVE_SHARE);
  }

  #over(pruning: boolean): boolean {
    const used = (this.#db.pragma('page_count') - this.#db.pragma('freelist_count')) * this.#pageBytes;
    return used > this.#target * (pruning ? LOW_SHARE : 1);
  }

  /** Gives pages back that are free beyond the bound: it was lowered. */
  #shrink(): void {
    const beyond = this.#db.pragma('page_count') - Math.floor(this.#target / this.#pageBytes);
    if (beyond > 0) this.#db.all(`PRAGMA incremental_vacuum(${beyond})`);
  }

  #followHosts(): void {
    type Stored = { id: number; stored_to: number };
    for (const { id, stored_to: to } of this.#db.all<Stored>('SELECT id, stored_to FROM host')) {
      const host = this.#newest.get(id);
      if (!host || host.at === 0) this.#newest.set(id, { at: to, jump: undefined });
      else if (to <= host.at + JUMP_US) Object.assign(host, { at: to, jump: undefined });
      else if (host.jump === undefined || to < host.jump) host.jump = to;
      else if (to - host.jump >= SETTLED_US) Object.assign(host, { at: to, jump: undefined });
    }
  }

  #age(): void {
    for (const [host, { at }] of this.#newest) this.#ageHost(host, at);
    this.#db.run('DELETE FROM trace WHERE spike NOT IN (SELECT id FROM spike)');
    this.#db.run('DELETE FROM worst WHERE run NOT IN (SELECT id FROM run)');
    while (this.#spikeBytes() > this.#bounds.maxBytes * SPIKE_SHARE) if (!this.#removeOldestSpikes()) break;
  }

  #ageHost(host: number, newest: UnixMicros): void {
    const { maxAgeUs } = this.#bounds;
    // Left by a clock that was ahead for a while: nothing younger than the newest was removed.
    this.#db.run('UPDATE pruned SET before = ?1 WHERE host = ?2 AND before > ?1', newest, host);
    this.#removeFarRaw(host, newest - Math.min(RAW.keepUs, maxAgeUs));
    this.#remove(host, RAW, newest - Math.min(KEEP_NEAR_SPIKES_US, maxAgeUs), Number.POSITIVE_INFINITY);
    for (const tier of TIERS.slice(1)) {
      this.#remove(host, tier, newest - Math.min(tier.keepUs, maxAgeUs), Number.POSITIVE_INFINITY);
    }
    const before = newest - Math.min(COARSEST.keepUs, maxAgeUs);
    this.#removeSpikes('host = ? AND time < ?', host, before);
    this.#db.run('DELETE FROM gap WHERE host = ? AND end < ?', host, before);
    this.#db.run('DELETE FROM annotation WHERE host = ? AND time < ?', host, before);
    const unnamed = 'name IS NULL AND baseline = 0';
    this.#db.run(`DELETE FROM run WHERE host = ? AND ended < ? AND ${unnamed}`, host, before);
  }

  /** Removes one step of the least wanted; false when there is nothing to remove. */
  #makeRoom(): boolean {
    for (const least of [(tier: Tier) => tier.floorUs, leastUs]) {
      for (const [host, { at }] of this.#newest)
        if (this.#removeFarRaw(host, at - least(RAW)) > 0) return true;
      for (const tier of TIERS) {
        for (const [host, { at }] of this.#newest)
          if (this.#remove(host, tier, at - least(tier), STEP_UNITS) > 0) return true;
      }
    }
    return this.#removeAhead() || this.#removeOldestSpikes();
  }

  /** Slices that lie ahead of a host's newest: its clock was set back. Removed when there is nothing else to give. */
  #removeAhead(): boolean {
    for (const tier of TIERS) {
      for (const [host, { at }] of this.#newest) {
        const table = sliceTable(host, tier);
        const sql = `DELETE FROM ${table} WHERE unit IN (SELECT unit FROM ${table} WHERE unit > ? ORDER BY unit LIMIT ?)`;
        const removed = this.#db.run(sql, Math.ceil((at + JUMP_US) / tier.widthUs), STEP_UNITS);
        this.slices += removed;
        if (removed > 0) return true;
      }
    }
    return false;
  }

  /** Raw slices before a time that are not near a spike; from where the last look ended, so each is looked at once. */
  #removeFarRaw(host: number, before: UnixMicros): number {
    const from = this.#prunedBefore(host, RAW);
    if (before <= from) return 0;
    const sql = `DELETE FROM ${sliceTable(host, RAW)} WHERE unit >= ?2 AND unit < ?3 AND NOT ${nearSpike}`;
    const removed = this.#db.run(sql, host, Math.floor(from / RAW.widthUs), Math.floor(before / RAW.widthUs));
    this.#setPruned(host, RAW, before);
    this.slices += removed;
    return removed;
  }

  /** The oldest slices before a time, at most `limit`. */
  #remove(host: number, tier: Tier, before: UnixMicros, limit: number): number {
    const table = sliceTable(host, tier);
    const first = this.#db.get<{ unit: number | null }>(`SELECT MIN(unit) AS unit FROM ${table}`)!.unit;
    const cut = Math.floor(before / tier.widthUs);
    if (first === null || first >= cut) return 0;
    const end = Number.isFinite(limit) ? this.#endOfStep(table, first, cut, limit) : cut;
    const removed = this.#db.run(`DELETE FROM ${table} WHERE unit < ?`, end);
    this.#setPruned(host, tier, end * tier.widthUs);
    this.slices += removed;
    return removed;
  }

  #endOfStep(table: string, first: number, cut: number, limit: number): number {
    const sql = `SELECT unit FROM ${table} WHERE unit >= ? ORDER BY unit LIMIT 1 OFFSET ?`;
    const next = this.#db.get<{ unit: number }>(sql, first, limit)?.unit;
    return Math.min(next ?? cut, cut);
  }

  #prunedBefore(host: number, tier: Tier): number {
    const sql = 'SELECT before FROM pruned WHERE host = ? AND tier = ?';
    return this.#db.get<{ before: number }>(sql, host, tier.index)?.before ?? 0;
  }

  #setPruned(host: number, tier: Tier, before: UnixMicros): void {
    const sql = `INSERT INTO pruned VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET before = MAX(before, excluded.before)`;
    this.#db.run(sql, host, tier.index, Math.floor(before));
  }

  #spikeBytes(): number {
    return this.#db.get<{ bytes: number | null }>('SELECT SUM(bytes) AS bytes FROM spike')!.bytes ?? 0;
  }

  #removeOldestSpikes(): boolean {
    // In the order they came: times are of many clocks.
    return this.#removeSpikes('seq IN (SELECT seq FROM spike ORDER BY seq LIMIT ?)', STEP_SPIKES) > 0;
  }

  #removeSpikes(where: string, ...values: number[]): number {
    this.#db.run(`DELETE FROM trace WHERE spike IN (SELECT id FROM spike WHERE ${where})`, ...values);
    const emptied = `id IN (SELECT incident FROM spike WHERE ${where})
      AND NOT EXISTS (SELECT 1 FROM spike WHERE spike.incident = incident.id AND NOT (${where}))`;
    this.#db.run(`DELETE FROM incident WHERE ${emptied}`, ...values, ...values);
    const removed = this.#db.run(`DELETE FROM spike WHERE ${where}`, ...values);
    this.spikes += removed;
    return removed;
  }
}
