// Sends what hosts report to the writer thread. Messages that it cannot process in time are dropped, counted and shown.
import type { Spike, Trace, UnixMicros } from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import { encodeDelta, encodeKeyframe } from '../state/frames.ts';
import type { Span } from '../state/span.ts';
import type { RunStart } from './store/runs.ts';
import type { HostMessage } from './threads/messages.ts';

/** Maximum messages in flight to the writer thread: 30 s of a large host. */
const MESSAGES_MAX = 4096;
const BYTES_MAX = 32 * 1024 * 1024;
/** Approximate memory of a spike, and of a trace event, as objects in flight. */
const SPIKE_BYTES = 2048;
const EVENT_BYTES = 48;
const TOO_SLOW = 'the disk did not keep up';

/** What was last sent for a host. */
interface SentState {
  run: { id: string; seenAt: UnixMicros; startedAt: UnixMicros } | undefined;
  /** Reason for a gap before the next span. */
  after: string | undefined;
}

export class HistoryFeed implements HostListener {
  readonly #post: (message: HostMessage, transfer: ArrayBuffer[]) => boolean;
  readonly #sent = new Map<HostView, SentState>();
  /** The messages in flight, oldest first. */
  readonly #inFlight: { host: string; bytes: number }[] = [];
  #bytes = 0;
  #posted = 0;
  readonly #dropped = new Map<string, number>();

  /** `post` returns false while there is no writer. */
  constructor(post: (message: HostMessage, transfer: ArrayBuffer[]) => boolean) {
    this.#post = post;
  }

  dropped(host: string): number {
    return this.#dropped.get(host) ?? 0;
  }

  /** The writer has processed this many messages since it started. */
  processed(count: number): void {
    while (this.#posted - this.#inFlight.length < count) this.#bytes -= this.#inFlight.shift()?.bytes ?? 0;
  }

  /** Counts as dropped what was in flight, and what the writer itself had counted. */
  writerDied(dropped: Record<string, number>): void {
    for (const { host } of this.#inFlight.splice(0)) this.#countDropped(host, 1);
    for (const [host, count] of Object.entries(dropped)) this.#countDropped(host, count);
    this.#bytes = 0;
    this.#posted = 0;
  }

  /**
   * Sends a restarted writer the state that later messages depend on, and the spikes in memory, of which it can lack the
   * newest. `reason` explains the gap.
   */
  resend(reason: string): void {
    for (const [host, sent] of this.#sent) {
      sent.run = undefined;
      sent.after = reason;
      this.hostChanged(host);
      this.sourcesChanged(host);
      this.spikesReplaced(host);
    }
  }

  #countDropped(host: string, count: number): void {
    this.#dropped.set(host, this.dropped(host) + count);
  }

  #send(host: HostView, about: HostMessage, bytes: number, transfer: ArrayBuffer[] = []): boolean {
    const { machine } = host;
    const message = machine === undefined ? about : { ...about, machine };
    const isFull = this.#inFlight.length >= MESSAGES_MAX || this.#bytes + bytes > BYTES_MAX;
    // Always sent: frames cannot be read without these, and they are few.
    const isNeeded = message.kind === 'run' || message.kind === 'sources';
    if ((isFull && !isNeeded) || !this.#post(message, transfer)) {
      this.#countDropped(host.name, 1);
      return false;
    }
    this.#inFlight.push({ host: host.name, bytes });
    this.#bytes += bytes;
    this.#posted++;
    return true;
  }

  #sentOf(host: HostView): SentState {
    let sent = this.#sent.get(host);
    if (!sent) {
      sent = { run: undefined, after: undefined };
      this.#sent.set(host, sent);
    }
    return sent;
  }

  /** Returns false for recordings, which are on disk already. */
  #isStored(host: HostView): boolean {
    return host.source.kind === 'live' && host.state.info?.instance !== undefined;
  }

  hostChanged(host: HostView): void {
    if (this.#isStored(host)) this.#startRun(host);
  }

  sourcesChanged(host: HostView): void {
    if (!this.#isStored(host)) return;
    const sources = [...host.state.sources.values()];
    const rows = host.state.rows.all.map(({ row, source, cpu }) => ({ row, source, cpu }));
    this.#send(host, { kind: 'sources', host: host.name, sources, rows }, 0);
  }

  spanAdded(host: HostView, span: Span): void {
    if (!this.#isStored(host)) return;
    const sent = this.#sentOf(host);
    const { bytes } = encodeDelta(host, 0, span);
    const after = sent.after === undefined ? {} : { after: sent.after };
    const message: HostMessage = { kind: 'span', host: host.name, frame: bytes, ...after };
    sent.after = this.#send(host, message, bytes.length, [bytes.buffer as ArrayBuffer])
      ? undefined
      : TOO_SLOW;
  }

  totalsReplaced(host: HostView): void {
    if (!this.#isStored(host)) return;
    this.#startRun(host);
    const { bytes } = encodeKeyframe(host, 0);
    const message: HostMessage = { kind: 'totals', host: host.name, frame: bytes };
    this.#send(host, message, bytes.length, [bytes.buffer as ArrayBuffer]);
  }

  spikeAdded(host: HostView, spike: Spike): void {
    if (this.#isStored(host)) this.#sendSpikes(host, [spike]);
  }

  /** Adds the lists to the stored spike. */
  spikeCompleted(host: HostView, spike: Spike): void {
    this.spikeAdded(host, spike);
  }

  spikesReplaced(host: HostView): void {
    const { all } = host.state.spikes;
    if (this.#isStored(host) && all.length > 0) this.#sendSpikes(host, all);
  }

  #sendSpikes(host: HostView, spikes: Spike[]): void {
    this.#send(host, { kind: 'spikes', host: host.name, spikes }, spikes.length * SPIKE_BYTES);
  }

  traceAdded(host: HostView, trace: Trace): void {
    if (!this.#isStored(host)) return;
    const events = trace.cpus.reduce((sum, cpu) => sum + cpu.time.length, 0);
    this.#send(host, { kind: 'trace', host: host.name, trace }, events * EVENT_BYTES);
  }

  gapFound(host: HostView, _from: UnixMicros, _to: UnixMicros, reason: string): void {
    this.#sentOf(host).after = reason;
  }

  /** Sends the run and its sources to the writer again: it stored them under the former name. */
  hostRenamed(host: HostView): void {
    if (!this.#sent.delete(host) || !this.#isStored(host)) return;
    this.#startRun(host);
    this.sourcesChanged(host);
  }

  /** Starts a run once its load and epoch are known, and again when the kernel reports when it began. */
  #startRun(host: HostView): void {
    const { info, kernelEpoch, runStartedAt } = host.state;
    if (info?.instance === undefined || kernelEpoch === undefined) return;
    const sent = this.#sentOf(host);
    const id = `${info.instance.toString(16)}/${kernelEpoch}`;
    // If the module does not report when counting began, the time of its first data is used.
    const seenAt = sent.run?.id === id ? sent.run.seenAt : (host.state.lastDataAt ?? nowMicros());
    const startedAt = runStartedAt ?? seenAt;
    if (sent.run?.id === id && sent.run.startedAt === startedAt) return;
    sent.run = { id, seenAt, startedAt };
    const run: RunStart = {
      ...{ instance: info.instance.toString(16), epoch: kernelEpoch, kernel: info.kernelRelease ?? '' },
      ...{ preemptRt: info.preemptRt === 1, moduleVersion: info.moduleVersion ?? '', startedAt },
      ...(host.boot !== undefined && { boot: host.boot }),
    };
    this.#send(host, { kind: 'run', host: host.name, run }, 0);
  }
}
