// What the bridge stores on disk: a writer thread, a reader thread, and the messages between them.
import type { HistoryStats } from '@rtprobe/protocol';
import type { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { HistoryFeed } from './feed.ts';
import { KeptThread } from './threads/kept-thread.ts';
import type {
  Committed,
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

/** Reads a store, whether or not a bridge writes to it. */
export class HistoryReader {
  readonly #reader: KeptThread;

  private constructor(reader: KeptThread) {
    this.#reader = reader;
  }

  /**
   * Rejects with E_DATA_OPEN if there is no store. `died` is called whenever the reader thread dies; it is restarted.
   */
  static async open(dir: string, died: (error: BridgeError) => void = () => {}): Promise<HistoryReader> {
    const start = () => Thread.start('../read/reader-thread.ts', { dir }, 'E_DATA_READ');
    return new HistoryReader(await KeptThread.open(start, { started: () => {}, died }));
  }

  /** Why nothing can be read at present. */
  get error(): string | undefined {
    return this.#reader.fault?.message;
  }

  read<K extends ReadRequest['ask']>(request: Read<K>): Promise<ReadAnswers[K]> {
    return this.#reader.request(request) as Promise<ReadAnswers[K]>;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

const WRITER_DIED = 'the writer of the history died';

export class History {
  readonly dir: string;
  /** Sends what hosts report to the writer. */
  readonly feed: HistoryFeed;
  readonly #writer: KeptThread;
  readonly #reader: HistoryReader;
  readonly #maxBytes: number;
  readonly #log: Log;
  #lastCommit: Committed | undefined;
  /** Slices and spikes that earlier writer threads removed. */
  readonly #prunedBefore = { slices: 0, spikes: 0 };

  private constructor(
    options: HistoryOptions,
    feed: HistoryFeed,
    writer: KeptThread,
    reader: HistoryReader,
    log: Log,
  ) {
    this.dir = options.dir;
    this.feed = feed;
    this.#maxBytes = options.maxBytes;
    this.#writer = writer;
    this.#reader = reader;
    this.#log = log;
  }

  /** Opens the store and creates it if missing. Rejects with a BridgeError if the folder cannot be used. */
  static async open(options: HistoryOptions, log: Log): Promise<History> {
    const { dir, ...bounds } = options;
    let history: History | undefined;
    const feed = new HistoryFeed((message, transfer) => writer.post({ type: 'message', message }, transfer));
    const start = () => Thread.start('../write/writer-thread.ts', { dir, bounds }, 'E_DATA_WRITE');
    const writer: KeptThread = await KeptThread.open(start, {
      started: (thread) => {
        thread.committed = (commit) => {
          if (history) history.#committed(commit);
        };
        // Nothing was sent before the first writer.
        if (history) feed.resend(WRITER_DIED);
      },
      died: (error) => {
        if (history) history.#writerDied(error);
      },
    });
    try {
      const died = (error: BridgeError) => log.error({ dir }, error.message);
      history = new History(options, feed, writer, await HistoryReader.open(dir, died), log);
      return history;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  #committed(commit: Committed): void {
    if (commit.error !== undefined && commit.error !== this.#lastCommit?.error) {
      const lost = JSON.stringify(commit.dropped);
      this.#log.error({ dir: this.dir, lost }, `the history cannot be written: ${commit.error}`);
    }
    this.#lastCommit = commit;
    this.feed.processed(commit.processed);
  }

  /** What the writer had not committed is dropped, together with its counters. */
  #writerDied(error: BridgeError): void {
    this.#log.error({ dir: this.dir }, error.message);
    const last = this.#lastCommit;
    this.feed.writerDied(last?.dropped ?? {});
    this.#prunedBefore.slices += last?.pruned ?? 0;
    this.#prunedBefore.spikes += last?.prunedSpikes ?? 0;
    if (last) this.#lastCommit = { ...last, dropped: {}, pruned: 0, prunedSpikes: 0 };
  }

  stats(host: string): HistoryStats {
    const commit = this.#lastCommit;
    const error = this.#writer.fault?.message ?? commit?.error ?? this.#reader.error;
    return {
      ...{ bytes: commit?.bytes ?? 0, maxBytes: this.#maxBytes, storedTo: commit?.storedTo[host] ?? 0 },
      dropped: this.feed.dropped(host) + (commit?.dropped[host] ?? 0),
      leftOut: commit?.leftOut[host] ?? 0,
      pruned: this.#prunedBefore.slices + (commit?.pruned ?? 0),
      prunedSpikes: this.#prunedBefore.spikes + (commit?.prunedSpikes ?? 0),
      ...(error !== undefined && { error }),
    };
  }

  read<K extends ReadRequest['ask']>(request: Read<K>): Promise<ReadAnswers[K]> {
    return this.#reader.read(request);
  }

  /** Resolves once the request is committed. */
  write<K extends WriteRequest['ask']>(request: Write<K>): Promise<WriteAnswers[K]> {
    return this.#writer.request(request) as Promise<WriteAnswers[K]>;
  }

  /** Removes everything beyond the limits at once. */
  async prune(): Promise<HistoryStats> {
    for (let before = -1; ; ) {
      await this.write({ ask: 'flush' });
      const stats = this.stats('');
      if (stats.pruned + stats.prunedSpikes === before) return stats;
      before = stats.pruned + stats.prunedSpikes;
    }
  }

  /** Writes pending messages. */
  async close(): Promise<void> {
    await this.#reader.close();
    await this.#writer.close();
  }
}
