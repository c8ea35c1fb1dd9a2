// npm run test:pairs [-- OPTION…]: runs of cyclictest beside a constant load in a guest, whose interrupt handler takes
// 4 ms of the CPU of cyclictest ten times a second.
//
//   --pairs N        pairs of neighbouring runs that do not differ (10)
//   --seconds N      length of a run, 20 to 600 (30)
//   --kernel NAME    the guest's kernel (6.12-rt)
//   --json FILE      write the comparisons to FILE, too
//
// In one more run the interrupt is on the other CPU. Prints the verdict of each pair; what the comparison says of that run;
// and what the run before would have been without the interrupt, beside what came.
//
// Exit codes: 0 no pair without a difference has one, and the interrupt's is found with its cause and its setting; 1 not so;
// 2 unusable arguments.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KERNEL_NAMES, type KernelName, kernelName } from '@rtprobe/lab';
import type { ComparedPair, Comparison, Measure, TestRun, WhatIf } from '@rtprobe/protocol';
import { type DemoBridge, withDemo } from './demo-bridge.ts';

/** It has the lateness of the timer, which waits for the handler. */
const MEASURE: Measure = 'response_time';
/**
 * Length of the handler, and the pause until the next one. About one in twenty cycles is late by it, so that what the host
 * does to the guest matters little for p99.
 */
const HANDLER_US = 4000;
const PAUSE_S = 0.05;
/** Values over this are spikes: less than the handler, so that few others are. */
const THRESHOLD_US = 2500;
/** Where cyclictest runs; the interrupt, too, but in the last run. */
const CPU = 1;
const OTHER_CPU = 0;

interface Options {
  readonly pairs: number;
  readonly seconds: number;
  readonly kernel: KernelName;
  readonly json?: string;
}

function integer(name: string, word: string, from: number, to: number): number {
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  throw new Error(`--${name} takes a number from ${from} to ${to}, not "${word}"`);
}

