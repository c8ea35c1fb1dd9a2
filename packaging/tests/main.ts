// npm run test:packages: tries the packages of dist/packages, which `npm run package` built, in a Debian tree: installing
// them with dkms, a kernel update, nginx with TLS under a path and a browser, a boot with systemd in a guest,
// a boot with the updated kernel in which the running packages are upgraded and purged, and the same in the tree. Needs root.
//   --only PART     rpm, install, proxy, boot, update, upgrade or purge, repeatable; all but rpm need install, which runs first
//   --keep          keep the tree and the consoles, and print their folder
//   --from FOLDER   use a copy of the tree that --keep left after the part install, instead of installing
// Exit codes: 0 all passed, 1 a test failed, 2 unusable words.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheRoot } from '../../packages/lab/src/cache.ts';
import { run } from '../../packages/lab/src/run.ts';
import { parseTap } from '../../packages/lab/tests/tap.ts';
import { BOOTS, type Boot, tryBoot } from './boot.ts';
import { tryProxy } from './proxy.ts';
import { tryRpm } from './rpm.ts';
import { must, treeArchive } from './tree.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGES = join(ROOT, 'dist/packages');
const PARTS = ['rpm', 'install', 'proxy', 'boot', 'update', 'upgrade', 'purge'];
const counts = { passed: 0, failed: 0 };

function judge(part: string, verdict: string): void {
  const report = parseTap(verdict);
  for (const { ok, sentence, notes } of report.results) {
    console.log(`${ok ? 'ok' : 'NOT OK'}  ${sentence}`);
    for (const note of notes) console.log(`        ${note}`);
    counts[ok ? 'passed' : 'failed']++;
  }
  if (report.planned === report.results.length && report.figures.includes(`end of ${part}`)) return;
  console.log(`NOT OK  ${part} did not finish: ${verdict.slice(-500)}`);
  counts.failed++;
}

/** argv that runs a program in the tree, with its own view of processes and devices. */
const inTree = (tree: string, ...argv: string[]): string[] => {
  const mounts =
    'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/run"';
  const chroot = 'root=$0; exec chroot "$root" "$@"';
  return ['unshare', '--mount', '--pid', '--fork', 'sh', '-c', `${mounts} && ${chroot}`, tree, ...argv];
};

async function inside(tree: string, part: string): Promise<void> {
  const started = performance.now();
  const { output } = await run(inTree(tree, 'sh', '/packages/inside.sh', part));
  judge(part, output);
  console.log(`${part}: ${Math.round((performance.now() - started) / 1000)} s`);
}

/** Makes a package of the next version with the same content. */
async function nextVersion(scratch: string, deb: string, target: string): Promise<void> {
  const tree = join(scratch, 'next');
  await must(['dpkg-deb', '-R', deb, tree], deb);
  const control = join(tree, 'DEBIAN/control');
  const version = /^Version: (.*)$/m.exec(readFileSync(control, 'utf8'))![1]!;
  const next = version.replace(/\d+$/, (last) => String(Number(last) + 1));
  const files = readdirSync(join(tree, 'DEBIAN')).map((name) => join(tree, 'DEBIAN', name));
  const sources = join(tree, 'usr/src');
  if (existsSync(sources)) {
    await must(['mv', join(sources, `rtprobe-${version}`), join(sources, `rtprobe-${next}`)], deb);
    files.push(
      join(sources, `rtprobe-${next}/dkms.conf`),
      join(sources, `rtprobe-${next}/src/base/machine.h`),
    );
  }
  for (const file of files) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(version, next));
  await must(['dpkg-deb', '-Zgzip', '-z1', '-b', tree, target], deb);
  rmSync(tree, { recursive: true });
}

async function prepare(dir: string, tree: string): Promise<void> {
  const archive = await treeArchive();
  console.log(`tree: ${archive}`);
  mkdirSync(tree);
  await must(['tar', '-C', tree, '-xf', archive], 'the tree');
  mkdirSync(join(tree, 'packages/next'), { recursive: true });
  const own = (await run(['dpkg', '--print-architecture'])).stdout.trim();
  const debs = readdirSync(PACKAGES).filter(
    (name) => name.endsWith(`_${own}.deb`) || name.endsWith('_all.deb'),
  );
  for (const name of debs) {
    cpSync(join(PACKAGES, name), join(tree, 'packages', name));
    await nextVersion(dir, join(PACKAGES, name), join(tree, 'packages/next'));
  }
  // Maintainer scripts start no service in a chroot.
  writeFileSync(join(tree, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

function options(): { only: string[]; keep: boolean; from: string | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        keep: { type: 'boolean' },
        from: { type: 'string' },
      },
    });
    const wrong = values.only?.find((part) => !PARTS.includes(part));
    if (wrong !== undefined) throw new Error(`${wrong}: ${PARTS.join(', ')}`);
    if (process.getuid?.() !== 0) throw new Error('packages are installed in a chroot: run it as root');
    if (!existsSync(PACKAGES)) throw new Error('there are no packages: npm run package');
    if (values.from !== undefined && !existsSync(join(values.from, 'tree/packages')))
      throw new Error(`${values.from} has no tree: --only install --keep makes one`);
    return { only: values.only ?? PARTS, keep: values.keep ?? false, from: values.from };
  } catch (error) {
    console.error(`test:packages: ${(error as Error).message}`);
    process.exit(2);
  }
}

const { only, keep, from } = options();
const dir = mkdtempSync(join(cacheRoot(), 'packages-'));
try {
  if (only.includes('rpm')) judge('rpm', tryRpm(PACKAGES));
  const usesTree = only.some((part) => part !== 'rpm');
  const tree = join(dir, 'tree');
  if (from !== undefined) await must(['cp', '-a', '--reflink=auto', join(from, 'tree'), tree], 'the tree');
  else if (usesTree) await prepare(dir, tree);
  if (usesTree) cpSync(join(import.meta.dirname, 'inside.sh'), join(tree, 'packages/inside.sh'));
  if (from === undefined && usesTree) await inside(tree, 'install');
  if (only.includes('proxy')) judge('proxy', await tryProxy(tree, inTree));
  for (const phase of Object.keys(BOOTS) as Boot[])
    if (only.includes(phase)) judge(phase, await tryBoot(dir, tree, phase));
  if (only.includes('upgrade')) await inside(tree, 'upgrade');
  if (only.includes('purge')) await inside(tree, 'purge');
} finally {
  if (keep) console.log(`kept in ${dir}`);
  else await run(['rm', '-rf', '--one-file-system', dir]);
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
