// The one word on the bar, and the sentence behind it.
import { span } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Session } from '../session/session.ts';
import type { Host } from '../stream/host.ts';

export type Word = 'LIVE' | 'FROZEN' | 'STALE' | 'REPLAY' | 'OFFLINE' | 'CONNECTING';

export interface Status {
  word: Word;
  /** Why, and what to do, where something is wrong. */
  detail: string | undefined;
  /** Data on screen are older than they seem: the page dims. */
  old: boolean;
}

/** Without a frame for this long, or five spans if that is longer, data are stale. */
const STALE_MS = 2000;
const STALE_SPANS = 5;

/** Milliseconds since the newest frame; undefined before the first. */
export function silence(session: Session, host: Host, now: number): number | undefined {
  const at = session.receivedAt.get(host.name);
  return at === undefined ? undefined : now - at;
}

export function isStale(session: Session, host: Host, now: number): boolean {
  const ms = silence(session, host, now);
  if (host.info.replay?.paused === true) return false;
  return ms !== undefined && ms > Math.max(STALE_MS, (host.spanUs / 1000) * STALE_SPANS);
}

function noData(session: Session, host: Host, now: number): string {
  const ms = silence(session, host, now);
  return ms === undefined ? t('status.noDataYet') : t('status.noDataFor', { span: span(ms / 1000) });
}

/** `now` is performance.now(). */
export function status(session: Session, now: number): Status {
  const { link, frozen } = session.state;
  const { host } = session;
  const live = liveStatus(session, host, now);
  if (frozen !== undefined) {
    return {
      word: 'FROZEN',
      detail: live.word === 'LIVE' || live.word === 'REPLAY' ? undefined : live.detail,
      old: false,
    };
  }
  if (link.state === 'connecting' && host === undefined)
    return { word: 'CONNECTING', detail: undefined, old: false };
  return live;
}

function liveStatus(session: Session, host: Host | undefined, now: number): Status {
  const { link } = session.state;
  if (link.state === 'closed') {
    const wait = Math.max(0, Math.ceil((link.retryAt - now) / 1000));
    const since = host === undefined ? '' : `${noData(session, host, now)} · `;
    const retry = wait === 0 ? t('status.retryNow') : t('status.retryIn', { seconds: wait });
    return { word: 'OFFLINE', detail: `${since}${retry}`, old: true };
  }
  if (host === undefined) return { word: 'CONNECTING', detail: undefined, old: false };
  const { info } = host;
  if (info.state === 'offline') {
    return { word: 'OFFLINE', detail: info.reason ?? t('status.hostSilent'), old: true };
  }
  if (info.state === 'stale' || isStale(session, host, now)) {
    const reason = info.reason === undefined ? '' : ` · ${info.reason}`;
    return { word: 'STALE', detail: `${noData(session, host, now)}${reason}`, old: true };
  }
  return { word: info.state === 'replay' ? 'REPLAY' : 'LIVE', detail: undefined, old: false };
}
