// Translates the module's settings into the terms of the protocol, and thresholds back.
import type { Config, Threshold } from '@rtprobe/abi';
import type { HostConfig, Measure, MeasureThreshold } from '@rtprobe/protocol';
import { capturesOf, measureNumber, measureOf, measuresOf } from './measure.ts';

/** Leaves out measures that this version does not have. */
function toThresholds(thresholds: readonly Threshold[]): MeasureThreshold[] {
  return thresholds.flatMap(({ measure: number, thresholdNs, kthreadsNs }) => {
    const measure = measureOf(number);
    if (measure === undefined) return [];
    return {
      ...{ measure, thresholdNs: Number(thresholdNs ?? 0n) },
      ...(kthreadsNs !== undefined && { kthreadsNs: Number(kthreadsNs) }),
    };
  });
}

export function toConfig(config: Config): HostConfig {
  const { threadPriority, capture, recorder, cpus, threshold, selfLimit } = config;
  return {
    measures: measuresOf(config.measures ?? 0),
    periodNs: Number(config.periodNs ?? 0n),
    thresholdNs: Number(config.thresholdNs ?? 0n),
    ...(threshold && { thresholds: toThresholds(threshold) }),
    intervalNs: Number(config.intervalNs ?? 0n),
    ...(threadPriority !== undefined && { threadPriority }),
    ...(capture !== undefined && { capture: capturesOf(capture) }),
    ...(recorder !== undefined && { recorder: recorder === 1 }),
    ...(cpus !== undefined && { cpus }),
    ...(selfLimit !== undefined && { selfLimit }),
  };
}

/** A threshold of a request; what it leaves out stays. */
export interface ThresholdChange {
  measure: Measure;
  thresholdNs?: number | undefined;
  kthreadsNs?: number | undefined;
}

export function fromThresholds(changes: readonly ThresholdChange[]): Threshold[] {
  return changes.map(({ measure, thresholdNs, kthreadsNs }) => ({
    measure: measureNumber(measure),
    ...(thresholdNs !== undefined && { thresholdNs: BigInt(thresholdNs) }),
    ...(kthreadsNs !== undefined && { kthreadsNs: BigInt(kthreadsNs) }),
  }));
}
