import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { AptArchive } from '../apt/archive.ts';
import { unpackDebs } from '../apt/unpack.ts';
import { type Architecture, hostArchitecture, isNative } from '../architecture.ts';
import { cacheRoot, makeOnce, withScratch } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash } from '../hash.ts';
import { ext4Image } from '../image/ext4.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { run } from '../run.ts';
import { BOOT_MODULES, loadOrder } from './modules.ts';
import { type KernelPackages, kernelPackages } from './packages.ts';
import { compileKernel } from './source.ts';
import { architectureOf, KERNELS, type KernelName, type KernelSource, type StockKernel } from './table.ts';

/** Increment when the way a kernel is unpacked changes; cached kernels are then not used again. */
const RECIPE = 'r2';

/** A kernel unpacked in the cache. */
export interface Kernel {
  readonly name: KernelName;
  readonly architecture: Architecture;
  /** `uname -r` of its guest. */
  readonly release: string;
  /** Its Debian version. */
  readonly version: string;
  readonly vmlinuz: string;
  /** Suite and packages of the chroot in which modules are built; missing: they are built on this machine. */
  readonly chroot?: { readonly suite: string; readonly packages: readonly string[] };
  /** A prepared kernel tree, for `make -C`. */
  readonly buildDir: string;
  /** lib/modules/RELEASE; ensureDependencies() adds modules.dep. */
  readonly modulesDir: string;
  /** File system with the folder RELEASE, to be mounted on /lib/modules; ensureModules() creates it. */
  readonly modulesImage: string;
}

export interface PrepareOptions {
  /** Read the package index even if a kernel of this name is in the cache. */
  readonly refresh?: boolean;
  readonly onProgress?: OnProgress;
}

interface Manifest {
  readonly release: string;
  readonly version: string;
  /** Packages needed to build modules. */
  readonly tools: readonly string[];
}

function load(name: KernelName, dir: string): Kernel {
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  const { release, version, tools } = manifest;
  const { chroot }: Partial<StockKernel> = KERNELS[name];
  return {
    name,
    architecture: architectureOf(name),
    release,
    version,
    vmlinuz: join(dir, 'root/boot', `vmlinuz-${release}`),
    ...(chroot ? { chroot: { suite: chroot, packages: ['make', ...tools] } } : {}),
    buildDir: join(dir, 'root/usr/src', `linux-headers-${release}`),
    modulesDir: join(dir, 'root/lib/modules', release),
    modulesImage: join(dir, 'modules.img'),
  };
}

/**
 * Debian's headers refer to each other by absolute path; in the cache, which may move, these are replaced. `lastword
 * MAKEFILE_LIST` is the file itself, wherever make was started. The stripped vmlinux is removed. It would give modules
 * type information (BTF), which a guest does not use and which needs the matching version of pahole. Without the file,
 * kbuild omits BTF.
 */
function adaptHeaders(buildDir: string): void {
  const file = join(buildDir, 'Makefile');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('/usr/src/', '$(dir $(lastword $(MAKEFILE_LIST)))../'));
  rmSync(join(buildDir, 'vmlinux'), { force: true });
}

