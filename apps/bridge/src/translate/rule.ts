// Converts rules from the kernel's messages to the protocol, and back.
import { ActionName, type Rule as KernelRule } from '@rtprobe/abi';
import { ACTIONS, type Action, type Rule, type RuleAction, type RuleRequest } from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import { captureBits, capturesOf, measureBits, measuresOf } from './measure.ts';

/** Actions as the kernel's bits, whose names are those of the protocol except for hyphens. */
function actionBits(actions: readonly Action[]): number {
  const bits = Object.entries(ActionName).filter(([, name]) => actions.some((action) => action === name));
  return bits.reduce((sum, [bit]) => sum | Number(bit), 0);
}

export function actionsOf(bits: number): Action[] {
  return ACTIONS.filter((action) => bits & actionBits([action]));
}

function toAction(rule: KernelRule): RuleAction | undefined {
  const actions = actionsOf(rule.action ?? 0);
  if (actions.length === 0) return undefined;
  const { signalPid: pid, signalComm: comm, stopNs, signalNs, signalError } = rule;
  return {
    stopTrace: actions.includes('stop_trace'),
    ...(actions.includes('signal') && {
      signal: { ...definedOnly({ pid, comm }), number: rule.signal ?? 0 },
    }),
    armed: rule.armed === 1,
    acted: Number(rule.acted ?? 0n),
    unarmed: Number(rule.unarmed ?? 0n),
    ...(stopNs && { stopNs: Number(stopNs) }),
    ...(signalNs && { signalNs: Number(signalNs) }),
    ...(signalError && { signalError }),
  };
}

/** Returns undefined if the rule has no number. */
export function toRule(rule: KernelRule): Rule | undefined {
  const { id, measures, irq, name, cpus, pid, comm, cgroup } = rule;
  if (id === undefined) return undefined;
  const action = toAction(rule);
  return {
    id,
    ...(measures !== undefined && { measures: measuresOf(measures) }),
    ...definedOnly({ irq, name, cpus, pid, comm, cgroup }),
    thresholdNs: Number(rule.thresholdNs ?? 0n),
    capture: capturesOf(rule.capture ?? 0),
    rate: rule.rate ?? 0,
    cooldownNs: Number(rule.cooldownNs ?? 0n),
    ...(rule.periodNs !== undefined && { periodNs: Number(rule.periodNs) }),
    ...(action && { action }),
    hits: Number(rule.hits ?? 0n),
    limited: Number(rule.limited ?? 0n),
  };
}

function toKernelAction({ stopTrace, signal }: NonNullable<RuleRequest['action']>): KernelRule {
  const action = actionBits([
    ...(stopTrace ? (['stop_trace'] as const) : []),
    ...(signal ? (['signal'] as const) : []),
  ]);
  return {
    action,
    ...(signal && definedOnly({ signalPid: signal.pid, signalComm: signal.comm, signal: signal.number })),
  };
}

export function toKernelRule(rule: RuleRequest): KernelRule {
  const { measures, irq, name, cpus, pid, comm, cgroup, thresholdNs, capture, rate, cooldownNs, periodNs } =
    rule;
  const { action } = rule;
  return {
    ...(measures && { measures: measureBits(measures) }),
    ...definedOnly({ irq, name, cpus, pid, comm, cgroup }),
    thresholdNs: BigInt(thresholdNs),
    ...(capture && { capture: captureBits(capture) }),
    ...(rate !== undefined && { rate }),
    ...(cooldownNs !== undefined && { cooldownNs: BigInt(cooldownNs) }),
    ...(periodNs !== undefined && { periodNs: BigInt(periodNs) }),
    ...(action && toKernelAction(action)),
  };
}
