// Sets up what is missing on a Debian machine, then runs the real thing with the Node this project pins.
// Plain JavaScript without dependencies: it runs on Node 20, before anything is installed.
//
//   node apps/cli/setup/main.mjs start [WORD…]   what `npm start` does: rtprobe demo WORD…
//   node apps/cli/setup/main.mjs test [WORD…]    what `npm test` does: .ci/test.ts WORD…
//   node apps/cli/setup/main.mjs --only-setup    everything `npm test` needs, and no more
//
// Exit codes: that of the real thing; 1 when the set-up failed; 2 for a wrong command line.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard } from './dashboard.mjs';
import { installDebianPackages } from './debian.mjs';
import { fail, root, SetupError } from './fail.mjs';
import { installNodePackages, pinnedNode } from './node.mjs';
import { runReal } from './real.mjs';

const LAB = [
  'build-essential',
  'busybox-static',
  'e2fsprogs',
  'flex',
  'bison',
  'bc',
  'kmod',
  'libelf-dev',
  'mmdebstrap',
  'qemu-system-x86',
  'xz-utils',
];
const TESTS = [...LAB, 'chromium', 'git'];
const IMAGES = ['buildah', 'podman'];

/** A recording needs no guest, and neither does help; a machine with the module loaded is its own lab. */
function startPackages(words) {
  const noGuest = ['--replay', '--help', '-h'].some((word) =>
    words.some((given) => given === word || given.startsWith(`${word}=`)),
  );
  return noGuest || existsSync('/proc/rtprobe') ? [] : LAB;
}

const tasks = {
  start: (words) => ({
    packages: startPackages(words),
    dashboard: true,
    command: [join(root, 'apps/cli/src/main.ts'), 'demo', ...words],
  }),
  test: (words) => ({
    packages: words.includes('--images') ? [...TESTS, ...IMAGES] : TESTS,
    dashboard: true,
    command: [join(root, '.ci/test.ts'), ...words],
  }),
  '--only-setup': () => ({ packages: TESTS, dashboard: true, command: undefined }),
};

function main() {
  const [name, ...words] = process.argv.slice(2);
  const task = tasks[name]?.(words);
  if (!task) fail(2, 'E_USAGE', `usage: main.mjs ${Object.keys(tasks).join('|')} [WORD…]`);
  try {
    installDebianPackages(task.packages);
    installNodePackages();
    if (task.dashboard) buildDashboard();
  } catch (error) {
    if (error instanceof SetupError) fail(1, error.code, error.message, error.remedy);
    throw error;
  }
  if (task.command) runReal(pinnedNode(), task.command);
}

main();
