// The seconds of a source before this tab saw it, for its sparkline. They are read from the bridge's history store,
// each source once, one after the other, so that a reloaded page shows the same tables.
import { type HistoryColumn, type HistorySink, readHistory } from '@rtprobe/protocol';
import { type ChartSubject, storedSelection } from '../reading/chart-subject.ts';
import type { Query, Remote } from '../remote/remote.ts';
import type { Host } from '../stream/host.ts';
import { type Source, SPARK_SECONDS } from '../stream/source.ts';

const SECOND_US = 1e6;
/** Maximum number of waiting sources; another is requested when its row is drawn again. */
const WAITING_MAX = 128;
/** After a failure, no request is sent for this long. */
const RETRY_MS = 10_000;

interface Wanted {
  source: Source;
  selection: Query;
  /** First requested second, and the first one of this tab; Unix time. */
  from: number;
  begin: number;
}

export class StoredSeconds {
  readonly #remote: Remote;
  readonly #now: () => number;
  /** First second of a source when it was requested; a rewound source starts again. */
  readonly #asked = new WeakMap<Source, number>();
  readonly #waiting: Wanted[] = [];
  #running = false;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(remote: Remote, now: () => number = () => performance.now()) {
    this.#remote = remote;
    this.#now = now;
  }

  /** Requests the seconds of a source from `from` on, Unix time, unless they were requested or are complete. */
  request(source: Source, selection: Query, from: number): void {
    const { begin } = source;
    if (begin === undefined || from >= begin || this.#asked.get(source) === begin) return;
    if (this.#waiting.length >= WAITING_MAX || this.#now() - this.#failedAt < RETRY_MS) return;
    this.#asked.set(source, begin);
    this.#waiting.push({ source, selection, from, begin });
    if (!this.#running) void this.#run();
  }

  /** Requests the seconds of a source of a host as far back as a source stores them, if the bridge stores a history. */
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
        // The heatmap's requests report that the bridge does not respond.
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
