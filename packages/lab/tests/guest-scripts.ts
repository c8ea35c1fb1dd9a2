import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type BootedGuest,
  boot,
  buildAgent,
  buildDisturbance,
  buildProbe,
  type KernelName,
  prepareKernel,
} from '../src/index.ts';
import { parseTap, type TapReport } from './tap.ts';

const SCRIPTS = join(import.meta.dirname, '../../../kmod/tests');
const TOOLS = join(import.meta.dirname, '../../../kmod/tools');
/** Milliseconds one script may take on a busy host. */
const SCRIPT_TIMEOUT = 480_000;
/** lib.sh is what the others source. */
const isTest = (name: string): boolean => name.endsWith('.sh') && name !== 'lib.sh';

export const allScripts = (): string[] => readdirSync(SCRIPTS).filter(isTest).sort();

interface ScriptRun {
  readonly script: string;
  readonly report: TapReport;
  /** Exit code of the script, or why there is none. */
  readonly ended: number | string;
  readonly stderr: string;
}

/** A guest with the modules and the agent at hand and nothing loaded: the scripts load for themselves. */
async function bootForScripts(kernel: KernelName): Promise<BootedGuest> {
  const modules = [await buildProbe(kernel), ...(await buildDisturbance(await prepareKernel(kernel)))];
  const agent = await buildAgent();
  // Precedence on the host: what other programs take from the guest would look like its own latency.
  const guest = await boot({ kernel, niceness: -15 });
  await guest.copyIn(modules, '/run/lab/modules');
  // busybox is what rtprobectl finds in an initramfs.
  await guest.copyIn([agent, '/bin/busybox'], '/usr/local/bin');
  await guest.copyIn([SCRIPTS, TOOLS]);
  return guest;
}

async function runScript(guest: BootedGuest, script: string): Promise<ScriptRun> {
  let output = '';
  let stderr = '';
  const decoder = new TextDecoder();
  const ended = await guest
    .exec(['sh', `tests/${script}`], {
      timeout: SCRIPT_TIMEOUT,
      onStdout: (bytes) => {
        output += decoder.decode(bytes, { stream: true });
      },
      onStderr: (bytes) => {
        stderr += bytes.toString();
      },
    })
    .then(({ code }) => code)
    .catch((error: Error) => `${error.message}\n${guest.consoleLog().slice(-2000)}`);
  return { script, report: parseTap(output), ended, stderr };
}

/**
 * Runs guest scripts on a kernel while the test file is collected, and makes each of their TAP lines a
 * test of its own, so that the suite's count is the count of what was checked.
 */
export async function guestScripts(kernel: KernelName, scripts: readonly string[]): Promise<void> {
  const runs: ScriptRun[] = [];
  let guest: BootedGuest | undefined;
  for (const script of scripts) {
    guest ??= await bootForScripts(kernel);
    const run = await runScript(guest, script);
    runs.push(run);
    for (const line of run.report.figures) console.log(`${kernel} ${script}: ${line}`);
    if (typeof run.ended === 'string') {
      // Hung or crashed: the next script gets a fresh guest.
      await guest.down();
      guest = undefined;
    }
  }
  await guest?.down();
  describe(`Linux ${kernel}`, () => {
    for (const run of runs) describe(run.script, () => registerTests(run));
  });
}

function registerTests({ report, ended, stderr }: ScriptRun): void {
  for (const { sentence, ok, notes } of report.results) {
    it(sentence, () => expect(ok, notes.join('\n')).toBe(true));
  }
  it('runs all the tests it planned and ends', () => {
    const said = `it ended with ${ended}\n${stderr}`;
    expect(report.bail, said).toBeUndefined();
    expect(report.planned, said).toBeGreaterThan(0);
    const numbers = report.results.map((result) => result.number);
    expect(numbers, said).toEqual(Array.from({ length: report.planned! }, (_, i) => i + 1));
    expect(ended).toBe(report.results.every((result) => result.ok) ? 0 : 1);
  });
}
