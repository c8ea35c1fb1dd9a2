import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { kbuildVariables } from '../architecture.ts';
import { buildInCopy, ensureCompiler } from '../build.ts';
import { LabError } from '../errors.ts';
import { ensureChroot, inChroot } from '../image/chroot.ts';
import type { Kernel } from './kernel.ts';

export interface BuildOptions {
  /** A common parent of the module and of what it includes; default: the module's own folder. */
  readonly base?: string;
  /** Folders and files under `base` that are built; default: all of `base`. */
  readonly parts?: readonly string[];
  /** Variables for make, as NAME=value. */
  readonly variables?: readonly string[];
}

/**
 * Omits debug information, which a guest does not use. It is 25 times the size of the rest of rtprobe.ko, and every
 * guest would receive it through its control port.
 */
const NO_DEBUG_INFO = 'KCFLAGS=-g0';

function objects(dir: string, under = ''): string[] {
  return readdirSync(join(dir, under), { withFileTypes: true }).flatMap((entry) => {
    const path = join(under, entry.name);
    if (entry.isDirectory()) return objects(dir, path);
    return entry.name.endsWith('.ko') ? [join(dir, path)] : [];
  });
}

/**
 * Builds an out-of-tree module against a kernel, as `make -C KERNEL M=dir modules`, and caches the result by the hash
 * of its sources.
 *
 * @param dir folder with a Kbuild file, or with a Makefile that kbuild can read
 * @returns paths of the .ko files, in the cache
 * @throws LabError E_BUILD with the compiler's output
 */
export async function buildModule(
  kernel: Kernel,
  dir: string,
  options: BuildOptions = {},
): Promise<string[]> {
  const base = resolve(options.base ?? dir);
  await ensureCompiler(kernel.architecture);
  const variables = [NO_DEBUG_INFO, ...kbuildVariables(kernel.architecture), ...(options.variables ?? [])];
  const within = relative(base, resolve(dir));
  const chroot = kernel.chroot && (await ensureChroot(kernel.chroot.suite, kernel.chroot.packages));
  const tree = await buildInCopy({
    title: `${dir} against Linux ${kernel.release}`,
    base,
    parts: (options.parts ?? ['.']).map((part) => join(base, part)),
    key: [kernel.release, kernel.version, kernel.buildDir, within, ...variables],
    command: (copy) => {
      const source = `M=${join(copy, within)}`;
      const make = [
        'make',
        `-j${availableParallelism()}`,
        '-C',
        kernel.buildDir,
        source,
        ...variables,
        'modules',
      ];
      return chroot ? inChroot(chroot, make) : make;
    },
  });
  const found = objects(join(tree, within)).sort();
  if (found.length) return found;
  throw new LabError('E_BUILD', `${dir} builds no module`, 'its Kbuild or Makefile must set obj-m');
}
