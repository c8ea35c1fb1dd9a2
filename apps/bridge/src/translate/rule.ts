// Converts rules from the kernel's messages to the protocol, and back.
import type { Rule as KernelRule } from '@rtprobe/abi';
import type { Rule, RuleRequest } from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import { captureBits, capturesOf, measureBits, measuresOf } from './measure.ts';

/** Returns undefined if the rule has no number. */
export function toRule(rule: KernelRule): Rule | undefined {
  const { id, measures, irq, name, cpus, pid, comm, cgroup } = rule;
  if (id === undefined) return undefined;
  return {
    id,
    ...(measures !== undefined && { measures: measuresOf(measures) }),
    ...definedOnly({ irq, name, cpus, pid, comm, cgroup }),
    thresholdNs: Number(rule.thresholdNs ?? 0n),
    capture: capturesOf(rule.capture ?? 0),
    rate: rule.rate ?? 0,
    cooldownNs: Number(rule.cooldownNs ?? 0n),
    hits: Number(rule.hits ?? 0n),
    limited: Number(rule.limited ?? 0n),
  };
}

export function toKernelRule(rule: RuleRequest): KernelRule {
  const { measures, irq, name, cpus, pid, comm, cgroup, thresholdNs, capture, rate, cooldownNs } = rule;
  return {
    ...(measures && { measures: measureBits(measures) }),
    ...definedOnly({ irq, name, cpus, pid, comm, cgroup }),
    thresholdNs: BigInt(thresholdNs),
    ...(capture && { capture: captureBits(capture) }),
    ...(rate !== undefined && { rate }),
    ...(cooldownNs !== undefined && { cooldownNs: BigInt(cooldownNs) }),
  };
}
