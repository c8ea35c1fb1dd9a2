import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AptArchive } from '../apt/archive.ts';
import { unpackDebs } from '../apt/unpack.ts';
import { LabError } from '../errors.ts';
import { ext4Image } from '../image/ext4.ts';
import { type OnProgress, step } from '../progress.ts';
import { diskFull, run } from '../run.ts';

async function demand(argv: readonly string[]): Promise<string> {
  const result = await run(argv);
  if (result.code === 0) return result.stdout;
  const tail = result.output.trim().split('\n').slice(-12).join('\n');
  throw (
    diskFull(result.output) ?? new LabError('E_BUILD', `${argv.join(' ')}:\n${tail}`, 'see the output above')
  );
}

/** Returns the settings of a fragment that the kernel's own rules dropped. */
export function droppedSettings(fragment: string, config: string): string[] {
  const kept = new Set(config.split('\n'));
  return fragment.split('\n').filter((line) => /^(CONFIG_|# CONFIG_)/.test(line) && !kept.has(line));
}

async function configure(tree: string, fragment: string): Promise<void> {
  await demand(['make', '-s', '-C', tree, 'tinyconfig']);
  await demand([
    'sh',
    '-c',
    'cd "$1" && scripts/kconfig/merge_config.sh -m .config "$2"',
    'sh',
    tree,
    fragment,
  ]);
  await demand(['make', '-s', '-C', tree, 'olddefconfig']);
  const dropped = droppedSettings(
    readFileSync(fragment, 'utf8'),
    readFileSync(join(tree, '.config'), 'utf8'),
  );
  if (dropped.length)
    throw new LabError('E_BUILD', `the kernel does not keep ${dropped.join(', ')}`, `change ${fragment}`);
}

/** Keeps what building a module needs; removes the objects, which are two gigabytes. */
function keepTree(tree: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(o|a|cmd)$|^vmlinux/.test(entry.name)) rmSync(path);
  }
}

/**
 * Moves a compiled tree to where a packaged kernel has its parts: root/boot, root/lib/modules and the tree itself at
 * root/usr/src/linux-headers-RELEASE.
 *
 * @returns the release
 */
export async function installTree(tree: string, target: string): Promise<string> {
  const release = readFileSync(join(tree, 'include/config/kernel.release'), 'utf8').trim();
  const root = join(target, 'root');
  const modules = join(root, 'lib/modules');
  for (const dir of [join(root, 'boot'), join(modules, release), join(root, 'usr/src')])
    mkdirSync(dir, { recursive: true });
  copyFileSync(join(tree, 'arch/x86/boot/bzImage'), join(root, 'boot', `vmlinuz-${release}`));
  for (const name of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo']) {
    cpSync(join(tree, name), join(modules, release, name));
  }
  await demand(['depmod', '-b', root, release]);
  await ext4Image(modules, join(target, 'modules.img'), 'modules');
  keepTree(tree);
  renameSync(tree, join(root, 'usr/src', `linux-headers-${release}`));
  return release;
}

/**
 * Compiles a kernel of the archive's source package with tinyconfig and a fragment of settings. It takes about ten
 * minutes on two cores.
 *
 * @returns the release
 * @throws LabError E_BUILD, E_FETCH, E_DISK_FULL, E_MISSING_TOOL
 */
export async function compileKernel(
  apt: AptArchive,
  { name, fragment }: { readonly name: string; readonly fragment: string },
  target: string,
  onProgress: OnProgress,
): Promise<string> {
  const unpacked = join(target, 'source');
  const tree = join(target, 'tree');
  const debs = await step(onProgress, 'download', name, (update) => apt.download([name], update));
  await step(onProgress, 'unpack', name, async () => {
    await unpackDebs(debs, unpacked);
    mkdirSync(tree);
    const tar = join(unpacked, 'usr/src', `${name}.tar.xz`);
    await demand(['tar', '-x', '-f', tar, '-C', tree, '--strip-components=1']);
    rmSync(unpacked, { recursive: true });
  });
  await step(onProgress, 'build', `${name} with ${fragment}`, async () => {
    await configure(tree, fragment);
    await demand(['make', '-s', `-j${availableParallelism()}`, '-C', tree, 'bzImage', 'modules']);
  });
  return installTree(tree, target);
}
