// The kernel stack of a spike.
import type { Spike } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

/** Why a spike has no kernel stack. */
export const noStackReason = ({ mode }: Pick<Spike, 'mode'>): string =>
  t(mode === 'user' ? 'detail.stackUser' : 'detail.stackNone');
