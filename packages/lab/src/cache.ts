import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onExit } from './cleanup.ts';
import { LabError } from './errors.ts';
import { processAlive } from './processes.ts';

/** Where everything that can be made again is kept: $RTPROBE_CACHE, else .cache/ of the checkout. */
export function cacheRoot(): string {
  return resolve(process.env.RTPROBE_CACHE || join(import.meta.dirname, '../../../.cache'), 'lab');
}

/** Name of something unfinished: whoever finds it can tell whether its maker still lives. */
const PARTIAL = /\.partial-(\d+)-[0-9a-f]{8}$/;

function sweepPartials(dir: string): void {
  for (const name of readdirSync(dir)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid && !processAlive(Number(pid))) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

/**
 * Makes the directory `path` by filling a neighbour and renaming it, so that a half-made one is
 * never seen under its name: not after an interrupted download, not by a concurrent lab. When two
 * make the same, the first rename wins and the second takes what is there. The neighbour goes when
 * the work fails or this process ends; what SIGKILL leaves is swept here the next time.
 *
 * @returns `path`
 */
export async function makeOnce(path: string, fill: (dir: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  sweepPartials(dirname(path));
  const partial = `${path}.partial-${process.pid}-${randomBytes(4).toString('hex')}`;
  const drop = onExit(() => rmSync(partial, { recursive: true, force: true }));
  try {
    mkdirSync(partial);
    await fill(partial);
    if (!existsSync(path)) renameSync(partial, path);
  } catch (error) {
    if (existsSync(path)) return path;
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? fullDisk(path, error) : error;
  } finally {
    drop.now();
  }
  return path;
}

function fullDisk(path: string, cause: unknown): LabError {
  return new LabError(
    'E_DISK_FULL',
    `no space is left for ${path}`,
    'free some space, or point RTPROBE_CACHE at a larger disk',
    { cause },
  );
}

/** Runs `work` with an empty directory of its own inside `parent`, which goes when it ends. */
export async function withScratch<T>(parent: string, work: (dir: string) => Promise<T>): Promise<T> {
  mkdirSync(parent, { recursive: true });
  sweepPartials(parent);
  const dir = join(parent, `scratch.partial-${process.pid}-${randomBytes(4).toString('hex')}`);
  const drop = onExit(() => rmSync(dir, { recursive: true, force: true }));
  try {
    mkdirSync(dir);
    return await work(dir);
  } finally {
    drop.now();
  }
}
