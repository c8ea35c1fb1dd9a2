// Reports what a person must know: groups it, holds it during quiet hours, and gives it to the channels.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import type { AlertMessage, AlertState } from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostView } from '../host/view.ts';
import type { Alert, AlertKind, Notification, Raised } from './alert.ts';
import { senderOf, targetOf } from './channels.ts';
import type { ChannelConfig, LoadedAlerts } from './config.ts';
import { Outbox } from './outbox.ts';
import { isQuiet } from './quiet-hours.ts';

/** Alerts of a message; the others are counted. */
const SHOWN_MAX = 10;
/** Alerts of a group; the others are counted. */
const GROUP_MAX = 500;
const RECENT_MAX = 50;
const QUIET_CHECK_MS = 10_000;
const RETRY_MS = 2000;

interface Group {
  readonly kind: AlertKind;
  readonly host: string | undefined;
  /** By what two alerts of the group have in common if they are the same. */
  readonly alerts: Map<string, Raised>;
  more: number;
  readonly timer: NodeJS.Timeout;
}

interface Channel {
  readonly config: ChannelConfig;
  readonly outbox: Outbox;
}

export interface AlertsOptions extends LoadedAlerts {
  /** Returns the address of the page. */
  readonly url: () => string;
  /** Whether spikes with command lines, paths, addresses and registers are part of messages. */
  readonly details: boolean;
  readonly log: Log;
  /** First delay after a failure. */
  readonly retryMs?: number;
}

