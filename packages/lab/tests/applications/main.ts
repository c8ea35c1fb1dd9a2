// npm run test:applications [-- --kernel NAME]: the cycles of LinuxCNC (simulated machine) and jackd (dummy driver), which
// run unchanged in a guest: kmod/tests/applications/loops.sh. Their packages are unpacked, not installed; 25 MB.
// Exit codes: 0 all passed, 1 a test failed, 2 unusable words.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpackedPackages } from '../../src/apt/unpack.ts';
import { cacheRoot } from '../../src/cache.ts';
import { ROOT_SUITE } from '../../src/image/rootfs.ts';
import { DEFAULT_KERNEL, type KernelName, kernelName, LabError } from '../../src/index.ts';
import { bootForScripts } from '../script-runs.ts';
import { parseTap } from '../tap.ts';

const TIMEOUT = 480_000;
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
/** The programs, and the libraries that the guests' image does not have. */
const PACKAGES = [
  'linuxcnc-uspace',
  'jackd2',
  'libjack-jackd2-0',
  ...[
    'libbsd0',
    'libdb5.3',
    'libdbus-1-3',
    'libedit2',
    'libmd0',
    'libopus0',
    'libstdc++6',
    'libsystemd0',
    'libudev1',
  ],
] as const;
/** What of them is copied: LinuxCNC as a whole has 80 MB. */
const FILES = [
  ...['halcmd', 'jack_lsp', 'jack_simple_client', 'jackd', 'rtapi_app'].map((name) => `usr/bin/${name}`),
  ...['hal_lib', 'homemod', 'integ', 'motmod', 'tpmod', 'trivkins'].map(
    (name) => `usr/lib/linuxcnc/modules/${name}.so`,
  ),
  ...['liblinuxcnchal.so.0', 'liblinuxcncini.so.0', 'libposemath.so.0'].map((name) => `usr/lib/${name}`),
];

function parse(): KernelName {
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', default: DEFAULT_KERNEL },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(`options: --kernel NAME; default ${DEFAULT_KERNEL}`);
      process.exit(0);
    }
    return kernelName(values.kernel);
  } catch (error) {
    console.error(`test:applications: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Makes a folder `usr` with the programs. */
async function programs(dir: string): Promise<string> {
  const cached = join(cacheRoot(), 'tools', `applications-${ROOT_SUITE}`);
  const root = await unpackedPackages(cached, ROOT_SUITE, PACKAGES, ({ state, detail }) => {
    if (state === 'done') console.error(`packages: ${detail}`);
  });
  for (const file of FILES) {
    mkdirSync(join(dir, file, '..'), { recursive: true });
    cpSync(join(root, file), join(dir, file), { preserveTimestamps: true });
  }
  for (const folder of [LIBRARIES, 'lib/x86_64-linux-gnu'])
    cpSync(join(root, folder), join(dir, LIBRARIES), { recursive: true, verbatimSymlinks: true });
  return join(dir, 'usr');
}

async function test(kernel: KernelName): Promise<boolean> {
  const scratch = mkdtempSync(join(tmpdir(), 'rtprobe-applications-'));
  try {
    const usr = await programs(scratch);
    const guest = await bootForScripts(kernel);
    try {
      await guest.copyIn([usr], '/run/lab');
      await guest.sh('cp -a /run/lab/usr/. /usr/ && ldconfig');
      let output = '';
      const { code } = await guest.exec(['sh', 'tests/applications/loops.sh'], {
        timeout: TIMEOUT,
        onStdout: (bytes) => {
          output += bytes.toString();
          process.stdout.write(bytes);
        },
        onStderr: (bytes) => process.stderr.write(bytes),
      });
      const { results } = parseTap(output);
      const passed = results.filter(({ ok }) => ok).length;
      console.log(`${passed} passed, ${results.length - passed} failed`);
      return code === 0;
    } finally {
      await guest.down();
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

try {
  process.exitCode = (await test(parse())) ? 0 : 1;
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(`test:applications: ${error.code} ${error.message}`);
  process.exitCode = 1;
}
