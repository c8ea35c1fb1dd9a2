// Browsers that follow one host at one rate: each frame is encoded once and the same bytes go to all.
import { type FrameHeader, FrameKind, FrameWriter } from '@rtprobe/protocol';
import type { Host } from '../host/host.ts';
import { totals } from '../state/row-table.ts';
import { mergeSpans, type Span } from '../state/span.ts';
import type { Subscription } from './subscription.ts';

/** A keyframe goes to everybody this often, so that no error of a reader lasts. */
export const KEYFRAME_EVERY_MS = 10_000;
/** Spans that may wait for the next frame before they are taken together. */
const PENDING_MAX = 64;

/** One writer for all groups: encoding never yields. */
const writer = new FrameWriter();

export function encodeKeyframe(host: Host, seq: number): { header: FrameHeader; bytes: Uint8Array } {
  const { state } = host;
  const header: FrameHeader = {
    kind: FrameKind.keyframe,
    host: host.index,
    seq,
    time: state.lastDataAt ?? 0,
    spanUs: 0,
    epoch: state.epoch,
  };
  writer.begin(header);
  for (const row of state.rows.all) if (row.count > 0 || row.none > 0) writer.row(totals(row));
  return { header, bytes: writer.finish() };
}

export function encodeDelta(host: Host, seq: number, span: Span): { header: FrameHeader; bytes: Uint8Array } {
  const header: FrameHeader = {
    kind: FrameKind.delta,
    host: host.index,
    seq,
    time: span.time,
    spanUs: span.spanUs,
    epoch: host.state.epoch,
  };
  writer.begin(header);
  for (const delta of span.deltas) writer.row(delta);
  return { header, bytes: writer.finish() };
}

export class RateGroup {
  readonly #host: Host;
  readonly #periodMs: number;
  readonly #members = new Set<Subscription>();
  #pending: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #seq = 0;
  #due = 0;
  #keyframeAt = 0;

  constructor(host: Host, rate: number) {
    this.#host = host;
    this.#periodMs = 1000 / rate;
  }

  get size(): number {
    return this.#members.size;
  }

  join(member: Subscription): void {
    this.#members.add(member);
    if (this.#members.size === 1) this.replaced();
    else this.catchUp(member);
  }

  /**
   * A keyframe for one member at once: a host that is silent, or a recording that stands still, may never have
   * another frame. While one is on its way, that will be the keyframe.
   */
  catchUp(member: Subscription): void {
    if (this.#pending.length > 0 || this.#host.state.lastDump === undefined) return;
    const { header, bytes } = encodeKeyframe(this.#host, this.#seq);
    member.offer(header, bytes);
  }

  leave(member: Subscription): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#drop();
  }

  span(span: Span, now = performance.now()): void {
    this.#pending.push(span);
    if (this.#pending.length > PENDING_MAX) this.#pending = [mergeSpans(this.#pending)];
    // Dumps come with a little jitter: one that is a quarter of a period early is the one that is due.
    if (now >= this.#due - this.#periodMs / 4) this.#emit(now);
    // Another dump may never come: a recording ends, a host falls silent.
    else this.#timer ??= setTimeout(() => this.#emit(performance.now()), this.#due - now);
  }

  /** Totals were replaced: a keyframe for everybody, and what was pending is part of it. */
  replaced(now = performance.now()): void {
    this.#drop();
    if (this.#members.size === 0 || this.#host.state.lastDump === undefined) return;
    this.#keyframe(now);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = [];
  }

  #emit(now: number): void {
    const span = mergeSpans(this.#pending);
    this.#drop();
    this.#due = Math.max(this.#due + this.#periodMs, now);
    const seq = ++this.#seq;
    const delta = encodeDelta(this.#host, seq, span);
    let keyframe: typeof delta | undefined;
    for (const member of this.#members) {
      if (member.needsKeyframe) keyframe ??= encodeKeyframe(this.#host, seq);
      const frame = member.needsKeyframe ? keyframe! : delta;
      member.offer(frame.header, frame.bytes);
    }
    if (now - this.#keyframeAt >= KEYFRAME_EVERY_MS) this.#keyframe(now);
  }

  #keyframe(now: number): void {
    this.#keyframeAt = now;
    const { header, bytes } = encodeKeyframe(this.#host, ++this.#seq);
    for (const member of this.#members) member.offer(header, bytes);
  }
}
