// Writes one host: seconds, gaps, runs and spikes. The caller provides the transaction.
import type { FrameHeader, RowInfo, SourceInfo, UnixMicros } from '@rtprobe/protocol';
import type { Database } from '../store/database.ts';
import { groupSpikes } from '../store/incidents.ts';
import { secondOf } from '../store/raw-second.ts';
import type { RunStart } from '../store/runs.ts';
import { HostNames } from '../store/series.ts';
import { SliceStore } from '../store/slice-store.ts';
import { putSpike, putTrace } from '../store/spikes.ts';
import type { HostMessage } from '../threads/messages.ts';
import { OpenRun } from './open-run.ts';
import { decodeFrame, emptySecond, nameRows, OpenSecond, type RowNames } from './open-second.ts';

/** A shorter hole can be jitter of the clocks. */
const GAP_LEAST_US = 250_000;
/** Maximum seconds that one span marks as covered. */
const COVER_MAX = 60;
const UNEXPLAINED = 'no data';

export class HostWriter {
  /** Everything up to this time is written. */
  storedTo: UnixMicros;
  readonly #db: Database;
  readonly #names: HostNames;
  readonly #slices: SliceStore;
  #rows: RowNames = new Map();
  /** Rows of the newest message that have no series in the store: their values are left out. */
  leftOut = 0;
  #run: OpenRun | undefined;
  #second: OpenSecond | undefined;
  /** New spikes are not in an incident yet. */
  #ungrouped = false;
  /** End of the newest written frame. */
  #end: UnixMicros;
  /** Reason for a hole, if one is found before the next frame. */
  #reason: string;

  constructor(db: Database, name: string, machine: string | undefined, reason: string) {
    this.#db = db;
    this.#reason = reason;
    this.#names = new HostNames(db, name, machine);
    this.#slices = new SliceStore(db, this.#names.host);
    const sql = 'SELECT stored_to FROM host WHERE id = ?';
    this.storedTo = this.#end = db.get<{ stored_to: number }>(sql, this.#names.host)!.stored_to;
  }

  get host(): number {
    return this.#names.host;
  }

  /** Spans that are in memory only. */
  get unwritten(): number {
    return this.#second?.frames.length ?? 0;
  }

  apply(message: HostMessage): void {
    if (message.kind === 'span') this.#span(message.frame, message.after);
    else if (message.kind === 'totals') this.#run?.add(decodeFrame(message.frame, this.#rows).values);
    else if (message.kind === 'sources') this.#nameRows(message.sources, message.rows);
    else if (message.kind === 'run') this.#startRun(message.run);
    else if (message.kind === 'trace') putTrace(this.#db, message.trace);
    else for (const spike of message.spikes) if (putSpike(this.#db, this.host, spike)) this.#ungrouped = true;
  }

  #nameRows(sources: SourceInfo[], rows: RowInfo[]): void {
    this.#rows = nameRows(this.#names, sources, rows);
    this.leftOut = rows.length - this.#rows.size;
  }

  /** Writes the open second: no data arrived for a while, or the store is closing. */
  closeSecond(): void {
    const second = this.#second;
    if (!second) return;
    this.#second = undefined;
    this.#slices.writeSecond(second.unit, second.frames, second.sections());
    this.#run?.reach(second.newest);
    this.storedTo = second.newest;
    this.#db.run('UPDATE host SET stored_to = ? WHERE id = ?', this.storedTo, this.host);
  }

  rollUp(): void {
    if (this.#ungrouped) groupSpikes(this.#db, this.host);
    this.#ungrouped = false;
    this.#slices.rollUp(secondOf(this.#end));
  }

  #startRun(start: RunStart): void {
    this.closeSecond();
    this.#run = new OpenRun(this.#db, this.host, start);
  }

  #span(frame: Uint8Array, after: string | undefined): void {
    const { header, values } = decodeFrame(frame, this.#rows);
    this.#checkGap(header, after);
    if (this.#second && secondOf(header.time) !== this.#second.unit) this.closeSecond();
    this.#cover(header);
    this.#second ??= new OpenSecond(header.time);
    this.#second.add(header, values);
    this.#run?.add(values, header.time);
    this.#end = header.time;
  }

  #checkGap({ time, spanUs }: FrameHeader, after: string | undefined): void {
    const reason = after ?? this.#reason;
    this.#reason = UNEXPLAINED;
    const from = this.#end;
    const to = time - spanUs;
    // Without a stated reason, a hole shorter than one span can be jitter of a slow poll.
    const least = reason === UNEXPLAINED ? Math.max(GAP_LEAST_US, spanUs) : GAP_LEAST_US;
    if (from === 0 || to - from < least) return;
    this.#db.run(
      'INSERT INTO gap (host, start, end, reason) VALUES (?, ?, ?, ?)',
      this.host,
      from,
      to,
      reason,
    );
  }

  /** Marks whole seconds inside a long span as covered. */
  #cover({ time, spanUs }: FrameHeader): void {
    const last = secondOf(time);
    const first = Math.max(secondOf(time - spanUs + 1) + 1, last - COVER_MAX);
    for (let unit = first; unit < last; unit++) this.#slices.coverSecond(unit, emptySecond());
  }
}