/** The image contains all modules; of the unpacked ones (up to 300 MB) only those of the initramfs stay. */
function keepBootModules(dir: string): void {
  const wanted = new Set(loadOrder(readFileSync(join(dir, 'modules.dep'), 'utf8'), BOOT_MODULES));
  for (const file of readdirSync(join(dir, 'kernel'), { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !wanted.has(relative(dir, path))) rmSync(path);
  }
}

/** Since 7.x the packages have everything under usr/lib/modules; it is moved to where older ones have it. */
function unite(root: string, release: string): void {
  const newer = join(root, 'usr/lib/modules');
  if (!existsSync(join(newer, release, 'vmlinuz'))) return;
  mkdirSync(join(root, 'lib'), { recursive: true });
  renameSync(newer, join(root, 'lib/modules'));
  mkdirSync(join(root, 'boot'), { recursive: true });
  renameSync(join(root, 'lib/modules', release, 'vmlinuz'), join(root, 'boot', `vmlinuz-${release}`));
}

function finish(dir: string, release: string): void {
  const root = join(dir, 'root');
  unite(root, release);
  adaptHeaders(join(root, 'usr/src', `linux-headers-${release}`));
  for (const link of ['build', 'source']) rmSync(join(root, 'lib/modules', release, link), { force: true });
}

/** depmod writes another file and renames it. */
async function runDepmod({ modulesDir, release }: Kernel): Promise<void> {
  const depmod = await run(['depmod', '-b', join(modulesDir, '../../..'), release]);
  if (depmod.code !== 0)
    throw new LabError('E_BUILD', `depmod: ${depmod.output}`, 'remove the cache and try again');
}

async function makeModulesImage({ modulesImage, modulesDir }: Kernel, scratch: string): Promise<void> {
  const own = join(scratch, 'modules.img');
  await ext4Image(dirname(modulesDir), own, 'modules');
  // The image of another process that was faster is whole; this one may lack modules which that process removed.
  if (existsSync(modulesImage)) return;
  renameSync(own, modulesImage);
  keepBootModules(modulesDir);
}

/** Begins some work unless it is under way, so that callers in one process share it. */
function shared<Key, T>(underWay: Map<Key, Promise<T>>, key: Key, begin: () => Promise<T>): Promise<T> {
  const work = underWay.get(key) ?? begin().finally(() => underWay.delete(key));
  underWay.set(key, work);
  return work;
}

const dependenciesUnderWay = new Map<string, Promise<void>>();
const imagesUnderWay = new Map<string, Promise<void>>();

/**
 * Creates modules.dep, once. Not part of prepareKernel(), because modules can be compiled meanwhile.
 *
 * @throws LabError E_BUILD, E_MISSING_TOOL
 */
export async function ensureDependencies(kernel: Kernel): Promise<void> {
  const file = join(kernel.modulesDir, 'modules.dep');
  if (!existsSync(file)) await shared(dependenciesUnderWay, file, () => runDepmod(kernel));
}

/**
 * Creates the image of a kernel's modules, once, and modules.dep.
 *
 * @throws LabError E_BUILD, E_IMAGE, E_DISK_FULL, E_MISSING_TOOL
 */
export async function ensureModules(kernel: Kernel, onProgress: OnProgress = silent): Promise<void> {
  const { modulesImage: image, release } = kernel;
  if (existsSync(image)) return;
  await ensureDependencies(kernel);
  const make = (): Promise<void> =>
    step(onProgress, 'modules', `modules of Linux ${release}`, () =>
      withScratch(dirname(image), (scratch) => makeModulesImage(kernel, scratch)),
    ).catch((error) => {
      if (!existsSync(image)) throw error;
    });
  await shared(imagesUnderWay, image, make);
}

async function install(
  apt: AptArchive,
  found: KernelPackages,
  target: string,
  onProgress: OnProgress,
): Promise<void> {
  const title = `Linux ${found.release}`;
  const debs = await step(onProgress, 'download', title, (update) => apt.download(found.names, update));
  await step(onProgress, 'unpack', title, () => unpackDebs(debs, join(target, 'root')));
  finish(target, found.release);
  writeManifest(target, { release: found.release, version: found.version, tools: found.tools });
}

function writeManifest(target: string, manifest: Manifest): void {
  writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest));
}

/** Returns the recipe; that of a compiled kernel changes with its settings. */
function recipeOf(source: KernelSource): string {
  if ('flavour' in source) return RECIPE;
  const { fragment } = source;
  return `${RECIPE}-${contentHash([], [{ name: 'fragment', file: fragment }]).slice(0, 8)}`;
}

function readCurrent(pointer: string, home: string, recipe: string): string | undefined {
  const version = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : '';
  const dir = join(home, version);
  return version.endsWith(`.${recipe}`) && existsSync(join(dir, 'manifest.json')) ? dir : undefined;
}

/** Creates the newest kernel of its suite unless it exists. @returns the name of its folder under `home` */
async function make(
  source: KernelSource,
  architecture: Architecture,
  home: string,
  scratch: string,
  onProgress: OnProgress,
): Promise<string> {
  const apt = new AptArchive(scratch, source.suites, architecture);
  const index = `package index of ${source.suites.join(', ')}`;
  const folderOf = (version: string, recipe: string): string =>
    `${version.replaceAll(/[^\w.+~-]/g, '_')}.${recipe}`;
  if ('flavour' in source) {
    const found = await step(onProgress, 'index', index, async () => {
      await apt.update();
      return kernelPackages(
        (each) => apt.record(each),
        source.flavour,
        isNative(architecture) ? undefined : hostArchitecture().name,
      );
    });
    const folder = folderOf(found.version, RECIPE);
    await makeOnce(join(home, folder), (target) => install(apt, found, target, onProgress));
    return folder;
  }
  const { version } = await step(onProgress, 'index', index, async () => {
    await apt.update();
    return apt.record(source.source);
  });
  const folder = folderOf(version, recipeOf(source));
  await makeOnce(join(home, folder), async (target) => {
    const release = await compileKernel(
      apt,
      { name: source.source, fragment: source.fragment },
      target,
      onProgress,
    );
    writeManifest(target, { release, version, tools: [] });
  });
  return folder;
}

async function fetchKernel(name: KernelName, options: PrepareOptions): Promise<Kernel> {
  const onProgress = options.onProgress ?? silent;
  const source = KERNELS[name];
  const home = join(cacheRoot(), 'kernels', name);
  const pointer = join(home, 'current');
  const cached = options.refresh ? undefined : readCurrent(pointer, home, recipeOf(source));
  if (cached) return load(name, cached);
  const version = await withScratch(home, (scratch) =>
    make(source, architectureOf(name), home, scratch, onProgress),
  );
  writeFileSync(`${pointer}.${process.pid}`, `${version}\n`);
  renameSync(`${pointer}.${process.pid}`, pointer);
  return load(name, join(home, version));
}

const kernelsUnderWay = new Map<KernelName, Promise<Kernel>>();

/**
 * Downloads a stock Debian kernel with its headers and unpacks both into the cache; the machine's packages are not
 * changed. A cached kernel is used without reading the index.
 *
 * @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export function prepareKernel(name: KernelName, options: PrepareOptions = {}): Promise<Kernel> {
  return shared(kernelsUnderWay, name, () => fetchKernel(name, options));
}
