import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onExit } from './cleanup.ts';
import { LabError } from './errors.ts';
import { processAlive } from './processes.ts';

/** Returns the folder for everything that can be built again: $RTPROBE_CACHE, else .cache/ of the checkout. */
export function cacheRoot(): string {
  return resolve(process.env.RTPROBE_CACHE || join(import.meta.dirname, '../../../.cache'), 'lab');
}

/** Name of an unfinished entry; it says whether its maker is still running. */
const PARTIAL = /\.partial-(\d+)-[0-9a-f]{8}$/;

function sweepPartials(dir: string): void {
  for (const name of readdirSync(dir)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid && !processAlive(Number(pid))) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

/**
 * Creates the directory `path` by filling a temporary neighbour and renaming it, so that an incomplete one never has
 * the final name, even after an interruption or with a concurrent lab. If two create the same path, the first rename
 * wins and the second uses its result. The neighbour is removed if the work fails or this process ends; what SIGKILL
 * leaves is removed by the next call.
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

/** Runs `work` with an empty directory inside `parent`, and removes the directory afterwards. */
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
