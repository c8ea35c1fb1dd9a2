// npm run test:cyclictest [-- OPTION…]: cyclictest beside the demo's load in a guest, and each late sample that it lists
// with the spike of the same cycle.
//
//   --minutes N      how long cyclictest runs, 1 to 60 (10)
//   --kernel NAME    the guest's kernel (6.12-rt)
//   --over US        samples over this value are listed, in µs (8000: an emulated guest cannot capture thousands);
//                    the rule's deadline is four fifths of it
//   --json FILE      write the samples to FILE, too
//
// A sample is explained if it has a spike of its thread, or if its thread has none and another measure has one at the same
// time, as when only the timer was late. Exit codes: 0 the goal is met, 1 it is not, 2 unusable arguments.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KERNEL_NAMES, type KernelName, kernelName } from '@rtprobe/lab';
import type { MatchedSample, MatchedSamples, TestRun } from '@rtprobe/protocol';
import { withDemo } from './demo-bridge.ts';

/** Share of the late samples that are explained. */
const GOAL = 0.999;
/** cyclictest stores no more. */
const LISTED_MAX = 1024;

interface Options {
  readonly minutes: number;
  readonly kernel: KernelName;
  readonly overUs: number;
  readonly json?: string;
}

function number(name: string, word: string, from: number, to: number): number {
  const value = Number(word);
  if (value >= from && value <= to) return value;
  throw new Error(`--${name} takes a number from ${from} to ${to}, not "${word}"`);
}

function parse(): Options {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        kernel: { type: 'string', default: '6.12-rt' },
        over: { type: 'string', default: '8000' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(`options: --minutes N, --kernel NAME (${KERNEL_NAMES.join(', ')}), --over US, --json FILE`);
      process.exit(0);
    }
    return {
      minutes: number('minutes', values.minutes, 1, 60),
      kernel: kernelName(values.kernel),
      overUs: number('over', values.over, 100, 100_000),
      ...(values.json !== undefined && { json: values.json }),
    };
  } catch (error) {
    console.error(`test:cyclictest: ${(error as Error).message}`);
    process.exit(2);
  }
}

const progress = (text: string): void => console.error(`test:cyclictest: ${text}`);
const us = (ns: number): string => `${(ns / 1000).toFixed(0)} us`;

/** Runs cyclictest beside the demo's load, and returns its samples with their spikes. */
const runCyclictest = ({
  minutes,
  kernel,
  overUs,
}: Options): Promise<MatchedSamples & { run: TestRun; losses: string }> =>
  withDemo(kernel, progress, async ({ guest, ask, now }) => {
    const rule = `cycle task=cyclictest deadline=${Math.round(overUs * 0.8)}us capture=none`;
    await guest.sh(`measures=$(sed -n 's/^measures=//p' /proc/rtprobe/control)
      echo "measures=$measures,response_time" >/proc/rtprobe/control && echo '${rule}' >/proc/rtprobe/rules`);
    // The load begins with a pause, and clears what was captured.
    await sleep(5000);
    const words = `cyclictest -m -S -p 94 -i 4000 -d 0 -q -D ${minutes}m --spike=${overUs} --spike-nodes=${LISTED_MAX}`;
    progress(words);
    const from = await now();
    const { stdout: text } = await guest.exec(['sh', '-c', words], { timeout: (minutes * 60 + 120) * 1000 });
    const to = await now();
    const losses = await guest.sh("sed -n 's/^lost_//p' /proc/rtprobe/status | grep -v '=0$' || true");
    // The last spikes are decomposed, and stored.
    await sleep(5000);
    const run = await ask<TestRun>('/test-runs/import', { file: 'cyclictest.txt', text, from, to });
    return { ...(await ask<MatchedSamples>(`/test-runs/${run.id}/samples`)), run, losses: losses.trim() };
  });

/** How much longer cyclictest's value is, if both have one. */
const longer = ({ valueNs, spike }: MatchedSample): number | undefined =>
  valueNs === undefined || spike === undefined ? undefined : valueNs - spike.valueNs;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const options = parse();
const { run, losses, samples, listed, matched, otherSpikes } = await runCyclictest(options);
const others = samples.filter(({ spike }) => spike === undefined);
const explained = matched + others.filter(({ meanwhile }) => meanwhile !== undefined).length;
const more = samples.flatMap((sample) => longer(sample) ?? []).sort((a, b) => a - b);
/** The samples whose values differ most, cyclictest's being longer and shorter. */
const extremes = [more.at(-1), more[0]].map((value) => samples.find((sample) => longer(sample) === value));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ run, samples }, null, 2)}\n`);

const counted = run.result?.rows.reduce((sum, { count = 0 }) => sum + count, 0) ?? 0;
console.log(`${counted} samples, ${listed} over ${options.overUs} us`);
console.log(`${matched} have the spike of their thread, ${explained} are explained`);
console.log(`${otherSpikes} spikes of the threads belong to no listed sample`);
console.log(`lost in the module: ${losses.replaceAll('\n', ', ') || 'nothing'}`);
for (const { row, valueNs = 0, why, meanwhile } of others.slice(0, 10))
  console.log(
    `thread ${row}: ${us(valueNs)}, ${why}, meanwhile ${meanwhile ? `${meanwhile.measure} ${us(meanwhile.valueNs)} on CPU ${meanwhile.cpu}, ${meanwhile.culprit}` : 'nothing'}`,
  );
console.log(
  `cyclictest's value is longer by ${us(quantile(more, 0.5))} in the median, ${us(quantile(more, 0.99))} at most in 99 %`,
);
for (const sample of extremes)
  if (sample?.spike)
    console.log(
      `by ${us(longer(sample)!)}: ${us(sample.valueNs!)} and ${us(sample.spike.valueNs)}, ${sample.spike.culprit}`,
    );
if (listed === 0 || explained < listed * GOAL) {
  console.log(`NOT MET: the goal is ${GOAL * 100} % explained`);
  process.exitCode = 1;
}
