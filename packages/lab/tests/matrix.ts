// npm run test:matrix [-- OPTION…]: the guest scripts of kmod/tests on the stock kernels, as one table.
//
//   --kernel NAME   only this kernel (may be repeated); kernels that the lab compiles, and those of another architecture,
//                   run only when named
//   --only SCRIPT   only this script, arguments included (may be repeated); default: all, and on a kernel
//                   that checks itself sanitizer/known-bad.sh first
//   --seconds N     time limit of each script, for a script that runs longer when its argument says so
//   --guests N      N guests at the same time, which take the scripts in turn; default 1. Most scripts use one CPU;
//                   durations of the guest's own are less exact.
//   --follow        what the scripts say, as they say it, on standard error
//   --json FILE     write the counts to FILE, too
//
// Exit codes: 0 all passed, 1 a test failed or a kernel could not be tried, 2 unusable arguments.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  KERNEL_NAMES,
  type KernelName,
  kernelName,
  NATIVE_STOCK_KERNEL_NAMES,
  WATCHING_KERNEL_NAMES,
} from '../src/index.ts';
import { type Counts, count, matrixTable, type Outcome, skips, total } from './matrix-table.ts';
import { allScripts, buildForScripts, KNOWN_BAD, runScripts, type ScriptRun } from './script-runs.ts';

interface Options {
  readonly kernels: readonly KernelName[];
  /** Missing: all. */
  readonly scripts?: readonly string[];
  readonly seconds?: number;
  readonly guests: number;
  readonly follow: boolean;
  readonly json?: string;
}

const MAX_SECONDS = 86_400;
const MAX_GUESTS = 8;

function number(option: string, word: string, max: number): number {
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`${option} takes a number from 1 to ${max}, not "${word}"`);
}

function parse(): Options {
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', multiple: true },
        only: { type: 'string', multiple: true },
        seconds: { type: 'string' },
        guests: { type: 'string', default: '1' },
        follow: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      const names = `kernels: ${KERNEL_NAMES.join(', ')}\nscripts: ${[KNOWN_BAD, ...allScripts()].join(', ')}`;
      console.log(
        `options: --kernel NAME, --only SCRIPT, --seconds N, --guests N, --follow, --json FILE\n${names}`,
      );
      process.exit(0);
    }
    const known = [KNOWN_BAD, ...allScripts()];
    const unknown = values.only?.find((name) => !known.includes(name.split(' ')[0]!));
    if (unknown) throw new Error(`unknown script "${unknown}"; scripts: ${known.join(', ')}`);
    const seconds =
      values.seconds === undefined ? undefined : number('--seconds', values.seconds, MAX_SECONDS);
    return {
      kernels: values.kernel?.map(kernelName) ?? NATIVE_STOCK_KERNEL_NAMES,
      ...(values.only ? { scripts: values.only } : {}),
      ...(seconds !== undefined && { seconds }),
      guests: number('--guests', values.guests, MAX_GUESTS),
      follow: values.follow,
      ...(values.json ? { json: values.json } : {}),
    };
  } catch (error) {
    console.error(`test:matrix: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Returns all scripts; on a kernel that checks itself, the first one tests that findings are reported. */
const scriptsOf = (kernel: KernelName): string[] =>
  WATCHING_KERNEL_NAMES.includes(kernel) ? [KNOWN_BAD, ...allScripts()] : allScripts();

function report(kernel: KernelName, run: ScriptRun): Counts {
  const { complaints, ...result } = count(run);
  const { passed, failed, skipped } = result;
  const outcome =
    skipped === undefined ? `${passed} passed, ${failed} failed in ${run.seconds} s` : `skipped, ${skipped}`;
  console.log(`${kernel} ${run.script}: ${outcome}`);
  for (const line of run.report.figures) console.log(`  # ${line}`);
  for (const complaint of complaints) console.log(`  ${complaint.replaceAll('\n', '\n  ')}`);
  return result;
}

/** Runs the scripts on one kernel; a kernel that does not build or boot is one failure, with the reason. */
async function tryKernel(kernel: KernelName, options: Options): Promise<Outcome> {
  const { scripts = scriptsOf(kernel), seconds, guests, follow } = options;
  const counts: Record<string, Counts> = {};
  const onOutput = (text: string) => follow && process.stderr.write(text);
  const limits = seconds === undefined ? {} : { seconds };
  const next = scripts[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for await (const run of runScripts(kernel, next, { onOutput, ...limits }))
      counts[run.script] = report(kernel, run);
  };
  try {
    await buildForScripts(kernel);
    const ends = await Promise.allSettled(Array.from({ length: guests }, work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return { kernel, counts };
  } catch (error) {
    const why = (error as Error).message;
    console.log(`${kernel}: ${why}`);
    return { kernel, counts, why };
  }
}

const options = parse();
const outcomes: Outcome[] = [];
for (const kernel of options.kernels) outcomes.push(await tryKernel(kernel, options));
const { passed, failed } = total(outcomes);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ outcomes, passed, failed }, null, 2)}\n`);
const skipped = skips(outcomes);
for (const line of ['', matrixTable(outcomes), ...skipped]) console.log(line);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} scripts skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
