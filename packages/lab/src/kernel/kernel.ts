import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AptArchive } from '../apt/archive.ts';
import { unpackDebs } from '../apt/unpack.ts';
import { cacheRoot, makeOnce, withScratch } from '../cache.ts';
import { LabError } from '../errors.ts';
import { ext4Image } from '../image/ext4.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { run } from '../run.ts';
import { BOOT_MODULES, loadOrder } from './modules.ts';
import { KERNELS, type KernelName } from './table.ts';

/** Raise it when the way a kernel is unpacked changes: what is in the cache is then not used again. */
const RECIPE = 'r2';

/** A kernel unpacked in the cache. */
export interface Kernel {
  readonly name: KernelName;
  /** What `uname -r` says in its guest. */
  readonly release: string;
  /** The Debian version it came from. */
  readonly version: string;
  readonly vmlinuz: string;
  /** A prepared kernel tree, for `make -C`. */
  readonly buildDir: string;
  /** lib/modules/RELEASE, with modules.dep. */
  readonly modulesDir: string;
  /** File system with the folder RELEASE, to be mounted on /lib/modules. */
  readonly modulesImage: string;
}

export interface PrepareOptions {
  /** Ask the package index even when a kernel of that name is in the cache. */
  readonly refresh?: boolean;
  readonly onProgress?: OnProgress;
}

interface Manifest {
  readonly release: string;
  readonly version: string;
}

function load(name: KernelName, dir: string): Kernel {
  const { release, version } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  return {
    name,
    release,
    version,
    vmlinuz: join(dir, 'root/boot', `vmlinuz-${release}`),
    buildDir: join(dir, 'root/usr/src', `linux-headers-${release}`),
    modulesDir: join(dir, 'root/lib/modules', release),
    modulesImage: join(dir, 'modules.img'),
  };
}

/** The kernel's own packages: image, headers, what the headers need of the same source. */
async function resolvePackages(apt: AptArchive, flavour: string): Promise<{ names: string[] } & Manifest> {
  const own = /^linux-(image|headers|kbuild)-/;
  const pick = (depends: readonly string[], kind: string): string => {
    const found = depends.find((each) => each.startsWith(`linux-${kind}-`));
    if (found) return found;
    throw new LabError(
      'E_PACKAGE',
      `linux-${kind}-${flavour} depends on no linux-${kind}-…`,
      'the archive has changed: see docs/lab.md',
    );
  };
  const image = pick((await apt.record(`linux-image-${flavour}`)).depends, 'image');
  // The metapackages of image and headers can point at different versions while an update is under way.
  const release = image.replace('linux-image-', '');
  const headers = await apt.record(`linux-headers-${release}`);
  const needed = headers.depends.filter((each) => own.test(each) && !each.startsWith('linux-image-'));
  return { names: [image, headers.name, ...needed], release, version: headers.version };
}

/**
 * Debian's headers name each other by absolute path; here they live in the cache, and the cache may
 * move. `lastword MAKEFILE_LIST` is the file itself wherever make was started.
 *
 * The stripped vmlinux beside them is only there to give modules type information (BTF), which nobody
 * needs in a guest and which wants pahole of the right version; without the file kbuild leaves it out.
 */
function adaptHeaders(buildDir: string): void {
  const file = join(buildDir, 'Makefile');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('/usr/src/', '$(dir $(lastword $(MAKEFILE_LIST)))../'));
  rmSync(join(buildDir, 'vmlinux'), { force: true });
}

/** The image holds all modules; of the unpacked ones (up to 300 MB) only those of the initramfs stay. */
function keepBootModules(dir: string): void {
  const wanted = new Set(loadOrder(readFileSync(join(dir, 'modules.dep'), 'utf8'), BOOT_MODULES));
  for (const file of readdirSync(join(dir, 'kernel'), { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !wanted.has(relative(dir, path))) rmSync(path);
  }
}

async function finish(dir: string, release: string): Promise<void> {
  const root = join(dir, 'root');
  const modules = join(root, 'lib/modules');
  adaptHeaders(join(root, 'usr/src', `linux-headers-${release}`));
  for (const link of ['build', 'source']) rmSync(join(modules, release, link), { force: true });
  const depmod = await run(['depmod', '-b', root, release]);
  if (depmod.code !== 0)
    throw new LabError('E_BUILD', `depmod: ${depmod.output}`, 'remove the cache and try again');
  await ext4Image(modules, join(dir, 'modules.img'), 'modules');
  keepBootModules(join(modules, release));
}

async function install(
  apt: AptArchive,
  found: { names: string[] } & Manifest,
  target: string,
  onProgress: OnProgress,
): Promise<void> {
  const title = `Linux ${found.release}`;
  const debs = await step(onProgress, 'download', title, (update) => apt.download(found.names, update));
  await step(onProgress, 'unpack', title, () => unpackDebs(debs, join(target, 'root')));
  await step(onProgress, 'modules', `modules of ${title}`, () => finish(target, found.release));
  writeFileSync(
    join(target, 'manifest.json'),
    JSON.stringify({ release: found.release, version: found.version }),
  );
}

function readCurrent(pointer: string, home: string): string | undefined {
  const version = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : '';
  const dir = join(home, version);
  return version.endsWith(`.${RECIPE}`) && existsSync(join(dir, 'manifest.json')) ? dir : undefined;
}

async function fetchKernel(name: KernelName, options: PrepareOptions): Promise<Kernel> {
  const onProgress = options.onProgress ?? silent;
  const { suites, flavour } = KERNELS[name];
  const home = join(cacheRoot(), 'kernels', name);
  const pointer = join(home, 'current');
  const cached = options.refresh ? undefined : readCurrent(pointer, home);
  if (cached) return load(name, cached);

  const version = await withScratch(home, async (scratch) => {
    const apt = new AptArchive(scratch, suites);
    const found = await step(onProgress, 'index', `package index of ${suites.join(', ')}`, async () => {
      await apt.update();
      return resolvePackages(apt, flavour);
    });
    const folder = `${found.version.replaceAll(/[^\w.+~-]/g, '_')}.${RECIPE}`;
    await makeOnce(join(home, folder), (target) => install(apt, found, target, onProgress));
    return folder;
  });
  writeFileSync(`${pointer}.${process.pid}`, `${version}\n`);
  renameSync(`${pointer}.${process.pid}`, pointer);
  return load(name, join(home, version));
}

/** Two callers of one process wait for the same download. */
const underWay = new Map<KernelName, Promise<Kernel>>();

/**
 * Fetches a stock Debian kernel with its headers and unpacks both into the cache; the machine's own
 * packages are not touched. A kernel in the cache is used without asking the index again.
 *
 * @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export function prepareKernel(name: KernelName, options: PrepareOptions = {}): Promise<Kernel> {
  const running = underWay.get(name);
  if (running) return running;
  const fetching = fetchKernel(name, options).finally(() => underWay.delete(name));
  underWay.set(name, fetching);
  return fetching;
}
