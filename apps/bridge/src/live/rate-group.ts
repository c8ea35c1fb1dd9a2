// Browsers that follow one host at one rate. Each frame is encoded once and all get the same bytes.
import type { HostView } from '../host/view.ts';
import { type EncodedFrame, encodeDelta, encodeKeyframe } from '../state/frames.ts';
import { mergeSpans, type Span } from '../state/span.ts';
import type { Subscription } from './subscription.ts';

/** Every browser gets a keyframe at this interval, so that an error of a reader cannot persist. */
export const KEYFRAME_EVERY_MS = 10_000;
/** Maximum spans that wait for the next frame before they are merged. */
const PENDING_MAX = 64;

export class RateGroup {
  readonly #host: HostView;
  readonly #periodMs: number;
  readonly #members = new Set<Subscription>();
  #pending: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #seq = 0;
  #due = 0;
  #keyframeAt = 0;

  constructor(host: HostView, rate: number) {
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
   * Sends one member a keyframe at once: a silent host or a paused recording may never produce another frame. If one is
   * pending, it becomes the keyframe.
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
    // Dumps have a little jitter: one that is up to a quarter of a period early counts as due.
    if (now >= this.#due - this.#periodMs / 4) this.#emit(now);
    // There may be no further dump: a recording ends, or a host becomes silent.
    else this.#timer ??= setTimeout(() => this.#emit(performance.now()), this.#due - now);
  }

  /** Totals were replaced: sends a keyframe to all; it includes what was pending. */
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
    let keyframe: EncodedFrame | undefined;
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
