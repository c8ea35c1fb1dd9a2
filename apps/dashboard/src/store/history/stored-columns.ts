// History that this tab has not seen itself: columns the bridge keeps on disk, fetched in blocks as they come into
// view, a bounded number of them held.
import { readHistory } from '@rtprobe/protocol';
import { Signal } from '../base/signal.ts';
import type { Query, Remote } from '../remote/remote.ts';
import { BLOCK_COLUMNS, Block, BlockColumns } from './column-block.ts';
import type { Columns } from './columns.ts';

const BLOCKS_MAX = 64;
const REQUESTS_MAX = 2;
/** A block that reaches into the present is asked for again after this. */
const RENEW_MS = 5000;
/** After a failure nothing is asked for so long. */
const RETRY_MS = 10_000;

export class StoredColumns {
  /** Something arrived. */
  readonly arrived = new Signal();
  /** Why the last request failed; undefined after one that did not. */
  error: string | undefined;
  readonly #remote: Remote;
  readonly #now: () => number;
  readonly #blocks = new Map<string, Block>();
  /** From where on a selection is whole at a width, by both. */
  readonly #completeFrom = new Map<string, number>();
  readonly #oldest = new Map<string, number>();
  #requests = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(remote: Remote, now: () => number = () => performance.now()) {
    this.#remote = remote;
    this.#now = now;
  }

  /** False after an answer that failed, until one does not. */
  get available(): boolean {
    return this.error === undefined;
  }

  /** Begin of what is stored of a host; undefined until something came, 0 where nothing is. */
  oldest(host: string): number | undefined {
    return this.#oldest.get(host);
  }

  /** From where on what was asked for is whole at that width; undefined until something came. */
  completeFrom(selection: Query, widthUs: number): number | undefined {
    return this.#completeFrom.get(keyOf(selection, widthUs));
  }

  /**
   * Columns from `from` to `to`, both included, as far as they are here. What is missing is fetched; what is later
   * than `until`, µs, is not missed: somebody else has it.
   */
  columns(selection: Query, widthUs: number, from: number, to: number, until: number): Columns {
    const blocks = new Map<number, Block>();
    const key = keyOf(selection, widthUs);
    // Before the first data the window reaches back beyond 1970.
    for (
      let index = Math.max(0, Math.floor(from / BLOCK_COLUMNS));
      index <= Math.floor(to / BLOCK_COLUMNS);
      index++
    ) {
      blocks.set(index, this.#block(key, selection, widthUs, index, until));
    }
    return new BlockColumns(widthUs, blocks, from, to);
  }

  #block(key: string, selection: Query, widthUs: number, index: number, until: number): Block {
    const name = `${key} ${index}`;
    let block = this.#blocks.get(name);
    if (block === undefined) {
      this.#forgetOldest();
      block = new Block(index * BLOCK_COLUMNS);
      this.#blocks.set(name, block);
    }
    const now = this.#now();
    block.usedAt = now;
    const { header } = block;
    const end = Math.min((block.first + BLOCK_COLUMNS) * widthUs, until);
    const whole = header !== undefined && header.newest >= end;
    if (!whole && !block.waiting && now - block.askedAt >= Math.max(RENEW_MS, widthUs / 1000)) {
      void this.#fetch(key, selection, widthUs, block);
    }
    return block;
  }

  async #fetch(key: string, selection: Query, widthUs: number, block: Block): Promise<void> {
    const now = this.#now();
    if (this.#requests >= REQUESTS_MAX || now - this.#failedAt < RETRY_MS) return;
    this.#requests++;
    block.waiting = true;
    block.askedAt = now;
    const from = block.first * widthUs;
    try {
      const query = {
        ...selection,
        from,
        to: from + BLOCK_COLUMNS * widthUs,
        width: widthUs,
        format: 'binary',
      };
      const header = readHistory(await this.#remote.bytes('/history', query), block);
      this.#completeFrom.set(key, header.completeFrom);
      this.#oldest.set(String(selection.host), header.oldest);
      this.error = undefined;
    } catch (error) {
      this.#failedAt = this.#now();
      this.error = error instanceof Error ? error.message : String(error);
    }
    block.waiting = false;
    this.#requests--;
    this.arrived.emit();
  }

  #forgetOldest(): void {
    if (this.#blocks.size < BLOCKS_MAX) return;
    let oldest: [string, Block] | undefined;
    for (const entry of this.#blocks) {
      if (!entry[1].waiting && (oldest === undefined || entry[1].usedAt < oldest[1].usedAt)) oldest = entry;
    }
    if (oldest !== undefined) this.#blocks.delete(oldest[0]);
  }
}

function keyOf(selection: Query, widthUs: number): string {
  const words = Object.entries(selection).filter(([, value]) => value !== undefined);
  return JSON.stringify([widthUs, words]);
}
