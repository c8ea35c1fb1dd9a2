// npm run bench:timerlat [-- --kernel NAME]: measures timer_latency and thread_latency, and rtla timerlat, alternately
// in one guest (kmod/tests/peers/rtla.sh). Exit codes: 0 both measured, 1 something went wrong, 2 unusable arguments.
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { boot, buildProbe, KERNEL_NAMES, type KernelName, kernelName, LabError } from '../src/index.ts';
import { guestTool } from '../src/tools.ts';

const TESTS = join(import.meta.dirname, '../../../kmod/tests');
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
/** Maximum time in ms of all rounds. */
const TIMEOUT = 300_000;

function parse(): KernelName {
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', default: '6.12-rt' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(`options: --kernel NAME (${KERNEL_NAMES.join(', ')})`);
      process.exit(0);
    }
    return kernelName(values.kernel);
  } catch (error) {
    console.error(`bench:timerlat: ${(error as Error).message}`);
    process.exit(2);
  }
}

async function bench(kernel: KernelName): Promise<number> {
  const progress = ({ step, state, detail }: { step: string; state: string; detail?: string }) => {
    if (state === 'done') console.error(`${step}: ${detail}`);
  };
  const tool = (name: string, path: string) => guestTool(kernel, name, path, progress);
  const module = await buildProbe(kernel);
  const rtla = await tool('rtla', 'usr/bin/rtla');
  const libraries = [
    await tool('libtracefs1', `${LIBRARIES}/libtracefs.so.1`),
    await tool('libtraceevent1', `${LIBRARIES}/libtraceevent.so.1`),
  ];
  const guest = await boot({ kernel, niceness: -15 });
  try {
    await guest.copyIn([module], '/run/lab/modules');
    await guest.copyIn([rtla], '/usr/local/bin');
    // The loader looks for links that are in the packages.
    for (const library of libraries) {
      const file = realpathSync(library);
      await guest.copyIn([file], `/${LIBRARIES}`);
      await guest.sh(`ln -sf ${basename(file)} /${LIBRARIES}/${basename(library)}`);
    }
    await guest.copyIn([TESTS]);
    const { code } = await guest.exec(['sh', 'tests/peers/rtla.sh'], {
      timeout: TIMEOUT,
      onStdout: (bytes) => process.stdout.write(bytes),
      onStderr: (bytes) => process.stderr.write(bytes),
    });
    return code === 0 ? 0 : 1;
  } finally {
    await guest.down();
  }
}

try {
  process.exitCode = await bench(parse());
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(`bench:timerlat: ${error.code} ${error.message}`);
  process.exitCode = 1;
}
