// The content of an export, and how its texts are made safe for other programs.
import { visibleText } from '@rtprobe/metrics';
import type { HostInfo, Incident, RunInfo, Spike, Trace } from '@rtprobe/protocol';

/** A spike with its machine and its trace. */
export interface SpikeRecord {
  spike: Spike;
  /** The machine, if it is known. */
  host?: HostInfo;
  /** The trace, if there is one. */
  trace?: Trace;
  /** The incident that the spike is a symptom of, if it is known. */
  incident?: Incident;
}

/** Returns a name for a file, with invisible characters escaped. */
export const safe = visibleText;

/** Formats a time as 2026-11-24T13:48:56.123456Z. */
export function isoMicros(unixMicros: number): string {
  const whole = new Date(Math.floor(unixMicros / 1000)).toISOString();
  const micros = String(Math.round(unixMicros) % 1000).padStart(3, '0');
  return `${whole.slice(0, -1)}${micros}Z`;
}

/**
 * Returns the machine as it was at a spike. `host` is its present state, which is valid only for a spike of the current
 * run. For an earlier run it returns the stored facts, without those that are unknown.
 */
export function hostAt(
  spike: Spike,
  host: HostInfo | undefined,
  run: RunInfo | undefined,
): { host: HostInfo | undefined; isPresent: boolean } {
  if (host === undefined || host.host !== spike.host) return { host: undefined, isPresent: false };
  if (host.state === 'replay') return { host, isPresent: true };
  if (run?.live === true || (host.runStartedAt !== undefined && spike.time >= host.runStartedAt))
    return { host, isPresent: true };
  if (run === undefined) return { host: undefined, isPresent: false };
  const { index, state, since, history } = host;
  const { kernel: release, preemptRt, moduleVersion, startedAt: runStartedAt } = run;
  const kernel = { release, version: '', machine: '', preemptRt };
  return {
    host: { ...{ host: host.host, index, state, since, history }, kernel, moduleVersion, runStartedAt },
    isPresent: false,
  };
}

/** Returns "6.12.0-rt #1 SMP x86_64", as far as it is known. */
export const kernelWords = ({ release, version, machine }: NonNullable<HostInfo['kernel']>): string =>
  [release, version, machine].filter((word) => word !== '').join(' ');
