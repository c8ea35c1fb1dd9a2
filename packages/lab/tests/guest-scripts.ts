import { describe, expect, it } from 'vitest';
import type { KernelName } from '../src/index.ts';
import { buildForScripts, incomplete, type RunOptions, runScripts, type ScriptRun } from './script-runs.ts';
import type { TapResult } from './tap.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Message of a test at an attempt before the one that counts. */
    failedBefore?: string;
  }
}

/**
 * The scripts of `npm test`. Scripts that check durations in the guest to a few microseconds are run by `npm run
 * test:matrix` only: on a busy host, time that the host takes from the guest looks like an error of the probe.
 */
const SUITE = ['control.sh', 'counts.sh', 'hotplug.sh', 'late-irq.sh', 'spikes.sh', 'timer.sh'];

/** Those that need a guest of their own, which takes longer to boot than most scripts to run: one kernel each. */
const OWN_GUEST: Partial<Record<KernelName, readonly string[]>> = {
  // Finds what hangs; the matrix gives an operation 2 s.
  '6.1-rt': ['hogged-cpu.sh 10'],
  // Short-lived tasks are fewer than the matrix's 100,000, and still more than there are rows.
  '6.12-rt': ['scale.sh 5000', 'secure-boot.sh'],
};

/** Short scripts whose subject does not depend on the kernel: one kernel runs them. */
const ONE_KERNEL: Partial<Record<KernelName, readonly string[]>> = {
  '6.12-rt': [
    ...['selftest.sh', 'line.sh', 'hostile.sh', 'permissions.sh', 'capture.sh', 'rules.sh', 'dumps.sh'],
    ...['function.sh 3', 'identity.sh', 'many-tasks.sh', 'nested.sh', 'preemptoff.sh 3', 'rtprobectl.sh'],
    ...['action.sh', 'cycle.sh 1', 'marker.sh', 'sample.sh 3', 'unload-order.sh'],
    // Fewer than the matrix's 45. The kernel's own threads start and end with stacks of 16 KiB: of 15, two would be a
    // leak.
    'reload.sh 20',
  ],
};

export const suiteScripts = (kernel: KernelName): readonly string[] => [
  ...SUITE,
  ...(ONE_KERNEL[kernel] ?? []),
  ...(OWN_GUEST[kernel] ?? []),
];

/**
 * Scripts that check neither durations nor the attribution of samples. They run beside the others, in a guest that
 * yields the host's CPUs to the guest of those.
 */
const WITHOUT_TIMES: ReadonlySet<string> = new Set([
  ...['control.sh', 'dumps.sh', 'hogged-cpu.sh', 'hostile.sh', 'hotplug.sh', 'identity.sh', 'many-tasks.sh'],
  ...[
    'permissions.sh',
    'reload.sh',
    'rtprobectl.sh',
    'rules.sh',
    'scale.sh',
    'secure-boot.sh',
    'selftest.sh',
  ],
  'unload-order.sh',
]);

const hasTimes = (script: string): boolean => !WITHOUT_TIMES.has(script.split(' ')[0]!);

/** The check of the kernel log in every script; its failure is never attributed to a busy host. */
export const NO_WARNINGS = /^the kernel log has no warning/;

interface Judged {
  readonly run: ScriptRun;
  /** What failed at a first attempt that does not count. */
  readonly before: readonly TapResult[];
}

/**
 * Runs guest scripts on a kernel, in two guests at a time, while the test file is collected, and makes each of their TAP lines a test, so that
 * the suite counts every check. A script with a failed check gets a second attempt in a guest of its own, because a
 * host that takes a CPU from the emulator at the wrong moment looks like an error of the probe. The second attempt
 * counts, and `npm test` reports the first one at its end. There is no second attempt after a guest that died other than
 * by the emulator's fault, a script that did not finish, or a warning in the kernel log.
 */
export async function guestScripts(kernel: KernelName, scripts: readonly string[]): Promise<void> {
  // Two guests would build the same at the same time.
  await buildForScripts(kernel);
  const lanes = await Promise.allSettled([
    runAll(kernel, scripts.filter(hasTimes)),
    runAll(
      kernel,
      scripts.filter((script) => !hasTimes(script)),
      { niceness: 0 },
    ),
  ]);
  const judged: Judged[] = lanes.flatMap((lane) => {
    if (lane.status === 'rejected') throw lane.reason;
    return lane.value.map((run) => ({ run, before: [] }));
  });
  for (const [i, { run }] of judged.entries()) {
    const before = excusable(run);
    if (before.length === 0) continue;
    for await (const again of runScripts(kernel, [run.script])) judged[i] = { run: again, before };
  }
  for (const { run } of judged)
    for (const line of [...run.report.figures, `took ${run.seconds} s`])
      console.log(`${kernel} ${run.script}: ${line}`);
  // Here, too: a run that is ended has no summary.
  for (const { run } of judged)
    if (typeof run.ended === 'string') console.log(`${kernel} ${run.script}: ${run.ended}`);
  describe(`Linux ${kernel}`, () => {
    for (const each of judged) describe(each.run.script, () => registerTests(each));
  });
}

async function runAll(kernel: KernelName, scripts: readonly string[], options: RunOptions = {}) {
  const runs: ScriptRun[] = [];
  for await (const run of runScripts(kernel, scripts, options)) runs.push(run);
  return runs;
}

const ENDS = 'runs all the tests it planned and ends';

/**
 * The emulator ran a breakpoint that the kernel had already replaced by other code (docs/decisions/0006). The
 * kernel dies at its own code, not at the module's.
 */
function isEmulatorsFault(ended: ScriptRun['ended']): boolean {
  // Later ones are of the code that was interrupted.
  const [, where] = /Oops: int3[\s\S]*?RIP: (.*)/.exec(String(ended)) ?? [];
  return where !== undefined && !where.includes('[rtprobe');
}

/** Returns what failed, if the host or its emulator may have caused it; empty otherwise. */
export function excusable(run: ScriptRun): readonly TapResult[] {
  if (isEmulatorsFault(run.ended))
    return [{ number: 0, sentence: ENDS, ok: false, notes: [String(run.ended)] }];
  const failed = run.report.results.filter(({ ok }) => !ok);
  const forSure = failed.some(({ sentence }) => NO_WARNINGS.test(sentence)) || incomplete(run) !== undefined;
  return forSure ? [] : failed;
}

function registerTests({ run, before }: Judged): void {
  const options = (sentence: string) => {
    const first = before.find((result) => result.sentence === sentence);
    return first ? { meta: { failedBefore: first.notes.join('\n') } } : {};
  };
  for (const { sentence, ok, notes } of run.report.results)
    it(sentence, options(sentence), () => expect(ok, notes.join('\n')).toBe(true));
  it(ENDS, options(ENDS), () => {
    expect(run.report.skipped).toBeUndefined();
    expect(incomplete(run)).toBeUndefined();
  });
}
