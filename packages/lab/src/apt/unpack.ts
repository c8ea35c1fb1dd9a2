import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeOnce, withScratch } from '../cache.ts';
import { LabError } from '../errors.ts';
import { type OnProgress, step } from '../progress.ts';
import { diskFull, run } from '../run.ts';
import { AptArchive } from './archive.ts';

/**
 * Unpacks every .deb of a folder into `root`, which must not exist, and removes it.
 *
 * @throws LabError E_FETCH, E_DISK_FULL
 */
export async function unpackDebs(debs: string, root: string): Promise<void> {
  mkdirSync(root);
  for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) {
    const result = await run(['dpkg-deb', '-x', join(debs, deb), root]);
    if (result.code !== 0) {
      throw (
        diskFull(result.output) ?? new LabError('E_FETCH', `unpacking ${deb}: ${result.output}`, 'try again')
      );
    }
    rmSync(join(debs, deb));
  }
}

/**
 * Packages of a suite unpacked into the cache, once; nothing is installed.
 *
 * @param dir where they are kept; what they hold lies under `root` in it
 * @returns the folder `root`
 * @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL
 */
export async function unpackedPackages(
  dir: string,
  suite: string,
  names: readonly string[],
  onProgress: OnProgress,
): Promise<string> {
  if (!existsSync(dir)) {
    await withScratch(dirname(dir), async (scratch) => {
      const apt = new AptArchive(scratch, [suite]);
      await step(onProgress, 'index', `package index of ${suite}`, () => apt.update());
      const title = names.join(' ');
      await makeOnce(dir, async (target) => {
        const debs = await step(onProgress, 'download', title, (update) => apt.download(names, update));
        await step(onProgress, 'unpack', title, () => unpackDebs(debs, join(target, 'root')));
      });
    });
  }
  return join(dir, 'root');
}
