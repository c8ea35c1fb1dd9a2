import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Architecture } from '../architecture.ts';
import { makeOnce, withScratch } from '../cache.ts';
import { LabError } from '../errors.ts';
import { type OnProgress, step } from '../progress.ts';
import { diskFull, run } from '../run.ts';
import { AptArchive } from './archive.ts';

/** Runs `work` on each item, at most `width` at a time; after a failure no further item is begun. */
async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const results = await Promise.allSettled(
    Array.from({ length: width }, () =>
      worker().catch((error) => {
        queue.length = 0;
        throw error;
      }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Unpacks every .deb of a folder into `root`, which must not exist, and removes it.
 *
 * @throws LabError E_FETCH, E_DISK_FULL
 */
export async function unpackDebs(debs: string, root: string): Promise<void> {
  mkdirSync(root);
  const unpack = async (deb: string): Promise<void> => {
    const result = await run(['dpkg-deb', '-x', join(debs, deb), root]);
    if (result.code !== 0) {
      throw (
        diskFull(result.output) ?? new LabError('E_FETCH', `unpacking ${deb}: ${result.output}`, 'try again')
      );
    }
    rmSync(join(debs, deb));
  };
  // Packages of one archive own different files and share folders only. Each is decompressed by one thread.
  const names = readdirSync(debs).filter((name) => name.endsWith('.deb'));
  await inTurns(names, availableParallelism(), unpack);
}

/**
 * Packages of a suite unpacked into the cache, once; nothing is installed.
 *
 * @param dir where they are kept; what they hold lies under `root` in it
 * @param architecture default: this machine's
 * @returns the folder `root`
 * @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL
 */
export async function unpackedPackages(
  dir: string,
  suite: string,
  names: readonly string[],
  onProgress: OnProgress,
  architecture?: Architecture,
): Promise<string> {
  if (!existsSync(dir)) {
    await withScratch(dirname(dir), async (scratch) => {
      const apt = new AptArchive(scratch, [suite], architecture);
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
