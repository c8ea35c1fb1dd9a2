// Translates the module's settings into the terms of the protocol.
import type { Config } from '@rtprobe/abi';
import type { HostConfig } from '@rtprobe/protocol';
import { capturesOf, measuresOf } from './measure.ts';

export function toConfig(config: Config): HostConfig {
  const { threadPriority, capture, recorder, cpus } = config;
  return {
    measures: measuresOf(config.measures ?? 0),
    periodNs: Number(config.periodNs ?? 0n),
    thresholdNs: Number(config.thresholdNs ?? 0n),
    intervalNs: Number(config.intervalNs ?? 0n),
    ...(threadPriority !== undefined && { threadPriority }),
    ...(capture !== undefined && { capture: capturesOf(capture) }),
    ...(recorder !== undefined && { recorder: recorder === 1 }),
    ...(cpus !== undefined && { cpus }),
  };
}
