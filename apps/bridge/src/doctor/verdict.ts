// What a check says about a machine.
import type { DoctorEvidence, DoctorState } from '@rtprobe/protocol';

/** Why a state is unknown, in both languages. */
export interface Reason {
  readonly en: string;
  readonly zh: string;
}

export interface Verdict {
  readonly state: DoctorState;
  readonly evidence: readonly DoctorEvidence[];
  readonly reason?: Reason;
}

const withState =
  (state: DoctorState) =>
  (...evidence: readonly DoctorEvidence[]): Verdict => ({ state, evidence });

export const ok = withState('ok');
export const problem = withState('problem');
export const risk = withState('risk');
export const unknown = (reason: Reason, ...evidence: readonly DoctorEvidence[]): Verdict => ({
  ...{ state: 'unknown', reason, evidence },
});

/** Returns `state` if a condition holds, else ok. */
export const when = (
  condition: boolean,
  state: 'problem' | 'risk',
  ...evidence: readonly DoctorEvidence[]
): Verdict => ({ state: condition ? state : 'ok', evidence });
