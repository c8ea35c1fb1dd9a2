// npm run bench:kernel [-- OPTION…]: what probing adds to an interrupt, a wake-up, a softirq and others, in
// instructions, the same on every run.
//
//   --kernel NAME   the guest's kernel (6.12-rt)
//   --only TEXT     only what has TEXT in its name (may be repeated): "rtprobe", "all", "clock=tsc", "osnoise"
//   --json FILE     write the figures to FILE, too
//
// The guest's time counts instructions (docs/explanation/lab.md). Exit codes: 0 measured, 1 something went wrong, 2 unusable
// arguments. A missed goal is shown but is not a failure.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { KERNEL_NAMES, type KernelName, kernelName, LabError } from '../src/index.ts';
import {
  CLOCKS,
  type Contender,
  MECHANISMS,
  PEERS,
  rtprobe,
  SERIES,
  type Series,
  watched,
} from './contenders.ts';
import { bootCounted, type Figures, measure, measureNames, measureWith } from './counted-guest.ts';
import { added, type Counts, type Result, table } from './table.ts';

interface Options {
  readonly kernel: KernelName;
  readonly only: readonly string[];
  readonly json?: string;
}

function parse(): Options {
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', default: '6.12-rt' },
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(`options: --kernel NAME (${KERNEL_NAMES.join(', ')}), --only TEXT, --json FILE`);
      process.exit(0);
    }
    return {
      kernel: kernelName(values.kernel),
      only: values.only,
      ...(values.json ? { json: values.json } : {}),
    };
  } catch (error) {
    console.error(`bench:kernel: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Returns all contenders, in the order of the table. */
function contenders(measures: readonly string[]): Contender[] {
  const all = CLOCKS.flatMap((clock) => ['none', 'all'].map((word) => rtprobe(word, clock)));
  const alone = measures.flatMap((word) => CLOCKS.map((clock) => rtprobe(word, clock)));
  return [...all, ...alone, watched, ...PEERS, ...MECHANISMS];
}

const wanted = (only: readonly string[]) => (contender: Contender) =>
  !only.length || only.some((text) => contender.name.includes(text));

async function bench({ kernel, only, json }: Options): Promise<void> {
  const guest = await bootCounted(kernel, ({ step, state, detail }) => {
    if (state === 'done') console.error(`${step}: ${detail}`);
  });
  try {
    const without = new Map<Series, Figures>();
    for (const series of SERIES) without.set(series, await measure(guest, series));
    const results: Result[] = [];
    for (const contender of contenders(await measureNames(guest)).filter(wanted(only))) {
      const began = performance.now();
      const figures = await measureWith(guest, contender);
      console.error(`${contender.name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
      results.push({ contender, figures });
    }
    report(guest.release, results, without, json);
    const again = await measure(guest, 'interrupt');
    const before = without.get('interrupt')!.median;
    if (again.median !== before)
      throw new Error(
        `an interrupt cost ${before} at first and ${again.median} at last: something stayed on`,
      );
  } finally {
    await guest.down();
  }
}

function report(release: string, results: readonly Result[], without: Counts, json?: string): void {
  console.log(`Linux ${release}, one emulated CPU, in instructions\n`);
  for (const [series, { median }] of without) console.log(`${series} with nothing on: ${median.toFixed(1)}`);
  console.log(`\n${table(results, without)}`);
  if (!json) return;
  const rows = results.flatMap((result) =>
    result.contender.series.map((series) => ({
      name: result.contender.name,
      group: result.contender.group,
      series,
      added: added(result, series, without) ?? null,
      goal: result.contender.goals?.[series] ?? null,
      figures: result.figures?.get(series) ?? null,
    })),
  );
  writeFileSync(
    json,
    `${JSON.stringify({ release, without: Object.fromEntries(without), rows }, null, 2)}\n`,
  );
}

try {
  await bench(parse());
} catch (error) {
  const { code, message, remedy } = error as LabError;
  console.error(
    error instanceof LabError
      ? `bench:kernel: ${code}: ${message}\n  → ${remedy}`
      : `bench:kernel: ${message}`,
  );
  process.exitCode = 1;
}
