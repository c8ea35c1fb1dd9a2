import type { Spike } from '@rtprobe/protocol';
import { taskLabel } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';

/** Names the task that was interrupted; hostile text. */
export function spikeTask(spike: Spike): string {
  if (spike.mode === 'idle') return t('spikes.idle', { cpu: spike.cpu });
  return taskLabel(spike.task.pid, spike.task);
}
