// The caption of a picture: the circumstances of a value, because bug trackers drop all other metadata.
import { formatDuration } from '@rtprobe/metrics';
import {
  descriptorOf,
  type HostConfig,
  type HostInfo,
  type HostStats,
  lossesOf,
  type SourceInfo,
} from '@rtprobe/protocol';
import { deviceWithEvidence } from '../device.ts';
import { isoMicros, kernelWords, type SpikeRecord, safe } from './record.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Circumstances beside the spike and its machine. */
export interface Circumstances {
  readonly stats?: HostStats | undefined;
  /** Number of values of the measure in this run. */
  readonly samples?: number | undefined;
  /** All sources of the host; the caption gives the affinity of the lines that the spike names. */
  readonly sources?: readonly SourceInfo[] | undefined;
}

/** Maximum number of affinities in a caption. */
const AFFINITIES_MAX = 8;

type Candidate = readonly [name: string, value: string | number | false | undefined];

/** Returns the facts that are known. */
const facts = (candidates: readonly Candidate[]): Fact[] =>
  candidates.flatMap(([name, value]) =>
    value === undefined || value === false || value === '' ? [] : [{ name, value: safe(String(value)) }],
  );

/** Returns the one threshold of a module, or "100 µs timer_latency wakeup_latency, 50 µs irqsoff": those that are on. */
function thresholdWords(config: HostConfig | undefined): Candidate {
  if (config?.thresholds === undefined) {
    return [
      'general threshold',
      config && (config.thresholdNs > 0 ? formatDuration(config.thresholdNs) : 'none'),
    ];
  }
  const all = config.thresholds.flatMap(({ measure, thresholdNs, kthreadsNs = 0 }) => [
    { name: measure as string, ns: thresholdNs },
    { name: `${measure}/kthreads`, ns: kthreadsNs },
  ]);
  const groups = [...Map.groupBy(all, ({ ns }) => ns)].filter(([ns]) => ns > 0);
  const words = groups
    .sort(([a], [b]) => b - a)
    .map(([ns, of]) => `${formatDuration(ns)} ${of.map(({ name }) => name).join(' ')}`);
  return ['thresholds', words.join(', ') || 'none'];
}

function machineOf(host: HostInfo | undefined): Candidate[] {
  const { kernel, cpuModel, cpusOnline, clock, moduleVersion, config, machine } = host ?? {};
  return [
    ['kernel', kernel && kernelWords(kernel)],
    ['cmdline', machine?.cmdline],
    ['PREEMPT_RT', kernel && (kernel.preemptRt ? 'yes' : 'no')],
    ['CPU', cpuModel],
    ['CPUs online', cpusOnline],
    ['clock source', machine?.clocksource ?? clock],
    ['governor', machine?.governor],
    ['module', moduleVersion && `rtprobe ${moduleVersion}`],
    ['measures', config?.measures.join(' ')],
    ['period', config && formatDuration(config.periodNs)],
    thresholdWords(config),
  ];
}

/** Returns "irq 36 on CPU 0-1, irq 24 on CPU 3" for the named lines; for all lines if none is named. */
function affinityOf(sources: readonly SourceInfo[] | undefined, irqs: ReadonlySet<number>): string {
  const affinities = new Map<number, string>();
  for (const { measure, number, affinity, retired } of sources ?? []) {
    if (measure !== 'hardirq_duration' || affinity === undefined || affinity === '' || retired) continue;
    if (irqs.size === 0 || irqs.has(number)) affinities.set(number, affinity);
  }
  const lines = [...affinities].sort(([a], [b]) => a - b);
  const words = lines.slice(0, AFFINITIES_MAX).map(([irq, cpus]) => `irq ${irq} on CPU ${cpus}`);
  const more = lines.length - words.length;
  return [...words, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Returns the interrupt lines that a spike names. */
function irqsOf({ spike, trace }: SpikeRecord): Set<number> {
  const irqs = new Set<number>();
  for (const named of [spike, spike.cause]) {
    const source = named && descriptorOf(named.measure).source;
    if (named && (source === 'irq' || source === 'irq-task')) irqs.add(named.number);
  }
  for (const part of spike.parts ?? [])
    if (part.kind === 'hardirq' || part.kind === 'irq_thread') irqs.add(part.number);
  for (const label of Object.keys(trace?.names ?? {})) {
    const [, irq] = /^irq (\d+)$/.exec(label) ?? [];
    if (irq !== undefined) irqs.add(Number(irq));
  }
  return irqs;
}

function countsOf({ stats, samples }: Circumstances): Candidate[] {
  const losses = stats && lossesOf(stats.lost);
  return [
    ['n', samples],
    ['events', stats?.events],
    ['dropped', losses?.dropped],
    ['missed while the CPU was held', losses?.missed],
    ['details not captured', losses?.uncaptured],
    ['spikes', stats?.spikesTotal],
  ];
}

/** Returns the caption of a spike report. */
export function captionOf(record: SpikeRecord, circumstances: Circumstances = {}): Fact[] {
  const { spike, host, trace, incident } = record;
  const irqs = irqsOf(record);
  const window = trace && trace.windowToNs - trace.windowFromNs;
  const cut = trace?.cpus.filter((cpu) => cpu.overwritten).map((cpu) => cpu.cpu) ?? [];
  return facts([
    ['host', spike.host],
    ...machineOf(host),
    ['IRQ affinity', irqs.size > 0 && affinityOf(circumstances.sources, irqs)],
    ['run since', host?.runStartedAt !== undefined && isoMicros(host.runStartedAt)],
    ...countsOf(circumstances),
    ['incident', incident?.sentence],
    ['symptoms of the incident', incident?.symptoms.length],
    ['spike', spike.id],
    ['measure', spike.measure],
    ['device', spike.device && deviceWithEvidence(spike.device)],
    ['value', `${spike.valueNs} ns`],
    ['threshold', `${spike.thresholdNs} ns${spike.rule === undefined ? '' : `, rule ${spike.rule}`}`],
    ['time', isoMicros(spike.time)],
    ['monotonic', `${spike.monoNs} ns`],
    ['window', window !== undefined && `${window} ns`],
    ['trace', trace && (cut.length > 0 ? `start overwritten on CPU ${cut.join(', ')}` : 'complete')],
  ]);
}

/** Returns the caption of a time range of a host, for the picture of a screen. */
export function captionOfWindow(
  host: HostInfo,
  window: { readonly from: number; readonly to: number },
  circumstances: Circumstances,
): Fact[] {
  return facts([
    ['host', host.host],
    ...machineOf(host),
    ['IRQ affinity', affinityOf(circumstances.sources, new Set())],
    ['run since', host.runStartedAt !== undefined && isoMicros(host.runStartedAt)],
    ['window', `${isoMicros(window.from)} to ${isoMicros(window.to)}`],
    ...countsOf(circumstances),
  ]);
}
