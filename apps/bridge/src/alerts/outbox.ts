// The notifications of one channel, one after the other: limited, sent again after a failure, and counted.
import type { AlertChannel, UnixMicros } from '@rtprobe/protocol';
import { TokenBucket } from '../access/token-bucket.ts';
import { nowMicros } from '../base/clock.ts';
import { reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Backoff } from '../sources/backoff.ts';
import type { Notification } from './alert.ts';
import { type Send, SendError } from './channels.ts';

/** Notifications that wait; the oldest is dropped for a new one. */
const WAITING_MAX = 100;
/** A notification is given up after this time. */
const GIVE_UP_MS = 3600_000;

interface Waiting {
  readonly notification: Notification;
  readonly until: number;
}

export interface OutboxOptions {
  readonly name: string;
  readonly send: Send;
  readonly perHour: number;
  /** First delay after a failure, in ms; doubled each time. */
  readonly retryMs: number;
  readonly log: Log;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #limit: TokenBucket;
  readonly #backoff: Backoff;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #closed = false;
  #sent = 0;
  #failed = 0;
  #suppressed = 0;
  /** Of those, since the last notification. */
  #suppressedSince = 0;
  #lastSentAt: UnixMicros | undefined;
  #error: string | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#limit = new TokenBucket(options.perHour / 3600, options.perHour);
    this.#backoff = new Backoff(options.retryMs, 300_000);
  }

  get state(): Omit<AlertChannel, 'name' | 'type' | 'target' | 'on'> {
    return {
      ...{ sent: this.#sent, failed: this.#failed, suppressed: this.#suppressed },
      waiting: this.#waiting.length,
      ...(this.#lastSentAt !== undefined && { lastSentAt: this.#lastSentAt }),
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /** Adds a notification; over the limit it is counted and mentioned by the next one. */
  add(notification: Notification, limited = true): void {
    if (limited && !this.#limit.take()) {
      this.#suppressed++;
      this.#suppressedSince++;
      return;
    }
    // One that says that the bridge runs says nothing about the past.
    if (notification.kind === 'alive' && this.#waiting.some((one) => one.notification.kind === 'alive'))
      return;
    const suppressed = this.#suppressedSince;
    this.#suppressedSince = 0;
    this.#waiting.push({
      notification: { ...notification, suppressed },
      until: performance.now() + GIVE_UP_MS,
    });
    if (this.#waiting.length > WAITING_MAX) this.#fail(this.#busy ? 1 : 0, 'too many messages wait');
    if (this.#timer === undefined) void this.#next();
  }

  /** Sends a notification at once, and rejects if that fails. */
  async test(notification: Notification): Promise<void> {
    await this.#options.send(notification);
    this.#succeeded();
  }

  async #next(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    let delay: number | undefined;
    while (delay === undefined && this.#waiting[0] && !this.#closed)
      delay = await this.#attempt(this.#waiting[0]);
    this.#busy = false;
    if (delay === undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#next();
    }, delay);
  }

  /** Returns how long to wait before the next attempt; undefined to continue. */
  async #attempt({ notification, until }: Waiting): Promise<number | undefined> {
    try {
      await this.#options.send(notification);
      this.#waiting.shift();
      this.#succeeded();
      return undefined;
    } catch (error) {
      const isFinal = error instanceof SendError && error.isFinal;
      if (isFinal || performance.now() >= until) {
        this.#fail(0, reasonOf(error));
        return undefined;
      }
      this.#report(reasonOf(error));
      return this.#backoff.next();
    }
  }

  #succeeded(): void {
    this.#sent++;
    this.#lastSentAt = nowMicros();
    this.#error = undefined;
    this.#backoff.succeeded();
  }

  #fail(at: number, why: string): void {
    this.#waiting.splice(at, 1);
    this.#failed++;
    this.#report(why);
  }

  /** Logs a reason once. */
  #report(why: string): void {
    const { log, name } = this.#options;
    if (this.#error !== why) log.warn({ channel: name }, `an alert was not sent: ${why}`);
    this.#error = why;
  }

  /** Ends attempts; what waits is not sent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const { log, name } = this.#options;
    const waiting = this.#waiting.length;
    if (waiting > 0) log.warn({ channel: name, waiting }, 'the bridge ends with alerts that were not sent');
  }
}
