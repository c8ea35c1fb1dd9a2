// What the bridge keeps on disk: a thread that writes, a thread that reads, and what passes between.
import type { HistoryStats } from '@rtprobe/protocol';
import type { Log } from '../base/log.ts';
import { HistoryFeed } from './feed.ts';
import type {
  Committed,
  HostMessage,
  Read,
  ReadAnswers,
  ReadRequest,
  Write,
  WriteAnswers,
  WriteRequest,
} from './threads/messages.ts';
import { Thread } from './threads/thread.ts';
import type { Bounds } from './write/pruner.ts';

export interface HistoryOptions extends Bounds {
  readonly dir: string;
}

/** Reads a store, whether a bridge writes in it or not. */
export class HistoryReader {
  readonly #reader: Thread;

  private constructor(reader: Thread) {
    this.#reader = reader;
  }

  /** Rejects with E_DATA_OPEN when there is none. */
  static async open(dir: string): Promise<HistoryReader> {
    return new HistoryReader(await Thread.start('../read/reader-thread.ts', { dir }));
  }

  read<K extends ReadRequest['ask']>(request: Read<K>): Promise<ReadAnswers[K]> {
    return this.#reader.request(request) as Promise<ReadAnswers[K]>;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

export class History {
  readonly dir: string;
  /** Sends what hosts report to the writer. */
  readonly feed: HistoryFeed;
  readonly #writer: Thread;
  readonly #reader: HistoryReader;
  readonly #maxBytes: number;
  #lastCommit: Committed | undefined;
  #error: string | undefined;

  private constructor(options: HistoryOptions, writer: Thread, reader: HistoryReader, log: Log) {
    this.dir = options.dir;
    this.#maxBytes = options.maxBytes;
    this.#writer = writer;
    this.#reader = reader;
    const post = (message: HostMessage, transfer: ArrayBuffer[]) =>
      writer.post({ type: 'message', message }, transfer);
    this.feed = new HistoryFeed(post);
    writer.committed = (commit) => this.#committed(commit, log);
    writer.died = (error) => {
      this.#error = error.message;
      log.error({ dir: this.dir }, error.message);
    };
  }

  /** Opens the store and makes it when there is none. Rejects with a BridgeError when the folder cannot be used. */
  static async open(options: HistoryOptions, log: Log): Promise<History> {
    const { dir, ...bounds } = options;
    const writer = await Thread.start('../write/writer-thread.ts', { dir, bounds });
    try {
      const reader = await HistoryReader.open(dir);
      return new History(options, writer, reader, log);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  #committed(commit: Committed, log: Log): void {
    if (commit.error !== undefined && commit.error !== this.#lastCommit?.error) {
      log.error(
        { dir: this.dir, lost: JSON.stringify(commit.dropped) },
        `the history cannot be written on: ${commit.error}`,
      );
    }
    this.#lastCommit = commit;
    this.feed.processed(commit.processed);
  }

  stats(host: string): HistoryStats {
    const commit = this.#lastCommit;
    const error = this.#error ?? commit?.error;
    return {
      ...{ bytes: commit?.bytes ?? 0, maxBytes: this.#maxBytes, storedTo: commit?.storedTo[host] ?? 0 },
      dropped: this.feed.dropped(host) + (commit?.dropped[host] ?? 0),
      leftOut: commit?.leftOut[host] ?? 0,
      ...{ pruned: commit?.pruned ?? 0, prunedSpikes: commit?.prunedSpikes ?? 0 },
      ...(error !== undefined && { error }),
    };
  }

  read<K extends ReadRequest['ask']>(request: Read<K>): Promise<ReadAnswers[K]> {
    return this.#reader.read(request);
  }

  /** Resolves when it is committed. */
  write<K extends WriteRequest['ask']>(request: Write<K>): Promise<WriteAnswers[K]> {
    return this.#writer.request(request) as Promise<WriteAnswers[K]>;
  }

  /** Removes at once whatever is beyond the bounds. */
  async prune(): Promise<HistoryStats> {
    for (let before = -1; ; ) {
      await this.write({ ask: 'flush' });
      const stats = this.stats('');
      if (stats.pruned + stats.prunedSpikes === before) return stats;
      before = stats.pruned + stats.prunedSpikes;
    }
  }

  /** Writes what is under way. */
  async close(): Promise<void> {
    await this.#reader.close();
    await this.#writer.close();
  }
}
