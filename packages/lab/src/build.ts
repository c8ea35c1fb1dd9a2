import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Architecture, isNative, toolPrefix } from './architecture.ts';
import { cacheRoot, makeBounded } from './cache.ts';
import { LabError } from './errors.ts';
import { contentHash, sourceFiles } from './hash.ts';
import { diskFull, run } from './run.ts';

/** Builds that are kept, some 5 MB each: those of a day's work on several kernels. */
const KEPT = 64;

/**
 * Checks that this machine compiles for an architecture; its own compiler is found missing by the build.
 *
 * @throws LabError E_MISSING_TOOL with the packages to install
 */
export async function ensureCompiler(architecture: Architecture): Promise<void> {
  if (!isNative(architecture)) await run([`${toolPrefix(architecture)}gcc`, '--version']);
}

export interface BuildJob {
  /** Title for messages. */
  readonly title: string;
  /** Folder whose layout is kept; it contains every part. */
  readonly base: string;
  /** Folders and files that are built. */
  readonly parts: readonly string[];
  /** Further inputs that affect the result: kernel, flags. */
  readonly key: readonly string[];
  /** Returns the command for the copy of `base`. */
  readonly command: (tree: string) => readonly string[];
}

/** Returns every file of the parts, absolute. */
function filesOf(parts: readonly string[]): string[] {
  return parts.flatMap((part) => {
    if (!existsSync(part))
      throw new LabError('E_BUILD', `${part} does not exist`, 'give a folder with the sources');
    return statSync(part).isDirectory() ? sourceFiles(part).map((file) => join(part, file)) : [part];
  });
}

/**
 * Builds a copy of some sources and caches it by the hash of its inputs. The sources' folder stays clean, and builds
 * for different kernels do not share a folder. Absolute paths of the copy in the output are replaced by those of the
 * sources.
 *
 * @returns the built copy of `base`
 * @throws LabError E_BUILD with the output, E_DISK_FULL, E_MISSING_TOOL
 */
export async function buildInCopy(job: BuildJob): Promise<string> {
  const base = resolve(job.base);
  const files = filesOf(job.parts.map((part) => resolve(part)));
  const named = files.map((file) => ({ name: relative(base, file), file }));
  const kept = join(cacheRoot(), 'builds', contentHash(job.key, named));
  await makeBounded(kept, KEPT, async (target) => {
    const tree = join(target, 'tree');
    for (const { name, file } of named) {
      mkdirSync(join(tree, dirname(name)), { recursive: true });
      cpSync(file, join(tree, name), { dereference: true });
    }
    const result = await run(job.command(tree));
    const output = result.output.replaceAll(tree, base);
    if (result.code !== 0) {
      throw (
        diskFull(output) ??
        new LabError('E_BUILD', `building ${job.title} failed:\n${output}`, 'see the output above')
      );
    }
    writeFileSync(join(target, 'output.txt'), output);
  });
  return join(kept, 'tree');
}
