// Slices of one host in the store: written second by second, then rolled up into the coarser tiers.
import type { Database } from './database.ts';
import { sliceTable } from './database.ts';
import { packFrames, type RawFrame, unpackFrames } from './raw-second.ts';
import { mergeSlices } from './slice.ts';
import { RAW, SECONDS, TIERS, type Tier } from './tiers.ts';

/** Sums of a slice: by measure, by measure and CPU, by source and CPU. */
export interface Sections {
  spanUs: number;
  measures: Uint8Array;
  cpus: Uint8Array;
  rows: Uint8Array;
}

interface StoredSections {
  span: number;
  measures: Uint8Array;
  cpus: Uint8Array;
  rows: Uint8Array;
}

const fromStored = ({ span, ...sections }: StoredSections): Sections => ({ spanUs: span, ...sections });

function mergeSections(parts: readonly Sections[]): Sections {
  return {
    spanUs: parts.reduce((sum, part) => sum + part.spanUs, 0),
    measures: mergeSlices(parts.map((part) => part.measures)),
    cpus: mergeSlices(parts.map((part) => part.cpus)),
    rows: mergeSlices(parts.map((part) => part.rows)),
  };
}

export class SliceStore {
  readonly #db: Database;
  readonly #host: number;
  /** Newest marked unit in each tier, so that a second writes a mark only when it opens a unit. */
  readonly #marked: number[] = [];
  /** Unit of the second tier that was open at the last roll-up. */
  #rolledAt = -1;

  constructor(db: Database, host: number) {
    this.#db = db;
    this.#host = host;
  }

  /** Forgets the marks: their transaction may have been rolled back. */
  forget(): void {
    this.#marked.length = 0;
    this.#rolledAt = -1;
  }

  /** Writes a second; adds to it if it exists. */
  writeSecond(unit: number, frames: readonly RawFrame[], sections: Sections): void {
    const existing = this.#read(RAW, unit, unit)[0];
    const all = existing ? [...unpackFrames(unit, existing.rows), ...frames] : frames;
    this.#write(RAW, unit, {
      spanUs: sections.spanUs + (existing?.spanUs ?? 0),
      rows: packFrames(unit, all),
    });
    this.#addSecond(unit, sections);
  }

  /** Marks a second inside a longer span as covered. The slice at the span's end contains the values. */
  coverSecond(unit: number, empty: Sections): void {
    if (this.#read(SECONDS, unit, unit).length === 0) this.#addSecond(unit, empty);
  }

  #addSecond(unit: number, sections: Sections): void {
    const existing = this.#read(SECONDS, unit, unit);
    this.#write(SECONDS, unit, mergeSections([...existing, sections]));
    for (const tier of TIERS.slice(SECONDS.index + 1)) {
      const coarse = Math.floor((unit * SECONDS.widthUs) / tier.widthUs);
      if (this.#marked[tier.index] === coarse) continue;
      this.#marked[tier.index] = coarse;
      this.#db.run('INSERT OR IGNORE INTO stale VALUES (?, ?, ?)', this.#host, tier.index, coarse);
    }
  }

  /** Makes every coarse slice that ended before the second `unit`. */
  rollUp(unit: number): void {
    const time = unit * SECONDS.widthUs;
    const open = Math.floor(time / TIERS[SECONDS.index + 1]!.widthUs);
    if (open === this.#rolledAt) return;
    this.#rolledAt = open;
    for (const tier of TIERS.slice(SECONDS.index + 1)) {
      const before = Math.floor(time / tier.widthUs);
      const sql = 'SELECT unit FROM stale WHERE host = ? AND tier = ? AND unit < ?';
      for (const row of this.#db.all<{ unit: number }>(sql, this.#host, tier.index, before)) {
        this.#make(tier, row.unit);
        if (this.#marked[tier.index] === row.unit) delete this.#marked[tier.index];
      }
    }
  }

  #make(tier: Tier, unit: number): void {
    const finer = TIERS[tier.index - 1]!;
    const ratio = tier.widthUs / finer.widthUs;
    const parts = this.#read(finer, unit * ratio, unit * ratio + ratio - 1);
    // Late data (from a clock that was set back) are added to a coarse slice whose finer slices were removed.
    if (this.#prunedBefore(finer) > unit * tier.widthUs) parts.push(...this.#read(tier, unit, unit));
    if (parts.length > 0) this.#write(tier, unit, mergeSections(parts));
    this.#db.run('DELETE FROM stale WHERE host = ? AND tier = ? AND unit = ?', this.#host, tier.index, unit);
  }

  #prunedBefore(tier: Tier): number {
    const sql = 'SELECT before FROM pruned WHERE host = ? AND tier = ?';
    return this.#db.get<{ before: number }>(sql, this.#host, tier.index)?.before ?? 0;
  }

  #read(tier: Tier, from: number, to: number): Sections[] {
    const table = sliceTable(this.#host, tier);
    const sql = `SELECT span, measures, cpus, rows FROM ${table} WHERE unit BETWEEN ? AND ? ORDER BY unit`;
    return this.#db.all<StoredSections>(sql, from, to).map(fromStored);
  }

  #write(
    tier: Tier,
    unit: number,
    { spanUs, rows, ...sums }: Pick<Sections, 'spanUs' | 'rows'> & Partial<Sections>,
  ) {
    const sql = `INSERT OR REPLACE INTO ${sliceTable(this.#host, tier)} VALUES (?, ?, ?, ?, ?)`;
    this.#db.run(sql, unit, spanUs, sums.measures ?? null, sums.cpus ?? null, rows);
  }
}
