// Why not everything on a CPU was seen, in words.
import { rate } from '@rtprobe/metrics';
import type { Unseen } from '@rtprobe/protocol';
import { counterName } from '../../i18n/counters.ts';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';

/** `ownTimerPerSecond`: how often the module's own timer interrupts the CPU. */
export function unseenText({ why, at, what = '' }: Unseen, ownTimerPerSecond: number): string {
  const time = dateTime(at);
  switch (why) {
    case 'measure_off':
      return t('isolation.unseen.measure_off', { time, what });
    case 'dropped':
      return t('isolation.unseen.dropped', { time, what: counterName(what) });
    case 'suspended':
      return t('isolation.unseen.suspended', { time });
    case 'own_timer':
      return t('isolation.unseen.own_timer', { rate: rate(ownTimerPerSecond) });
    case 'disconnected':
      return t('isolation.unseen.disconnected', { time });
    case 'offline':
      return t('isolation.unseen.offline');
  }
}
