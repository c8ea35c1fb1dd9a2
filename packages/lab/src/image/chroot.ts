import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeOnce } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash } from '../hash.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { bootstrapTar, isRoot } from './debootstrap.ts';
import { unpackTar } from './tar.ts';

/** Increment when the way a chroot is created changes. */
const RECIPE = '1';

/**
 * Creates a chroot of a suite with packages in the cache, once.
 *
 * @returns its folder, for inChroot()
 * @throws LabError E_NO_ROOT without root, which owners and mounts of a chroot require; E_IMAGE, E_NO_APT_SOURCES,
 * E_DISK_FULL
 */
export async function ensureChroot(
  suite: string,
  packages: readonly string[],
  onProgress: OnProgress = silent,
): Promise<string> {
  if (!isRoot())
    throw new LabError(
      'E_NO_ROOT',
      `building in a chroot of ${suite} requires root`,
      'run it as root, or in docker/',
    );
  const dir = join(cacheRoot(), 'chroots', `${suite}-${contentHash([RECIPE, suite, ...packages])}`);
  await makeOnce(dir, (target) =>
    step(onProgress, 'chroot', `Debian ${suite} with ${packages.join(' ')}`, async (update) => {
      const tar = join(target, 'root.tar');
      await bootstrapTar({ suite, suites: [suite], packages, anyAge: true }, tar, update);
      const root = join(target, 'root');
      mkdirSync(root);
      await unpackTar(tar, root, `Debian ${suite}`);
      rmSync(tar);
    }),
  );
  return join(dir, 'root');
}

/**
 * Returns a command that runs inside a chroot, where the lab's cache has the same path as outside. It has its own mount
 * namespace, so that nothing stays mounted. /proc is mounted because objtool reads its own path there.
 */
export function inChroot(root: string, command: readonly string[]): string[] {
  const script = `
    root=$1 cache=$2; shift 2
    mkdir -p "$root$cache" "$root/proc" "$root/dev"
    mount --bind "$cache" "$root$cache" && mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" &&
    exec chroot "$root" "$@"`;
  return ['unshare', '--mount', '--', 'sh', '-ec', script, 'sh', root, cacheRoot(), ...command];
}
