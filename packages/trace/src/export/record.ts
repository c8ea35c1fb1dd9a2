// What is exported of a spike, and how its texts are made safe for a file that others open.
import { visibleText } from '@rtprobe/metrics';
import type { HostInfo, RunInfo, Spike, Trace } from '@rtprobe/protocol';

/** A spike with all that is known of it. */
export interface SpikeRecord {
  spike: Spike;
  /** The machine, where it is known. */
  host?: HostInfo;
  /** The flight recorder's slice, where there is one. */
  trace?: Trace;
}

/** Names, as files show them: nothing in them stays invisible. */
export const safe = visibleText;

/** 2026-11-24T13:48:56.123456Z */
export function isoMicros(unixMicros: number): string {
  const whole = new Date(Math.floor(unixMicros / 1000)).toISOString();
  const micros = String(Math.round(unixMicros) % 1000).padStart(3, '0');
  return `${whole.slice(0, -1)}${micros}Z`;
}

/**
 * The machine as it was at a spike. `host` is what it is now: it stands for what it was only where the spike is of the
 * run that goes on. Of an earlier run the little that was stored is given, and nothing where that is unknown.
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

/** "6.12.0-rt #1 SMP x86_64", as far as it is known. */
export const kernelWords = ({ release, version, machine }: NonNullable<HostInfo['kernel']>): string =>
  [release, version, machine].filter((word) => word !== '').join(' ');