export class Alerts {
  readonly details: boolean;
  readonly #options: AlertsOptions;
  readonly #channels: readonly Channel[];
  readonly #groups = new Map<string, Group>();
  /** What waits for the end of quiet hours. */
  readonly #held = new Map<string, { alert: Raised; key: string }>();
  #heldMore = 0;
  readonly #recent: AlertMessage[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: AlertsOptions) {
    const { config, secrets, log, retryMs = RETRY_MS } = options;
    this.#options = options;
    this.details = options.details;
    this.#channels = config.channels.map((channel) => ({
      config: channel,
      outbox: new Outbox({
        ...{ name: channel.name, send: senderOf(channel, secrets.get(channel.name) ?? {}), log },
        ...{ perHour: config.perHour, retryMs },
      }),
    }));
  }

  /** Begins to report that the bridge runs, and to look for the end of quiet hours. */
  start(): void {
    this.#timers.push(setInterval(() => this.endQuiet(), QUIET_CHECK_MS));
    const { deadMan } = this.config;
    if (deadMan) this.#timers.push(this.#startDeadMan(deadMan));
  }

  get config(): LoadedAlerts['config'] {
    return this.#options.config;
  }

  #startDeadMan({ channel, every }: { channel: string; every: number }): NodeJS.Timeout {
    const send = () => this.#find(channel).outbox.add(this.#about('alive', 'rtprobe runs'), false);
    send();
    return setInterval(send, every);
  }

  /** A message about the bridge. */
  #about(kind: AlertKind, title: string): Notification {
    const time = nowMicros();
    return { kind, title, time, alerts: [], more: 0, suppressed: 0, url: `${this.#options.url()}/` };
  }

  #find(name: string): Channel {
    const found = this.#channels.find(({ config }) => config.name === name);
    if (found) return found;
    throw new BridgeError(
      'E_ALERT_CHANNEL',
      `there is no channel "${name}"`,
      'GET /api/v1/alerts lists them',
      name,
    );
  }

  /**
   * Reports an alert. One with the same kind, host and key within the time of a group replaces the other, unless `merge`
   * makes one of both.
   */
  raise(alert: Raised, key: string, merge?: (before: Raised, alert: Raised) => Raised): void {
    const { kind, host } = alert;
    const name = `${kind}/${host ?? ''}`;
    let group = this.#groups.get(name);
    if (!group) {
      const timer = setTimeout(() => this.#flush(name), this.config.group);
      group = { kind, host, alerts: new Map(), more: 0, timer };
      this.#groups.set(name, group);
    }
    const before = group.alerts.get(key);
    if (before === undefined && group.alerts.size >= GROUP_MAX) group.more++;
    else group.alerts.set(key, before && merge ? merge(before, alert) : alert);
  }

  /** Takes an alert back that was not sent yet. */
  withdraw(kind: AlertKind, host: string, key: string): void {
    this.#groups.get(`${kind}/${host}`)?.alerts.delete(key);
  }

  /** Returns whether an alert with one of these keys was not sent yet. */
  isWaiting(kind: AlertKind, host: string, keys: readonly string[]): boolean {
    const group = this.#groups.get(`${kind}/${host}`);
    return group !== undefined && keys.some((key) => group.alerts.has(key));
  }

  #flush(name: string): void {
    const group = this.#groups.get(name);
    if (!group) return;
    clearTimeout(group.timer);
    this.#groups.delete(name);
    if (group.alerts.size === 0) return;
    if (isQuiet(this.config.quietHours, group.kind, new Date())) this.#hold(group);
    else this.#deliver(this.#notificationOf(group));
  }

  #hold({ kind, host, alerts, more }: Group): void {
    this.#heldMore += more;
    for (const [key, alert] of alerts) {
      if (this.#held.size < GROUP_MAX) this.#held.set(`${kind}/${host ?? ''}/${key}`, { alert, key });
      else this.#heldMore++;
    }
  }

  /** Reports what waited for quiet hours that are over, as new groups. Called regularly. */
  endQuiet(): void {
    for (const [name, { alert, key }] of this.#held) {
      if (isQuiet(this.config.quietHours, alert.kind, new Date())) continue;
      this.#held.delete(name);
      this.raise(alert, key);
      const group = this.#groups.get(`${alert.kind}/${alert.host ?? ''}`)!;
      group.more += this.#heldMore;
      this.#heldMore = 0;
    }
  }

  #notificationOf({ kind, host, alerts, more }: Group): Notification {
    const sorted = [...alerts.values()].sort(
      (a, b) => (b.valueNs ?? 0) - (a.valueNs ?? 0) || b.time - a.time,
    );
    const shown = sorted.slice(0, SHOWN_MAX);
    const [worst] = shown;
    const incident = worst?.incident;
    const page = incident === undefined ? '/' : `/incident/${encodeURIComponent(incident)}`;
    const query = host === undefined ? '' : `?host=${encodeURIComponent(host)}`;
    return {
      title: titleOf(worst!, sorted.length + more),
      ...{ kind, ...(host !== undefined && { host }), time: nowMicros(), alerts: shown.map(toSend) },
      ...{
        more: sorted.length - shown.length + more,
        suppressed: 0,
        url: `${this.#options.url()}${page}${query}`,
      },
    };
  }

  #deliver(notification: Notification): void {
    const { kind, title, time, host } = notification;
    const channels = this.#channels.filter(({ config }) => config.on.some((one) => one === kind));
    for (const { outbox } of channels) outbox.add(notification);
    const names = channels.map(({ config }) => config.name);
    this.#recent.unshift({ kind, title, time, channels: names, ...(host !== undefined && { host }) });
    this.#recent.length = Math.min(this.#recent.length, RECENT_MAX);
  }

  /** Sends a message at once. Rejects with E_ALERT_SEND and the reason. */
  async test(name: string): Promise<void> {
    const { outbox } = this.#find(name);
    await outbox.test(this.#about('test', 'Test message of rtprobe')).catch((error: unknown) => {
      const todo = 'correct the channel in the file of alerts';
      throw new BridgeError('E_ALERT_SEND', `"${name}" could not send: ${reasonOf(error)}`, todo, name);
    });
  }

  get state(): AlertState {
    const { deadMan, quietHours } = this.config;
    const now = new Date();
    return {
      ...{ enabled: true, details: this.details, held: this.#held.size + this.#heldMore },
      quiet: quietHours.length > 0 && isQuiet(quietHours, 'incident', now),
      ...(deadMan && { deadMan: { channel: deadMan.channel, everyMs: deadMan.every } }),
      channels: this.#channels.map(({ config, outbox }) => ({
        ...{ name: config.name, type: config.type, target: targetOf(config), on: config.on },
        ...outbox.state,
      })),
      recent: [...this.#recent],
    };
  }

  /** Gives what waits to the channels, and ends their attempts. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const name of [...this.#groups.keys()]) this.#flush(name);
    for (const { outbox } of this.#channels) outbox.close();
  }
}

function toSend({ spikeNow, ...alert }: Raised): Alert {
  const spike = spikeNow?.();
  return { ...alert, ...(spike && { spike }) };
}

function titleOf({ kind, host = '', valueNs, cause, measure, resolved }: Alert, count: number): string {
  const name = visibleText(host);
  const value = valueNs === undefined ? '' : ` (${formatDuration(valueNs)})`;
  const worst = `${visibleText(cause ?? '')}${value}`;
  if (kind === 'incident')
    return count === 1 ? `${name}: ${worst}` : `${name}: ${count} incidents, worst ${worst}`;
  if (kind === 'budget') return `${name}: ${measure} is over its budget${value}`;
  if (kind === 'silent') return resolved ? `${name}: data arrive again` : `${name}: no data arrive`;
  return `${name}: data were dropped`;
}

/** Returns what a host has of a spike, with its lists. */
export function wholeSpike({ state }: HostView, id: string) {
  const listed = state.spikes.find(id);
  return listed && state.wholeSpike(listed);
}
