// Sets up what is missing on a Debian machine, then runs the real thing with the Node this project pins.
// Plain JavaScript without dependencies: it runs on Node 20, before anything is installed.
//
//   node apps/cli/setup/main.mjs start [WORD…]   what `npm start` does: rtprobe demo WORD…
//   node apps/cli/setup/main.mjs test [WORD…]    what `npm test` does: .ci/test.ts WORD…
//   node apps/cli/setup/main.mjs --only-setup    everything `npm test` needs, and no more; with --kernel NAME (may be
//                                                repeated) also what a kernel of another architecture needs
//
// Exit codes: that of the real thing; 1 when the set-up failed; 2 for a wrong command line.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sideBySide } from './children.mjs';
import { buildDashboard, dashboardStale } from './dashboard.mjs';
import { installDebianPackages, missingPackages } from './debian.mjs';
import { fail, root, SetupError } from './fail.mjs';
import { prepareGuest } from './guest.mjs';
import { installNodePackages, nodePackagesMissing, pinnedNode } from './node.mjs';
import { crossPackages, IMAGES, LAB, TESTS } from './packages.mjs';
import { runReal } from './real.mjs';
import { timed } from './timings.mjs';

/** Where the guest's preparation has its packages: Node alone. */
const LAB_WORKSPACES = ['packages/lab'];

/** A recording needs no guest, and neither does help; a machine with the module loaded is its own lab. */
function showsGuest(words) {
  const noGuest = ['--replay', '--help', '-h'].some((word) =>
    words.some((given) => given === word || given.startsWith(`${word}=`)),
  );
  return !noGuest && !existsSync('/proc/rtprobe');
}

const tasks = {
  start: (words) => ({
    packages: showsGuest(words) ? [...LAB, ...crossPackages(words)] : [],
    workspaces: [...LAB_WORKSPACES, 'apps/cli', 'apps/dashboard'],
    guest: showsGuest(words) ? words : undefined,
    command: [join(root, 'apps/cli/src/main.ts'), 'demo', ...words],
  }),
  test: (words) => ({
    packages: words.includes('--images') ? [...TESTS, ...IMAGES] : TESTS,
    command: [join(root, '.ci/test.ts'), ...words],
  }),
  '--only-setup': (words) => ({ packages: [...TESTS, ...crossPackages(words)] }),
};

/**
 * Debian's and npm's packages are installed side by side. The dashboard follows npm. The guest needs only Node, which
 * npm installs first; its download does not need Debian's packages, and waits for them by itself where it does.
 */
async function setUp({ packages, workspaces, guest }) {
  const missing = missingPackages(packages);
  const debian = missing.length > 0 ? installDebianPackages(missing) : undefined;
  const npmMissing = nodePackagesMissing(workspaces);
  const isStale = dashboardStale();
  const dashboard = async () => {
    if (npmMissing) await installNodePackages('npm packages', workspaces);
    if (isStale) await buildDashboard();
  };
  const afterNode = async () => {
    if (guest && npmMissing && nodePackagesMissing(LAB_WORKSPACES))
      await installNodePackages('Node', LAB_WORKSPACES);
    // With nothing to wait for, the command prepares its guest itself.
    const early = guest && (debian || npmMissing || isStale);
    await sideBySide([dashboard(), early ? prepareGuest(guest, debian) : undefined]);
  };
  await sideBySide([debian, afterNode()]);
}

async function main() {
  const [name, ...words] = process.argv.slice(2);
  const task = tasks[name]?.(words);
  if (!task) fail(2, 'E_USAGE', `usage: main.mjs ${Object.keys(tasks).join('|')} [WORD…]`);
  try {
    await timed('set-up', () => setUp(task));
    if (task.command) runReal(pinnedNode(), task.command);
  } catch (error) {
    if (error instanceof SetupError) fail(1, error.code, error.message, error.remedy);
    throw error;
  }
}

await main();
