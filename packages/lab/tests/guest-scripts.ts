import { describe, expect, it } from 'vitest';
import type { KernelName } from '../src/index.ts';
import { incomplete, runScripts, type ScriptRun } from './script-runs.ts';

/**
 * The scripts of `npm test`. Those that judge how long something took in the guest, to a few microseconds, are run by
 * `npm run test:matrix`: on a busy host what the host takes from the guest looks like an error of the probe.
 */
const SUITE = [
  'control.sh',
  'counts.sh',
  'hotplug.sh',
  'late-irq.sh',
  'reload.sh',
  'rtprobectl.sh',
  'spikes.sh',
  'timer.sh',
];

export const suiteScripts = (): readonly string[] => SUITE;

/**
 * Runs guest scripts on a kernel while the test file is collected, and makes each of their TAP lines a
 * test of its own, so that the suite's count is the count of what was checked.
 */
export async function guestScripts(kernel: KernelName, scripts: readonly string[]): Promise<void> {
  const runs: ScriptRun[] = [];
  for await (const run of runScripts(kernel, scripts)) {
    runs.push(run);
    for (const line of run.report.figures) console.log(`${kernel} ${run.script}: ${line}`);
  }
  describe(`Linux ${kernel}`, () => {
    for (const run of runs) describe(run.script, () => registerTests(run));
  });
}

function registerTests(run: ScriptRun): void {
  for (const { sentence, ok, notes } of run.report.results) {
    it(sentence, () => expect(ok, notes.join('\n')).toBe(true));
  }
  it('runs all the tests it planned and ends', () => expect(incomplete(run)).toBeUndefined());
}
