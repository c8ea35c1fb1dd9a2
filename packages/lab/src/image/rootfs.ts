import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '../architecture.ts';
import { cacheRoot, makeOnce } from '../cache.ts';
import { contentHash } from '../hash.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { run } from '../run.ts';
import { bootstrapTar, imageError, isRoot } from './debootstrap.ts';
import { ext4Image } from './ext4.ts';
import { unpackTar } from './tar.ts';

/** Suite of the guest's user space; all kernels of an architecture share one image. */
export const ROOT_SUITE = 'bookworm';
/** rt-tests has cyclictest and hackbench. fio is not included, because it depends on all of ceph. */
const PACKAGES = [
  'iproute2',
  'iputils-ping',
  'kmod',
  // Debian requires it, but does not mark it as essential, so it would not be unpacked.
  'mount',
  'procps',
  'rt-tests',
  'stress-ng',
  'util-linux',
] as const;
/** Increment when the way the image is created changes. */
const RECIPE = '2';
/** Free space of a guest's disk. */
const SPARE_MIB = 512;

/** Unpacks the tar and turns it into an image, with the owners the tar names. */
async function tarToImage(tar: string, dir: string, image: string): Promise<void> {
  const prefix = isRoot() ? [] : ['mmdebstrap', '--unshare-helper'];
  mkdirSync(dir);
  await unpackTar(tar, dir, "the guest's root file system", prefix);
  await ext4Image(dir, image, 'root', { spareMiB: SPARE_MIB, prefix });
  const removed = await run([...prefix, 'rm', '-rf', '--one-file-system', dir]);
  if (removed.code !== 0) throw imageError('removing the unpacked tree', removed.output);
}

/**
 * Creates the guest's root file system as an ext4 image, once. Guests boot from a snapshot and never write to it.
 *
 * @throws LabError E_IMAGE, E_NO_ROOT, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export async function ensureRootImage(
  architecture: Architecture,
  onProgress: OnProgress = silent,
): Promise<string> {
  const dir = join(cacheRoot(), 'rootfs', contentHash([RECIPE, ROOT_SUITE, architecture.name, ...PACKAGES]));
  await makeOnce(dir, (target) =>
    step(
      onProgress,
      'rootfs',
      `Debian ${ROOT_SUITE} (${architecture.name}) with rt-tests and stress-ng`,
      async (update) => {
        const suites = [ROOT_SUITE, `${ROOT_SUITE}-security`];
        const tar = join(target, 'root.tar');
        await bootstrapTar(
          { suite: ROOT_SUITE, suites, packages: PACKAGES, unpackOnly: true, architecture },
          tar,
          update,
        );
        update(0.95);
        await tarToImage(tar, join(target, 'tree'), join(target, 'root.img'));
        rmSync(tar);
      },
    ),
  );
  return join(dir, 'root.img');
}
