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
import type { KernelName } from '../../src/index.ts';
import { bootForScripts } from '../script-runs.ts';
import { Host, type OnOutput, tryKind } from './guest.ts';
import { isMet, type Row } from './judge.ts';
import { KINDS, type Kind } from './kinds.ts';
import { keepOutput, type Options, parse, writeResults } from './options.ts';
import { page, section } from './page.ts';
import type { Result } from './results.ts';

const KERNELS: readonly KernelName[] = ['6.1-rt', '6.12', '6.12-rt', '7.x-rt'];
const MAX_WINDOWS = 1000;

/** Adds the results to `results` as they arrive. @throws LabError if the guest cannot be booted */
async function tryKernel(
  kernel: KernelName,
  { kinds, windows, keep }: Options<Kind>,
  results: Result<Row>[],
): Promise<void> {
  const guest = await bootForScripts(kernel);
  const host = await Host.of(guest);
  const onOutput: OnOutput = ({ request, needs = '' }, output) =>
    keepOutput(keep, `${kernel}-${request}${needs}`, output);
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

const options = parse({ command: 'test:truth', kernels: KERNELS, kinds: KINDS, maxWindows: MAX_WINDOWS });
const results: Result<Row>[] = [];
let failed = false;
for (const kernel of options.kernels)
  await tryKernel(kernel, options, results).catch((error: Error) => {
    failed = true;
    console.error(`${kernel}: ${error.message}`);
  });
for (const kernel of options.kernels) console.log(`${section(kernel, results)}\n`);
for (const { kernel, row } of results)
  for (const complaint of row.complaints) console.log(`wrong, ${kernel} ${row.kind}: ${complaint}`);
writeResults(options, results, KINDS, page);
process.exitCode = failed || !results.every(({ row }) => isMet(row)) ? 1 : 0;
