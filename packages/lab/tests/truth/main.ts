// npm run test:truth [-- OPTION…]: each kind of disturbance at random moments in a guest, and whether rtprobe found it, named
// its function and what asked for it, and named nothing else.
//
//   --kernel NAME   this kernel (may be repeated); default: 6.1-rt, 6.12, 6.12-rt and 7.x-rt
//   --windows N     N windows of each kind; default 30
//   --only KIND     only this kind (may be repeated)
//   --json FILE     write the results to FILE; its results of other kernels and kinds remain
//   --page FILE     write the tables of these results to FILE, in Markdown
//   --keep FOLDER   write the windows and spikes of each kind to a file in FOLDER
//
// Exit codes: 0 all kinds meet the targets, 1 one does not or could not be tried, 2 unusable arguments.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KERNEL_NAMES, type KernelName, kernelName } from '../../src/index.ts';
import { bootForScripts } from '../script-runs.ts';
import { Host, type OnOutput, tryKind } from './guest.ts';
import { isMet } from './judge.ts';
import { KINDS, type Kind } from './kinds.ts';
import { merge, page, type Result, type Results, section } from './page.ts';

const KERNELS: readonly KernelName[] = ['6.1-rt', '6.12', '6.12-rt', '7.x-rt'];
const MAX_WINDOWS = 1000;

interface Options {
  readonly kernels: readonly KernelName[];
  readonly windows: number;
  readonly kinds: readonly Kind[];
  readonly json?: string;
  readonly page?: string;
  readonly keep?: string;
}

function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each.name === name);
  if (kind) return kind;
  throw new Error(`unknown kind "${name}"; kinds: ${KINDS.map((each) => each.name).join(', ')}`);
}

function count(word: string): number {
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 1 && value <= MAX_WINDOWS) return value;
  throw new Error(`--windows takes a number from 1 to ${MAX_WINDOWS}, not "${word}"`);
}

function parse(): Options {
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', multiple: true },
        windows: { type: 'string', default: '30' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        page: { type: 'string' },
        keep: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(
        'options: --kernel NAME, --windows N, --only KIND, --json FILE, --page FILE, --keep FOLDER',
      );
      console.log(`kernels: ${KERNEL_NAMES.join(', ')}\nkinds: ${KINDS.map(({ name }) => name).join('; ')}`);
      process.exit(0);
    }
    return {
      kernels: values.kernel?.map(kernelName) ?? KERNELS,
      windows: count(values.windows),
      kinds: values.only?.map(kindNamed) ?? KINDS,
      ...(values.json ? { json: values.json } : {}),
      ...(values.page ? { page: values.page } : {}),
      ...(values.keep ? { keep: values.keep } : {}),
    };
  } catch (error) {
    console.error(`test:truth: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Adds the results to `results` as they arrive. @throws LabError if the guest cannot be booted */
async function tryKernel(
  kernel: KernelName,
  { kinds, windows, keep }: Options,
  results: Result[],
): Promise<void> {
  const guest = await bootForScripts(kernel);
  const host = await Host.of(guest);
  const onOutput: OnOutput = ({ request, needs = '' }, output) => {
    if (keep) {
      mkdirSync(keep, { recursive: true });
      writeFileSync(join(keep, `${kernel}-${request}${needs}.txt`), output);
    }
  };
  try {
    for (const kind of kinds) {
      const row = await tryKind(guest, host, kind, windows, onOutput);
      if (!row) {
        console.error(`${kernel} ${kind.name}: not available`);
        continue;
      }
      results.push({ kernel, release: guest.release, row });
      console.error(
        `${kernel} ${row.kind}: ${row.found} of ${row.windows} found, ${isMet(row) ? 'met' : 'NOT MET'}`,
      );
    }
  } finally {
    host.stop();
    await guest.down();
  }
}

const options = parse();
const results: Result[] = [];
let failed = false;
for (const kernel of options.kernels)
  await tryKernel(kernel, options, results).catch((error: Error) => {
    failed = true;
    console.error(`${kernel}: ${error.message}`);
  });
for (const kernel of options.kernels) console.log(`${section(kernel, results)}\n`);
for (const { kernel, row } of results)
  for (const complaint of row.complaints) console.log(`wrong, ${kernel} ${row.kind}: ${complaint}`);
const { json } = options;
const before: Results | undefined =
  json && existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
const all = merge(before, {
  windows: options.windows,
  date: new Date().toISOString().slice(0, 10),
  results,
});
if (json) writeFileSync(json, `${JSON.stringify(all, null, 2)}\n`);
if (options.page) writeFileSync(options.page, page(all));
process.exitCode = failed || !results.every(({ row }) => isMet(row)) ? 1 : 0;
