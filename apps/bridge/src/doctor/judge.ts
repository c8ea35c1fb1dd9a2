// The doctor's judgement: all checks of a machine, in the order of their list.
import {
  type Advice,
  DOCTOR_CHECKS,
  type Doctor,
  type DoctorCheck,
  type DoctorFinding,
} from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import type { Check } from './check.ts';
import { deviceChecks } from './devices-checks.ts';
import type { CollectedFacts } from './facts.ts';
import { isolationChecks } from './isolation-checks.ts';
import { kernelChecks } from './kernel-checks.ts';
import { Machine, POLICY_NAMES } from './machine.ts';
import { measuresOf } from './measures.ts';
import { memoryChecks } from './memory-checks.ts';
import { powerChecks } from './power-checks.ts';
import { schedulingChecks } from './scheduling-checks.ts';

const EVIDENCE_MAX = 24;

const checks: Readonly<Record<DoctorCheck, Check>> = {
  ...schedulingChecks,
  ...powerChecks,
  ...isolationChecks,
  ...memoryChecks,
  ...kernelChecks,
  ...deviceChecks,
};

export interface JudgeOptions {
  /** Name of the application's task; else the real-time task with the highest priority. */
  readonly task?: string;
  /** Returns effect and remedies of a check. */
  readonly advice: (check: DoctorCheck) => Advice | undefined;
}

function findingOf(id: DoctorCheck, machine: Machine, advice: Advice | undefined): DoctorFinding {
  const { title, zh, judge } = checks[id];
  const { state, evidence, reason } = judge(machine);
  return {
    ...{ id, state, title },
    ...(reason && { reason: reason.en }),
    zh: { title: zh, ...(reason && { reason: reason.zh }) },
    evidence: evidence.slice(0, EVIDENCE_MAX),
    ...(evidence.length > EVIDENCE_MAX && { moreEvidence: evidence.length - EVIDENCE_MAX }),
    ...definedOnly({ advice }),
  };
}

/** Judges a machine by its facts. */
export function judge({ facts, module }: CollectedFacts, { task, advice }: JudgeOptions): Doctor {
  const machine = new Machine(facts, task);
  const { application } = machine;
  const kernel = machine.text('/proc/sys/kernel/osrelease');
  const measures = measuresOf(machine);
  return {
    ...definedOnly({ root: facts.root, kernel, measures, module }),
    asUser: facts.uid !== 0,
    leftOut: facts.leftOut,
    ...(application && {
      task: {
        ...{ pid: application.pid, name: application.name, priority: application.priority },
        policy: POLICY_NAMES[application.policy] ?? String(application.policy),
      },
    }),
    findings: DOCTOR_CHECKS.map((id) => findingOf(id, machine, advice(id))),
  };
}
