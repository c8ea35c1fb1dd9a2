// The settings of a host that decide whether two runs can be compared, from what the module and the agent reported.
import { formatDuration } from '@rtprobe/metrics';
import type {
  HostConfig,
  HostInfo,
  InterruptLine,
  Rule,
  RunSettings,
  SettingChange,
  SettingName,
  UnixMicros,
} from '@rtprobe/protocol';
import type { Host } from '../host/host.ts';

const AFFINITY = 'affinity/';

function thresholdsOf({ thresholds, thresholdNs }: HostConfig): string {
  if (!thresholds) return formatDuration(thresholdNs);
  return thresholds
    .map(({ measure, thresholdNs: ns, kthreadsNs }) => {
      const kthreads = kthreadsNs === undefined ? '' : `/${formatDuration(kthreadsNs)}`;
      return `${measure} ${formatDuration(ns)}${kthreads}`;
    })
    .join(', ');
}

/** Returns a rule without its number and counters, so that the same rule is the same text. */
function ruleText({
  id,
  hits,
  limited,
  thresholdNs,
  capture,
  cooldownNs,
  periodNs,
  ...selects
}: Rule): string {
  const words = Object.entries(selects).map(([name, value]) => `${name}=${value}`);
  if (periodNs !== undefined) words.push(`period=${formatDuration(periodNs)}`);
  return [...words, `threshold=${formatDuration(thresholdNs)}`, `capture=${capture.join(',')}`].join(' ');
}

function affinityOf({ affinity, effectiveAffinity }: InterruptLine): string | undefined {
  if (affinity === undefined || effectiveAffinity === undefined || effectiveAffinity === affinity)
    return affinity;
  return `${affinity} (effective ${effectiveAffinity})`;
}

const configSettings = (config: HostConfig): Partial<Record<SettingName, string | undefined>> => ({
  measures: config.measures.join(', '),
  period: formatDuration(config.periodNs),
  interval: formatDuration(config.intervalNs),
  thread_priority: config.threadPriority?.toString(),
  probe_cpus: config.cpus,
  thresholds: thresholdsOf(config),
  capture: config.capture?.join(', '),
  recorder: config.recorder === undefined ? undefined : config.recorder ? 'on' : 'off',
});

const hostSettings = (info: HostInfo): Partial<Record<SettingName, string | undefined>> => ({
  kernel:
    info.kernel &&
    `${info.kernel.release} ${info.kernel.machine}${info.kernel.preemptRt ? ' PREEMPT_RT' : ''}`,
  kernel_build: info.kernel?.version,
  cpu_model: info.cpuModel,
  cpus_online: info.cpusOnline,
  probe_clock: info.clock,
  module: info.moduleVersion,
});

export function settingsOf({ info, state }: Pick<Host, 'info' | 'state'>): RunSettings {
  const { devices, rules } = state;
  const { isolcpus, nohzFull } = devices.isolation;
  const found: Record<string, string | undefined> = {
    ...hostSettings(info),
    ...info.machine,
    ...devices.settings,
    ...{ isolcpus, nohz_full: nohzFull },
    ...(info.config && configSettings(info.config)),
    rules: rules.map(ruleText).join('; '),
  };
  for (const line of devices.lines) found[`${AFFINITY}${line.irq}`] = affinityOf(line);
  const known = Object.entries(found).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(known);
}

/** Settings that `rtprobe run` reads itself; the host's state does not have them. */
const OWN: ReadonlySet<string> = new Set<SettingName>(['kernel_config']);

/** Returns what differs. A host whose agent reads no files has no lines and no devices, so nothing is missing there. */
export function changesOf(before: RunSettings, after: RunSettings, time: UnixMicros): SettingChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !OWN.has(name),
  );
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      ...{ time, name },
      ...(before[name] !== undefined && { before: before[name] }),
      ...(after[name] !== undefined && { after: after[name] }),
    }));
}

/** Returns the settings after some changes. */
export function changed(settings: RunSettings, changes: readonly SettingChange[]): RunSettings {
  const now = new Map(Object.entries(settings));
  for (const { name, after } of changes) {
    if (after === undefined) now.delete(name);
    else now.set(name, after);
  }
  return Object.fromEntries(now);
}
