// One browser's view of one host: which frames it was sent and has drawn, and whether it keeps up.
import { type FrameHeader, ProtocolError, UNACKED_MAX, type UnixMicros } from '@rtprobe/protocol';

/** Receives the bytes of a subscription. */
export interface FrameTarget {
  frame(bytes: Uint8Array): void;
}

export class Subscription {
  /** Set at the start and after every skip. */
  needsKeyframe = true;
  /** Frames that were not sent to this browser because it lagged. */
  skipped = 0;
  readonly #target: FrameTarget;
  readonly #unacked: number[] = [];
  #lastSeq = -1;
  #lastTime: UnixMicros | undefined;
  #lagging = false;
  /** Messages other than frames were kept back while the browser lagged. */
  #missedMessages = false;

  constructor(target: FrameTarget) {
    this.#target = target;
  }

  get lagging(): boolean {
    return this.#lagging;
  }

  /** Time of the newest frame it was sent. */
  get lastTime(): UnixMicros | undefined {
    return this.#lastTime;
  }

  /** Sends a frame, or counts it as skipped. */
  offer(header: Pick<FrameHeader, 'seq' | 'time'>, bytes: Uint8Array): void {
    if (this.#lagging) {
      this.skipped++;
      return;
    }
    this.#target.frame(bytes);
    this.#lastSeq = header.seq;
    this.#lastTime = header.time;
    this.#unacked.push(header.seq);
    this.needsKeyframe = false;
    if (this.#unacked.length >= UNACKED_MAX) this.#lagging = true;
  }

  /** Notes that a message other than a frame was kept back because the browser lags. */
  keepBack(): void {
    this.#missedMessages = true;
  }

  /**
   * The browser has drawn up to `seq`. When it keeps up again, returns what it missed while it lagged: after missed
   * frames it continues from a keyframe. Throws for a frame that it was never sent.
   */
  ack(seq: number): { frames: boolean; messages: boolean } {
    if (seq > this.#lastSeq)
      throw new ProtocolError('E_MESSAGE_FIELD', `seq: frame ${seq} was not sent`, 'seq');
    const open = this.#unacked.findIndex((sent) => sent > seq);
    this.#unacked.splice(0, open < 0 ? this.#unacked.length : open);
    // Only half of them, so that a browser near the limit does not get a keyframe for every acknowledgement.
    if (!this.#lagging || this.#unacked.length > UNACKED_MAX / 2) return { frames: false, messages: false };
    this.#lagging = false;
    const frames = this.skipped > this.#skippedBefore;
    const messages = this.#missedMessages;
    this.#skippedBefore = this.skipped;
    this.#missedMessages = false;
    if (frames) this.needsKeyframe = true;
    return { frames, messages };
  }

  #skippedBefore = 0;
}
