// A block of stored columns, as the bridge sends it, and a sequence of blocks as charts read them.
import { levelOf, ROWS } from '@rtprobe/metrics';
import type { HistoryColumn, HistoryHeader, HistorySink } from '@rtprobe/protocol';
import type { Columns } from './columns.ts';

/** Columns of a block; at 264 bytes each a block has 140 KB. */
export const BLOCK_COLUMNS = 512;

export class Block implements HistorySink {
  readonly first: number;
  readonly levels = new Uint8Array(BLOCK_COLUMNS * ROWS);
  readonly count = new Float64Array(BLOCK_COLUMNS);
  readonly max = new Float64Array(BLOCK_COLUMNS);
  readonly covered = new Uint8Array(BLOCK_COLUMNS);
  header: HistoryHeader | undefined;
  askedAt = Number.NEGATIVE_INFINITY;
  usedAt = 0;
  waiting = false;
  readonly #counts = new Float64Array(ROWS);

  constructor(first: number) {
    this.first = first;
  }

  begin(header: HistoryHeader): void {
    this.header = header;
    this.levels.fill(0);
    this.count.fill(0);
    this.max.fill(0);
    this.covered.fill(0);
  }

  column(column: HistoryColumn): void {
    const slot = column.column - this.first;
    if (slot < 0 || slot >= BLOCK_COLUMNS) return;
    this.covered[slot] = 1;
    this.count[slot] = column.count;
    this.max[slot] = column.max;
    const counts = this.#counts.fill(0);
    for (let i = 0; i < column.buckets; i++) {
      const row = column.bucketIndex[i]! >> 1;
      if (row < ROWS) counts[row]! += column.bucketCount[i]!;
    }
    const offset = slot * ROWS;
    for (let row = 0; row < ROWS; row++) this.levels[offset + row] = levelOf(counts[row]!);
  }

  gap(): void {
    // Columns without observation are missing already; the live stream sends the reason.
  }
}

export class BlockColumns implements Columns {
  readonly widthUs: number;
  readonly first: number;
  readonly last: number;
  readonly #blocks: ReadonlyMap<number, Block>;

  constructor(widthUs: number, blocks: ReadonlyMap<number, Block>, from: number, to: number) {
    this.widthUs = widthUs;
    this.#blocks = blocks;
    const headers = [...blocks.values()].map((b) => b.header).filter((h) => h !== undefined && h.newest > 0);
    const oldest = Math.min(...headers.map((h) => h!.oldest));
    const newest = Math.max(...headers.map((h) => h!.newest));
    this.first = headers.length === 0 ? to + 1 : Math.max(from, Math.floor(oldest / widthUs));
    this.last = headers.length === 0 ? to : Math.min(to, Math.floor((newest - 1) / widthUs));
  }

  #slot(column: number): { block: Block; slot: number } | undefined {
    const block = this.#blocks.get(Math.floor(column / BLOCK_COLUMNS));
    return block === undefined ? undefined : { block, slot: column - block.first };
  }

  covered(column: number): boolean {
    const at = this.#slot(column);
    return at !== undefined && at.block.covered[at.slot] === 1;
  }

  awaited(column: number): boolean {
    const at = this.#slot(column);
    return at !== undefined && at.block.header === undefined;
  }

  count(column: number): number {
    const at = this.#slot(column);
    return at === undefined ? 0 : at.block.count[at.slot]!;
  }

  max(column: number): number {
    const at = this.#slot(column);
    return at === undefined ? 0 : at.block.max[at.slot]!;
  }

  chunk(column: number): Uint8Array | undefined {
    return this.#slot(column)?.block.levels;
  }

  offset(column: number): number {
    return (this.#slot(column)?.slot ?? 0) * ROWS;
  }
}
