import { formatBytes } from '@rtprobe/metrics';
import type { HostStats } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

/** Returns "1.2 ms/s, 0.9 MB": CPU time and memory of the agent; only the memory before the second report. */
export function agentLoadText({ cpuMsPerSecond: ms, rssBytes }: NonNullable<HostStats['agent']>): string {
  const memory = formatBytes(rssBytes);
  return ms === undefined ? memory : t('bar.agentLoad', { ms: ms.toFixed(ms < 10 ? 2 : 0), memory });
}
