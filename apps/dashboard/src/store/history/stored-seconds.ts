// The seconds before this tab saw a source, for its sparkline: from the bridge's store, each source once, one after the
// other, so that a reloaded page shows in its tables what it showed before.
import { type HistoryColumn, type HistorySink, readHistory } from '@rtprobe/protocol';
import { type ChartSubject, storedSelection } from '../reading/chart-subject.ts';
import type { Query, Remote } from '../remote/remote.ts';
import type { Host } from '../stream/host.ts';
import { type Source, SPARK_SECONDS } from '../stream/source.ts';

const SECOND_US = 1e6;
/** Sources that wait; one that finds no place is asked for when its row is drawn again. */
const WAITING_MAX = 128;
/** After a failure nothing is asked for so long. */
const RETRY_MS = 10_000;

interface Wanted {
  source: Source;
  selection: Query;
  /** First second that is wanted, and the one that the tab began with; Unix. */
  from: number;
  begin: number;
}

export class StoredSeconds {
  readonly #remote: Remote;
  readonly #now: () => number;
  /** What a source began with when it was asked for: a rewound source begins anew. */
  readonly #asked = new WeakMap<Source, number>();
  readonly #waiting: Wanted[] = [];
  #running = false;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(remote: Remote, now: () => number = () => performance.now()) {
    this.#remote = remote;
    this.#now = now;
  }

  /** Asks for the seconds of a source from `from` on, Unix; nothing where that was done or nothing is missing. */
  request(source: Source, selection: Query, from: number): void {
    const { begin } = source;
    if (begin === undefined || from >= begin || this.#asked.get(source) === begin) return;
    if (this.#waiting.length >= WAITING_MAX || this.#now() - this.#failedAt < RETRY_MS) return;
    this.#asked.set(source, begin);
    this.#waiting.push({ source, selection, from, begin });
    if (!this.#running) void this.#run();
  }

  /** The same for a source of a host, as far back as a source remembers, where the bridge stores a history. */
  requestFor(host: Host, source: Source, subject: ChartSubject): void {
    if (!host.info.history || source.begin === undefined) return;
    const runBegan = Math.floor((host.info.runStartedAt ?? 0) / SECOND_US);
    this.request(source, storedSelection(host, subject), Math.max(source.begin - SPARK_SECONDS, runBegan));
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#fetch(next);
      } catch {
        // The heatmap's own requests tell that the bridge does not answer.
        this.#failedAt = this.#now();
        for (const { source } of [next, ...this.#waiting.splice(0)]) this.#asked.delete(source);
      }
    }
    this.#running = false;
  }

  async #fetch({ source, selection, from, begin }: Wanted): Promise<void> {
    const stretch = { from: from * SECOND_US, to: (begin + 1) * SECOND_US, width: SECOND_US };
    const bytes = await this.#remote.bytes('/history', { ...selection, ...stretch, format: 'binary' });
    if (source.begin === begin) readHistory(bytes, new Maxima(source));
  }
}

class Maxima implements HistorySink {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  begin(): void {}

  column({ column, max }: HistoryColumn): void {
    this.#source.addStoredMax(column, max);
  }

  gap(): void {}
}