function parse(): Options {
  try {
    const { values } = parseArgs({
      options: {
        pairs: { type: 'string', default: '10' },
        seconds: { type: 'string', default: '30' },
        kernel: { type: 'string', default: '6.12-rt' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(`options: --pairs N, --seconds N, --kernel NAME (${KERNEL_NAMES.join(', ')}), --json FILE`);
      process.exit(0);
    }
    return {
      pairs: integer('pairs', values.pairs, 1, 100),
      seconds: integer('seconds', values.seconds, 20, 600),
      kernel: kernelName(values.kernel),
      ...(values.json !== undefined && { json: values.json }),
    };
  } catch (error) {
    console.error(`test:pairs: ${(error as Error).message}`);
    process.exit(2);
  }
}

const progress = (text: string): void => console.error(`test:pairs: ${text}`);
const ms = (ns: number): string => `${(ns / 1e6).toFixed(2)} ms`;

/** Replaces the demo's load, which changes, by a constant one. Returns the number of its interrupt. */
async function startLoad({ guest }: DemoBridge): Promise<number> {
  const handler = `while :; do echo kind=hardirq us=${HANDLER_US} >/proc/rtprobe_disturb; sleep ${PAUSE_S}; done`;
  await guest.sh(`
    pkill -f 'story/stor[y]'; pkill disturbances; pkill -f -- '-loa[d]'; pkill stress-ng; pkill cyclictest; sleep 1
    measures=$(sed -n 's/^measures=//p' /proc/rtprobe/control)
    echo "measures=$measures,${MEASURE}" >/proc/rtprobe/control
    echo 'clear; cycle task=cyclictest deadline=${THRESHOLD_US}us capture=none' >/proc/rtprobe/rules
    setsid taskset -c ${OTHER_CPU} sh -c '${handler}' >/dev/null 2>&1 </dev/null &
    sleep 5`);
  const irq = /irq=(\d+)/.exec(await guest.sh('cat /proc/rtprobe_disturb'))?.[1];
  if (irq === undefined) throw new Error('the disturbing module has no interrupt');
  await guest.sh(`echo ${CPU} >/proc/irq/${irq}/smp_affinity_list; sleep 2`);
  return Number(irq);
}

async function oneRun({ guest, ask, now }: DemoBridge, name: string, seconds: number): Promise<TestRun> {
  const command = [
    'cyclictest',
    '-m',
    '-t1',
    '-a',
    `${CPU}`,
    '-p',
    '94',
    '-i',
    '2000',
    '-q',
    '-D',
    `${seconds}`,
  ];
  const boot = (await guest.sh('cat /proc/sys/kernel/random/boot_id')).trim();
  const { id } = await ask<TestRun>('/test-runs', { boot, command, name, at: await now() });
  const { code, stdout: output } = await guest.exec(command, { timeout: (seconds + 60) * 1000 });
  const ended = await ask<TestRun>(`/test-runs/${id}`, { at: await now(), exitCode: code, output });
  progress(`${name}: ${ended.result?.rows.map(({ maxNs = 0 }) => ms(maxNs)).join(', ')}`);
  return ended;
}

/** Verdict and percentiles that differ, in a line. */
function lineOf({ a, b, verdict, measures }: ComparedPair): string {
  const measure = measures.find((each) => each.measure === MEASURE);
  const quantiles = measure?.quantiles.map(
    ({ quantile, aNs, bNs, differs }) =>
      `p${Number((quantile * 100).toFixed(2))} ${ms(aNs)} ${ms(bNs)}${differs ? ' differs' : ''}`,
  );
  return `runs ${a} and ${b}: ${verdict}${measure?.why ? ` (${measure.why})` : ''}; ${quantiles?.join(', ')}`;
}

const options = parse();
const { pairs, moved, whatIf, irq } = await withDemo(options.kernel, progress, async (demo) => {
  const irq = await startLoad(demo);
  const runs: TestRun[] = [];
  for (let i = 0; i <= options.pairs; i++)
    runs.push(await oneRun(demo, `interrupt on CPU ${CPU}, ${i + 1}`, options.seconds));
  await demo.guest.sh(`echo ${OTHER_CPU} >/proc/irq/${irq}/smp_affinity_list; sleep 2`);
  const last = await oneRun(demo, `interrupt on CPU ${OTHER_CPU}`, options.seconds);
  // The last second is stored.
  await sleep(5000);
  const compare = async (a: TestRun, b: TestRun): Promise<ComparedPair> =>
    (await demo.ask<Comparison>(`/compare?runs=${a.id},${b.id}&measure=${MEASURE}`)).pairs[0]!;
  const pairs: ComparedPair[] = [];
  for (const [i, run] of runs.slice(1).entries()) pairs.push(await compare(runs[i]!, run));
  const before = runs.at(-1)!;
  const range = `from=${before.startedAt}&to=${before.endedAt}`;
  const whatIf = await demo.ask<WhatIf>(`/what-if?measure=${MEASURE}&${range}&without=irq:${irq}`);
  return { pairs, moved: await compare(before, last), whatIf, irq };
});
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ pairs, moved, whatIf }, null, 2)}\n`);

for (const pair of pairs) console.log(lineOf(pair));
const alarms = pairs.filter(({ verdict }) => !['none', 'unknown'].includes(verdict));
const undecided = pairs.filter(({ verdict }) => verdict === 'unknown');
console.log(
  `${pairs.length} pairs without a difference: ${alarms.length} false alarms, ${undecided.length} without a verdict`,
);

console.log(`\nthe interrupt on CPU ${OTHER_CPU}: ${lineOf(moved)}`);
for (const { name, a, b } of moved.settings ?? [])
  console.log(`setting ${name}: ${a ?? '-'} and ${b ?? '-'}`);
for (const { culprit, change, proven, a, b } of moved.causes.slice(0, 5))
  console.log(
    `cause ${culprit}: ${change}${proven ? '' : ', can be chance'}; ${a?.count ?? 0} and ${b?.count ?? 0} incidents`,
  );

const after = moved.measures.find(({ measure }) => measure === MEASURE)?.b;
const { values, without } = whatIf;
console.log(
  `\nwithout irq ${irq}, at most ${ms(without?.maxNs ?? 0)} would have remained of ${ms(values.maxNs)}, and ${without?.over} of ${values.over} values over ${ms(whatIf.thresholdNs ?? 0)}; ${ms(after?.maxNs ?? 0)} came`,
);
const isFound =
  moved.verdict === 'better' &&
  moved.settings?.some(({ name }) => name === `affinity/${irq}`) === true &&
  moved.causes.some(
    ({ culprit, change, proven }) => culprit.includes(`irq ${irq}`) && change === 'vanished' && proven,
  );
if (!isFound) console.log('NOT FOUND: better, with the affinity, and the cause vanished');
if (alarms.length > 0 || !isFound) process.exitCode = 1;
