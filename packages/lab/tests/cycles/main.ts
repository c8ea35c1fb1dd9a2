// npm run test:cycles [-- OPTION…]: a control loop in a guest whose cycles are too long in known ways, and whether rtprobe
// found each, named its cause, and divided it into parts that add up to what the loop itself saw.
//
//   --kernel NAME   this kernel (may be repeated); default: 6.1-rt and 6.12-rt
//   --windows N     N cycles of each kind; default 30
//   --only KIND     only this kind (may be repeated)
//   --json FILE     write the results to FILE; its results of other kernels and kinds remain
//   --page FILE     write the tables of these results to FILE, in Markdown
//   --keep FOLDER   write the cycles and spikes of each kind to a file in FOLDER
//
// Exit codes: 0 all kinds meet the goals, 1 one does not or could not be tried, 2 unusable arguments.
import type { BootedGuest, KernelName } from '../../src/index.ts';
import { bootForScripts } from '../script-runs.ts';
import { Host } from '../truth/guest.ts';
import { keepOutput, parse, writeResults } from '../truth/options.ts';
import type { Result } from '../truth/results.ts';
import { isMet, parseCycles, type Row, rowOf } from './judge.ts';
import { KINDS, type Kind } from './kinds.ts';
import { page, section } from './page.ts';

const KERNELS: readonly KernelName[] = ['6.1-rt', '6.12-rt'];
const MAX_WINDOWS = 200;
/** Milliseconds for a cycle on a busy host, and for loading the modules. */
const PATIENCE = 8_000;
const LOADING = 60_000;

/** Returns the row of a kind. Its first cycle is not judged: an emulator translates what runs for the first time. */
async function tryKind(
  guest: BootedGuest,
  host: Host,
  kind: Kind,
  windows: number,
  keep?: string,
): Promise<Row> {
  const { code, stdout, stderr } = await guest.exec(
    ['sh', 'tests/truth/cycles.sh', kind.request, String(windows + 1)],
    { timeout: LOADING + windows * PATIENCE },
  );
  keepOutput(keep, `${guest.release}-${kind.request}`, stdout);
  const cycles = parseCycles(kind, stdout).slice(1, windows + 1);
  if (code !== 0 || cycles.length < windows)
    throw new Error(
      `${kind.name}: ${cycles.length} of ${windows} cycles, exit code ${code}: ${`${stderr}${stdout.slice(-1000)}`.trim()}`,
    );
  return rowOf(kind, cycles, ({ due, end, spike }) =>
    host.pausedNs({ pid: 0, from: due, to: end, pausedNs: 0, spikes: spike ? [spike] : [] }),
  );
}

const options = parse({ command: 'test:cycles', kernels: KERNELS, kinds: KINDS, maxWindows: MAX_WINDOWS });
const results: Result<Row>[] = [];
let failed = false;
for (const kernel of options.kernels) {
  const guest = await bootForScripts(kernel);
  const host = await Host.of(guest);
  try {
    for (const kind of options.kinds) {
      try {
        const row = await tryKind(guest, host, kind, options.windows, options.keep);
        results.push({ kernel, release: guest.release, row });
        console.error(
          `${kernel} ${row.kind}: ${row.found} of ${row.windows} found, ${row.right} right, ${isMet(row) ? 'met' : 'NOT MET'}`,
        );
        for (const complaint of row.complaints) console.error(`  ${complaint}`);
      } catch (error) {
        failed = true;
        console.error(`${kernel}: ${(error as Error).message}`);
      }
    }
  } finally {
    host.stop();
    await guest.down();
  }
}
for (const kernel of options.kernels) console.log(`${section(kernel, results)}\n`);
writeResults(options, results, KINDS, page);
process.exitCode = failed || !results.every(({ row }) => isMet(row)) ? 1 : 0;
