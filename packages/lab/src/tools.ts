import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from './apt/unpack.ts';
import { cacheRoot } from './cache.ts';
import { LabError } from './errors.ts';
import { ROOT_SUITE } from './image/rootfs.ts';
import { architectureOf, type KernelName } from './kernel/table.ts';
import type { OnProgress } from './progress.ts';

/**
 * Returns a program of a package of the guests' suite that is not in the root image because few guests need it. The
 * libraries it links against must be there. @param path its path in the package, such as usr/sbin/hardirqs @returns its
 * path in the cache @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL
 */
export async function guestTool(
  kernel: KernelName,
  name: string,
  path: string,
  onProgress: OnProgress,
): Promise<string> {
  const architecture = architectureOf(kernel);
  const dir = join(cacheRoot(), 'tools', `${name}-${ROOT_SUITE}-${architecture.name}`);
  const file = join(await unpackedPackages(dir, ROOT_SUITE, [name], onProgress, architecture), path);
  if (existsSync(file)) return file;
  throw new LabError('E_PACKAGE', `${name} of ${ROOT_SUITE} has no ${path}`, 'see docs/reference/lab.md');
}
