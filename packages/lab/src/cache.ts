import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onExit } from './cleanup.ts';
import { LabError } from './errors.ts';
import { processAlive } from './processes.ts';

/** Returns the folder for everything that can be built again: $RTPROBE_CACHE, else .cache/ of the checkout. */
export function cacheRoot(): string {
  return resolve(process.env.RTPROBE_CACHE || join(import.meta.dirname, '../../../.cache'), 'lab');
}

/** Node's recursive mkdir reports a read-only file system as ENOENT: after EROFS it looks for the folder. */
const DENIED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);

/** Name of an unfinished entry; it says whether its maker is still running. */
const PARTIAL = /\.partial-(\d+)-[0-9a-f]{8}$/;

const partialOf = (path: string): string =>
  `${path}.partial-${process.pid}-${randomBytes(4).toString('hex')}`;

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
  const partial = partialOf(path);
  const drop = onExit(() => rmSync(partial, { recursive: true, force: true }));
  try {
    beginPartial(partial);
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

/** Makes the directory, and the folder around it. @throws LabError E_CACHE */
function beginPartial(partial: string): void {
  const folder = dirname(partial);
  try {
    mkdirSync(folder, { recursive: true });
    sweepPartials(folder);
    mkdirSync(partial);
  } catch (error) {
    if (!DENIED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new LabError(
      'E_CACHE',
      `this user may not write into ${folder}`,
      'run it as another user, or name a folder with RTPROBE_CACHE',
      { cause: error },
    );
  }
}

/** An entry that was used within this time is never removed: a process may still read it. */
const IN_USE_MS = 24 * 3600_000;

/**
 * Like makeOnce(), in a folder that would otherwise grow forever: removes the entries beside `path` that were not used
 * for a day, beyond the `keep` newest. Only calls of this function count as a use.
 */
export async function makeBounded(
  path: string,
  keep: number,
  fill: (dir: string) => Promise<void>,
): Promise<string> {
  // Another process can remove an old entry until its use is noted.
  do await makeOnce(path, fill);
  while (!noteUse(path));
  removeUnused(dirname(path), keep);
  return path;
}

/** Returns false if the entry was removed meanwhile. */
function noteUse(path: string): boolean {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Only its owner can note it.
  }
  return existsSync(path);
}

function removeUnused(dir: string, keep: number): void {
  const usedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  const isUnused = (path: string): boolean => usedAt(path) < Date.now() - IN_USE_MS;
  const byUse = readdirSync(dir)
    .filter((name) => !PARTIAL.test(name))
    .map((name) => ({ path: join(dir, name), used: usedAt(join(dir, name)) }))
    .sort((a, b) => b.used - a.used);
  for (const { path } of byUse.slice(keep).filter((entry) => isUnused(entry.path))) {
    // Nobody opens it under this name, and sweepPartials() removes it if this process ends before it has.
    const removed = partialOf(path);
    try {
      renameSync(path, removed);
      // Another process noted its use just before.
      if (!isUnused(removed) && !existsSync(path)) renameSync(removed, path);
      else rmSync(removed, { recursive: true, force: true });
    } catch {
      // Another process was faster, or it belongs to another user.
    }
  }
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
  const dir = partialOf(join(parent, 'scratch'));
  const drop = onExit(() => rmSync(dir, { recursive: true, force: true }));
  try {
    mkdirSync(dir);
    return await work(dir);
  } finally {
    drop.now();
  }
}
