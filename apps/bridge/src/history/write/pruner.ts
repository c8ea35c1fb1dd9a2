// Keeps the store within its age and size limits. It removes the finest and oldest data first, and data near a spike
// later. Ages are relative to the host's own newest data, never to this machine's clock: either clock may be wrong.
import { statSync } from 'node:fs';
import type { UnixMicros } from '@rtprobe/protocol';
import { type Database, sliceTable } from '../store/database.ts';
import { COARSEST, KEEP_NEAR_SPIKES_US, NEAR_SPIKE_US, RAW, TIERS, type Tier } from '../store/tiers.ts';

export interface Bounds {
  /** Limit for the file and its WAL. */
  readonly maxBytes: number;
  /** Maximum age of all data. */
  readonly maxAgeUs: number;
}

/** Space for the WAL and for what is written between two checks; a third of a small store. */
const RESERVE_BYTES = 24 * 1024 * 1024;
const RESERVE_SHARE = 1 / 3;
/** Above the limit, the store is reduced to this share, so that the limit is not reached again immediately. */
const LOW_SHARE = 0.95;
/** Maximum share of spikes and their slices of the flight recorder. */
const SPIKE_SHARE = 0.3;
/** Slices and spikes removed per step, and steps per check: a check must not block the writer for long. */
const STEP_UNITS = 512;
const STEP_SPIKES = 256;
const STEPS_MAX = 64;
const AGE_EVERY_US = 60e6;
/**
 * If a host's clock jumps ahead further than this, it is believed only after this much data was stored behind the jump.
 */
const JUMP_US = 3600e6;
const SETTLED_US = 600e6;

/**
 * Data that remain in each tier when space is needed and no tier has anything older: the coarser tier is made from
 * them.
 */
const leastUs = (tier: Tier): number => (TIERS[tier.index + 1]?.widthUs ?? tier.widthUs) * 2;

const nearSpike = `EXISTS (SELECT 1 FROM spike WHERE spike.host = ?1
  AND spike.time BETWEEN unit * ${RAW.widthUs} - ${NEAR_SPIKE_US} AND (unit + 1) * ${RAW.widthUs} + ${NEAR_SPIKE_US})`;

/** The newest time that is believed, and the first one behind a jump that is not believed yet. */
interface Newest {
  at: UnixMicros;
  jump?: UnixMicros | undefined;
}

/** The newest times as JSON: a restart must not believe a jump. Missing in a store of an earlier release. */
const SETTING = 'newest times';

export class Pruner {
  /** Removed since the store was opened. */
  slices = 0;
  spikes = 0;
  bytes = 0;
  readonly #db: Database;
  readonly #bounds: Bounds;
  readonly #pageBytes: number;
  #agedAt = Number.NEGATIVE_INFINITY;
  /** By host. */
  readonly #newest: Map<number, Newest>;

  constructor(db: Database, bounds: Bounds) {
    this.#db = db;
    this.#bounds = bounds;
    this.#pageBytes = db.pragma('page_size');
    const stored = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', SETTING)?.value;
    this.#newest = new Map(stored === undefined ? [] : (JSON.parse(stored) as [number, Newest][]));
    this.#measure();
  }

  /** `now` may be of any clock; it only decides when ages are checked again. */
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

  get maxBytes(): number {
    return this.#bounds.maxBytes;
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

  /** Returns free pages beyond the limit to the file system, after the limit was lowered. */
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

  #storeNewest(): void {
    this.#db.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', SETTING, JSON.stringify([...this.#newest]));
  }

  #age(): void {
    this.#storeNewest();
    for (const [host, { at }] of this.#newest) this.#ageHost(host, at);
    this.#db.run('DELETE FROM trace WHERE spike NOT IN (SELECT id FROM spike)');
    this.#db.run('DELETE FROM worst WHERE run NOT IN (SELECT id FROM run)');
    while (this.#spikeBytes() > this.#bounds.maxBytes * SPIKE_SHARE) if (!this.#removeOldestSpikes()) break;
  }

  #ageHost(host: number, newest: UnixMicros): void {
    const { maxAgeUs } = this.#bounds;
    // Left by a clock that was ahead for a while. Nothing newer than the newest was removed.
    this.#db.run('UPDATE pruned SET before = ?1 WHERE host = ?2 AND before > ?1', newest, host);
    this.#removeFarRaw(host, newest - Math.min(RAW.keepUs, maxAgeUs));
    this.#remove(host, RAW, newest - Math.min(KEEP_NEAR_SPIKES_US, maxAgeUs), Number.POSITIVE_INFINITY);
    for (const tier of TIERS.slice(1)) {
      this.#remove(host, tier, newest - Math.min(tier.keepUs, maxAgeUs), Number.POSITIVE_INFINITY);
    }
    const before = newest - Math.min(COARSEST.keepUs, maxAgeUs);
    this.#removeSpikes('host = ? AND time < ?', host, before);
    this.#db.run('DELETE FROM gap WHERE host = ? AND end < ?', host, before);
    this.#db.run('DELETE FROM acknowledgement WHERE host = ? AND time < ?', host, before);
    this.#db.run('DELETE FROM annotation WHERE host = ? AND time < ?', host, before);
    const unnamed = 'name IS NULL AND baseline = 0';
    this.#db.run(`DELETE FROM run WHERE host = ? AND ended < ? AND ${unnamed}`, host, before);
  }

  /** Removes the least important data in one step. Returns false if there is nothing to remove. */
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

  /** Removes slices ahead of a host's newest data: its clock was set back. Used if nothing else can be removed. */
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

  /**
   * Removes raw slices before a time that are not near a spike. Starts where the last check ended, so that each is
   * checked once.
   */
  #removeFarRaw(host: number, before: UnixMicros): number {
    const from = this.#prunedBefore(host, RAW);
    if (before <= from) return 0;
    const sql = `DELETE FROM ${sliceTable(host, RAW)} WHERE unit >= ?2 AND unit < ?3 AND NOT ${nearSpike}`;
    const removed = this.#db.run(sql, host, Math.floor(from / RAW.widthUs), Math.floor(before / RAW.widthUs));
    this.#setPruned(host, RAW, before);
    this.slices += removed;
    return removed;
  }

  /** Removes the oldest slices before a time, at most `limit`. */
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
    // In order of arrival: times are of several clocks.
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
