// Exports every spike over a level automatically, once its lists, its trace and its incident have arrived. Spikes that
// cannot be written, because the folder is full, the disk fails or spikes arrive too fast, are counted and shown as
// dropped.
import type { ExportStats, Spike, Trace } from '@rtprobe/protocol';
import { exportFileName, exportFormats, type SpikeRecord } from '@rtprobe/trace';
import { steadyMicros } from '../base/clock.ts';
import { reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { ExportFile, ExportFolder } from './folder.ts';

/** Maximum spikes that wait for their details or their turn. */
const PENDING_MAX = 64;
/** Maximum ids that are remembered, so that a spike that is reported twice is exported once. */
const SEEN_MAX = 8192;
/** Lists and trace arrive within milliseconds after the event, or not at all. */
const DETAILS_WITHIN_MS = 5000;

interface Pending {
  readonly host: HostView;
  spike: Spike;
  trace?: Trace;
  whole: boolean;
  readonly deadline: NodeJS.Timeout;
}

/** Returns the files of a spike. The text is last: its presence means that the others are complete. */
function filesOf(record: SpikeRecord): ExportFile[] {
  const formats = record.trace
    ? (['json', 'csv', 'perfetto', 'text'] as const)
    : (['json', 'csv', 'text'] as const);
  return formats.map((format) => ({
    name: exportFileName(record, format),
    content: exportFormats[format].write(record),
  }));
}

export class SpikeExporter implements HostListener {
  readonly #folder: ExportFolder;
  readonly #aboveNs: number;
  readonly #log: Log;
  readonly #startedAt = steadyMicros();
  readonly #pending = new Map<string, Pending>();
  readonly #seen = new Set<string>();
  readonly #written = new Map<HostView, number>();
  readonly #dropped = new Map<HostView, number>();
  #error: string | undefined;
  #work: Promise<void> = Promise.resolve();
  #queued = 0;

  constructor(folder: ExportFolder, aboveNs: number, log: Log) {
    this.#folder = folder;
    this.#aboveNs = aboveNs;
    this.#log = log;
  }

  /** Returns undefined for recordings, which are not exported. */
  statsOf(host: HostView): ExportStats | undefined {
    if (host.source.kind !== 'live') return undefined;
    return {
      ...{ dir: this.#folder.dir, aboveNs: this.#aboveNs, bytes: this.#folder.bytes },
      ...{ written: this.#written.get(host) ?? 0, dropped: this.#dropped.get(host) ?? 0 },
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  spikeAdded(host: HostView, spike: Spike): void {
    if (host.source.kind !== 'live' || spike.valueNs <= this.#aboveNs) return;
    if (this.#isOlder(host, spike)) return;
    if (this.#seen.has(spike.id)) return;
    this.#seen.add(spike.id);
    if (this.#seen.size > SEEN_MAX) this.#seen.delete(this.#seen.values().next().value!);
    if (this.#pending.size + this.#queued >= PENDING_MAX) {
      this.#drop(host, 'spikes arrive faster than they can be written');
      return;
    }
    const deadline = setTimeout(() => this.#settle(spike.id), DETAILS_WITHIN_MS);
    const whole = spike.process === undefined && spike.victimProcess === undefined;
    this.#pending.set(spike.id, { host, spike, whole, deadline });
    this.#settleWhenDone(spike.id);
  }

  /** Returns true for a spike from before the start of this bridge, by its age: a host's wall clock may be wrong. */
  #isOlder(host: HostView, spike: Spike): boolean {
    const now = host.state.info?.now;
    const ageUs = now === undefined ? 0 : Number(now - BigInt(spike.monoNs)) / 1000;
    return ageUs > steadyMicros() - this.#startedAt;
  }

  /** Exports spikes that happened while the connection was down. */
  spikesReplaced(host: HostView): void {
    for (const spike of host.state.spikes.all) this.spikeAdded(host, spike);
  }

  spikeCompleted(_host: HostView, spike: Spike): void {
    const pending = this.#pending.get(spike.id);
    if (!pending) return;
    pending.spike = spike;
    pending.whole = true;
    this.#settleWhenDone(spike.id);
  }

  traceAdded(_host: HostView, trace: Trace): void {
    const pending = this.#pending.get(trace.spike);
    if (!pending) return;
    pending.trace = trace;
    this.#settleWhenDone(trace.spike);
  }

  /** Incidents are updated a moment after their spikes: a spike that is complete before waits for its own. */
  incidentsChanged(host: HostView): void {
    for (const [id, pending] of this.#pending) if (pending.host === host) this.#settleWhenDone(id);
  }

  #settleWhenDone(id: string): void {
    const { host, whole, trace, spike } = this.#pending.get(id)!;
    if (whole && (trace || !spike.traced) && host.state.incidents.of(id)) this.#settle(id);
  }

  /** Writes a spike with what has arrived, after those before it. */
  #settle(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    clearTimeout(pending.deadline);
    this.#pending.delete(id);
    this.#queued++;
    this.#work = this.#work.then(async () => {
      await this.#write(pending);
      this.#queued--;
    });
  }

  async #write({ host, spike, trace }: Pending): Promise<void> {
    const incident = host.state.incidents.of(spike.id);
    const record = { spike, host: host.info, ...(trace && { trace }), ...(incident && { incident }) };
    try {
      if (await this.#folder.has(exportFileName(record, 'text'))) return;
      if (!(await this.#folder.put(filesOf(record)))) {
        this.#drop(host, 'the folder has reached its bound');
        return;
      }
      this.#written.set(host, (this.#written.get(host) ?? 0) + 1);
      this.#error = undefined;
    } catch (error) {
      this.#drop(host, reasonOf(error));
    }
  }

  #drop(host: HostView, why: string): void {
    const dir = this.#folder.dir;
    if (this.#error !== why) this.#log.warn({ dir, host: host.name }, `a spike is not exported: ${why}`);
    this.#error = why;
    this.#dropped.set(host, (this.#dropped.get(host) ?? 0) + 1);
  }

  /** Writes pending spikes with what has arrived of them. */
  async close(): Promise<void> {
    for (const id of [...this.#pending.keys()]) this.#settle(id);
    await this.#work;
  }
}
