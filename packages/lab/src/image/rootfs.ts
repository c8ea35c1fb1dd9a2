import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourcesFor, systemArchives, systemCodename } from '../apt/sources.ts';
import { cacheRoot, makeOnce } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash } from '../hash.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { diskFull, run } from '../run.ts';
import { ext4Image } from './ext4.ts';

/** The guest's user space; independent of the kernel, so that all kernels share one image. */
export const ROOT_SUITE = 'bookworm';
/** rt-tests holds cyclictest and hackbench; fio is left out: it draws in all of ceph. */
const PACKAGES = [
  'iproute2',
  'iputils-ping',
  'kmod',
  'procps',
  'rt-tests',
  'stress-ng',
  'util-linux',
] as const;
/** Raise it when the way the image is made changes. */
const RECIPE = '1';
/** What a guest may write before its disk is full. */
const SPARE_MIB = 512;

/** Stages of mmdebstrap as it names them on its output, for a fraction of the whole. */
const STAGES: readonly (readonly [RegExp, number])[] = [
  [/running apt-get update/, 0.02],
  [/downloading packages/, 0.1],
  [/extracting archives/, 0.3],
  [/installing essential/, 0.4],
  [/installing remaining/, 0.6],
  [/cleaning package lists/, 0.9],
];

function imageError(what: string, output: string): LabError {
  const tail = output.trim().split('\n').slice(-8).join('\n');
  if (/newuidmap|unshare|user namespace|\/etc\/subuid/i.test(output)) {
    return new LabError('E_NO_ROOT', `${what}:\n${tail}`, 'run it as root, or: apt-get install uidmap');
  }
  return (
    diskFull(output) ??
    new LabError('E_IMAGE', `${what}:\n${tail}`, 'see the message; `apt-get update` must work here')
  );
}

/** Makes the tree inside a tar: mmdebstrap's own temporary chroot never lies in the cache. */
async function makeTar(tar: string, sources: string, update: (fraction: number) => void): Promise<void> {
  const own = [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
    // The tree may lie where apt's download user cannot reach.
    '--aptopt=APT::Sandbox::User "root"',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    ROOT_SUITE,
    tar,
    sources,
  ];
  const isRoot = process.getuid?.() === 0;
  // As root: in a mount namespace of its own, so that nothing stays mounted however it ends, and with its
  // temporary tree beside the tar, so that it goes with it. As a user mmdebstrap has namespaces itself,
  // and its tree belongs to users we may not remove.
  const argv = isRoot ? ['unshare', '--mount', '--', ...own] : own;
  const result = await run(argv, {
    ...(isRoot ? { env: { TMPDIR: dirname(tar) } } : {}),
    onLine: (line) => {
      const stage = STAGES.find(([pattern]) => pattern.test(line));
      if (stage) update(stage[1]);
    },
  });
  if (result.code !== 0) throw imageError("making the guest's root file system", result.output);
}

/** Unpacks the tar and turns it into an image, with the owners the tar names. */
async function tarToImage(tar: string, dir: string, image: string): Promise<void> {
  const prefix = process.getuid?.() === 0 ? [] : ['mmdebstrap', '--unshare-helper'];
  mkdirSync(dir);
  const unpacked = await run([
    ...prefix,
    'tar',
    '-x',
    '--numeric-owner',
    '-f',
    tar,
    '-C',
    dir,
    '--exclude=./dev/*',
  ]);
  if (unpacked.code !== 0) throw imageError("unpacking the guest's root file system", unpacked.output);
  await ext4Image(dir, image, 'root', { spareMiB: SPARE_MIB, prefix });
  const removed = await run([...prefix, 'rm', '-rf', '--one-file-system', dir]);
  if (removed.code !== 0) throw imageError('removing the unpacked tree', removed.output);
}

/**
 * The guest's root file system as an ext4 image, made once. Guests never write to it (they boot
 * from a snapshot of it).
 *
 * @throws LabError E_IMAGE, E_NO_ROOT, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export async function ensureRootImage(onProgress: OnProgress = silent): Promise<string> {
  const dir = join(cacheRoot(), 'rootfs', contentHash([RECIPE, ROOT_SUITE, ...PACKAGES]));
  await makeOnce(dir, (target) =>
    step(onProgress, 'rootfs', `Debian ${ROOT_SUITE} with rt-tests and stress-ng`, async (update) => {
      const sources = join(target, 'lab.sources');
      const suites = [ROOT_SUITE, `${ROOT_SUITE}-security`];
      writeFileSync(sources, sourcesFor(suites, systemArchives(), systemCodename()));
      await makeTar(join(target, 'root.tar'), sources, update);
      update(0.95);
      await tarToImage(join(target, 'root.tar'), join(target, 'tree'), join(target, 'root.img'));
      rmSync(join(target, 'root.tar'));
      rmSync(sources);
    }),
  );
  return join(dir, 'root.img');
}
