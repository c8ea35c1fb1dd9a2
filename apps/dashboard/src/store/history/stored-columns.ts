// History from before this tab was opened: columns that the bridge stores, requested in blocks as they are shown, with
// a bounded cache.
import { readHistory } from '@rtprobe/protocol';
import { Signal } from '../base/signal.ts';
import type { Query, Remote } from '../remote/remote.ts';
import { BLOCK_COLUMNS, Block, BlockColumns } from './column-block.ts';
import type { Columns } from './columns.ts';

const BLOCKS_MAX = 64;
const REQUESTS_MAX = 2;
/** A block that reaches the present is requested again after this time. */
const RENEW_MS = 5000;
/** After a failure, no request is sent for this long. */
const RETRY_MS = 10_000;

export class StoredColumns {
  /** A block arrived. */
  readonly arrived = new Signal();
  /** Why the last request failed; undefined if it succeeded. */
  error: string | undefined;
  readonly #remote: Remote;
  readonly #now: () => number;
  readonly #blocks = new Map<string, Block>();
  /** Start of the complete data by selection and width, from this tab and the bridge. */
  readonly #completeFrom = new Map<string, number>();
  readonly #oldest = new Map<string, number>();
  #requests = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(remote: Remote, now: () => number = () => performance.now()) {
    this.#remote = remote;
    this.#now = now;
  }

  /** False after a failed request, until one succeeds. */
  get available(): boolean {
    return this.error === undefined;
  }

  /** Returns the start of the stored data of a host; undefined until a response arrived, 0 if there are none. */
  oldest(host: string): number | undefined {
    return this.#oldest.get(host);
  }

  /** Returns from when on a selection is complete at that width; undefined until a response arrived. */
  completeFrom(selection: Query, widthUs: number): number | undefined {
    return this.#completeFrom.get(keyOf(selection, widthUs));
  }

  /**
   * Returns the available columns from `from` to `to`, inclusive, and requests the missing ones. Columns after `until`,
   * in µs, are not requested: the caller has them.
   */
  columns(selection: Query, widthUs: number, from: number, to: number, until: number): Columns {
    const blocks = new Map<number, Block>();
    const key = keyOf(selection, widthUs);
    // Before the first data, the window reaches back beyond 1970.
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
