// A check of the doctor: its title, and what it says about a machine.
import type { Machine } from './machine.ts';
import { ok, type Reason, type Verdict } from './verdict.ts';

export interface Check {
  readonly title: string;
  readonly zh: string;
  readonly judge: (machine: Machine) => Verdict;
}

/** Reason for files that a pattern did not find. */
export const noneFound = (pattern: string): Reason => ({
  en: `${pattern} does not exist on this machine`,
  zh: `该机器上没有 ${pattern}`,
});

export const NOT_IN_COPY: Reason = {
  en: 'a copy of files does not have it; collect on the machine itself',
  zh: '文件副本中没有它；请在该机器上收集',
};

/**
 * Judges one file by its text. `absent: 'ok'`: a kernel without the feature has no such file. In a copy, the file may
 * just not have been copied.
 */
export const ofFile =
  (path: string, absent: 'ok' | 'unknown', judge: (text: string, machine: Machine) => Verdict) =>
  (machine: Machine): Verdict => {
    const text = machine.text(path);
    if (text !== undefined) return judge(text, machine);
    const isLacking = machine.error(path) === 'ENOENT' && machine.facts.root === undefined;
    return absent === 'ok' && isLacking ? ok(machine.file(path)) : machine.missing(path);
  };

/** Judges one file that has to contain a value. */
export const unlessFile = (
  path: string,
  absent: 'ok' | 'unknown',
  isGood: (text: string) => boolean,
  state: 'problem' | 'risk' = 'risk',
) =>
  ofFile(path, absent, (text, machine) => ({
    state: isGood(text) ? 'ok' : state,
    evidence: [machine.file(path)],
  }));
