// The state on the bar, and its explanation.
import { span } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { ConnectionState } from '../stream/connection.ts';
import type { Host } from '../stream/host.ts';
import { isStale, silence } from '../stream/silence.ts';

export type Word = 'LIVE' | 'FROZEN' | 'STALE' | 'REPLAY' | 'OFFLINE' | 'CONNECTING';

export interface Status {
  word: Word;
  /** What is wrong and what to do, if anything is wrong. */
  detail: string | undefined;
  /** The data on screen are older than they appear, so the page dims. */
  old: boolean;
}

function noData(host: Host, now: number): string {
  const ms = silence(host, now);
  return ms === undefined ? t('status.noDataYet') : t('status.noDataFor', { span: span(ms / 1000) });
}

interface Shown {
  connection: ConnectionState;
  host: Host | undefined;
  frozen: boolean;
}

/** `now` is performance.now(). */
export function statusOf({ connection, host, frozen }: Shown, now: number): Status {
  const live = liveStatus(connection, host, now);
  if (frozen) {
    return {
      word: 'FROZEN',
      detail: live.word === 'LIVE' || live.word === 'REPLAY' ? undefined : live.detail,
      old: false,
    };
  }
  if (connection.state === 'connecting' && host === undefined)
    return { word: 'CONNECTING', detail: undefined, old: false };
  return live;
}

function liveStatus(connection: ConnectionState, host: Host | undefined, now: number): Status {
  if (connection.state === 'closed') {
    const wait = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
    const since = host === undefined ? '' : `${noData(host, now)} · `;
    const retry = wait === 0 ? t('status.retryNow') : t('status.retryIn', { seconds: wait });
    return { word: 'OFFLINE', detail: `${since}${retry}`, old: true };
  }
  if (host === undefined) return { word: 'CONNECTING', detail: undefined, old: false };
  const { info } = host;
  if (info.state === 'offline') {
    return { word: 'OFFLINE', detail: info.reason ?? t('status.hostSilent'), old: true };
  }
  if (info.state === 'stale' || isStale(host, now)) {
    const reason = info.reason === undefined ? '' : ` · ${info.reason}`;
    return { word: 'STALE', detail: `${noData(host, now)}${reason}`, old: true };
  }
  return { word: info.state === 'replay' ? 'REPLAY' : 'LIVE', detail: undefined, old: false };
}
