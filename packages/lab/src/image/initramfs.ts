import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unpackedPackages } from '../apt/unpack.ts';
import { type Architecture, isNative, toolPrefix } from '../architecture.ts';
import { ensureCompiler } from '../build.ts';
import { cacheRoot, makeBounded } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash, namedFiles } from '../hash.ts';
import { ensureDependencies, type Kernel } from '../kernel/kernel.ts';
import { BOOT_MODULES, loadOrder, moduleName } from '../kernel/modules.ts';
import { type OnProgress, silent } from '../progress.ts';
import { run } from '../run.ts';
import { type CpioEntry, cpio } from './cpio.ts';

/** Some 6 MB each: two for each kernel of the table. */
const KEPT = 16;
const GUEST_SOURCES = join(import.meta.dirname, '../../guest');

async function plainModule(path: string, scratch: string): Promise<Buffer> {
  if (path.endsWith('.ko')) return readFileSync(path);
  const tool = { '.xz': 'xz', '.zst': 'zstd', '.gz': 'gzip' }[/\.\w+$/.exec(path)?.[0] ?? ''];
  if (!tool) throw new LabError('E_BUILD', `unknown compression of ${path}`, 'see docs/reference/lab.md');
  const plain = join(scratch, basename(path).replace(/\.\w+$/, ''));
  const result = await run(['sh', '-c', 'exec "$1" -dc "$2" >"$3"', 'sh', tool, path, plain]);
  if (result.code !== 0)
    throw new LabError(
      'E_BUILD',
      `unpacking ${path}: ${result.output}`,
      'install it: apt-get install xz-utils',
    );
  return readFileSync(plain);
}

async function buildGuestd(architecture: Architecture, target: string): Promise<Buffer> {
  await ensureCompiler(architecture);
  const sources = ['guestd.c', 'process.c'].map((name) => join(GUEST_SOURCES, name));
  const out = join(target, 'guestd');
  const result = await run([
    `${toolPrefix(architecture)}gcc`,
    '-static',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    out,
    ...sources,
    '-lutil',
  ]);
  if (result.code !== 0)
    throw new LabError('E_BUILD', `gcc: ${result.output}`, 'apt-get install build-essential');
  return readFileSync(out);
}

/** Suite of the busybox of another architecture; it is static and fits every kernel. */
const BUSYBOX_SUITE = 'bookworm';

/**
 * Returns the path of a static busybox: the installed one, or that of another architecture, unpacked into the cache.
 *
 * @throws LabError E_MISSING_TOOL, and those of unpackedPackages()
 */
export async function busybox(architecture: Architecture, onProgress: OnProgress = silent): Promise<string> {
  if (isNative(architecture)) {
    if (existsSync('/bin/busybox')) return '/bin/busybox';
    throw new LabError('E_MISSING_TOOL', 'busybox is not installed', 'apt-get install busybox-static');
  }
  const dir = join(cacheRoot(), 'tools', `busybox-${architecture.name}`);
  const root = await unpackedPackages(dir, BUSYBOX_SUITE, ['busybox-static'], onProgress, architecture);
  return join(root, 'bin/busybox');
}

/**
 * The initramfs of a kernel: busybox, guestd, guest/init and the modules needed to boot. It is left
 * uncompressed, because unpacking under emulation costs more than reading.
 *
 * @throws LabError E_BUILD, E_MISSING_TOOL, E_DISK_FULL, and those of ensureDependencies() and busybox()
 */
export async function ensureInitramfs(kernel: Kernel): Promise<string> {
  await ensureDependencies(kernel);
  const key = contentHash([kernel.release, kernel.version, ...BOOT_MODULES], namedFiles(GUEST_SOURCES));
  const dir = join(cacheRoot(), 'initramfs', key);
  await makeBounded(dir, KEPT, async (target) => {
    const paths = loadOrder(readFileSync(join(kernel.modulesDir, 'modules.dep'), 'utf8'), BOOT_MODULES);
    const names = paths.map((path) => `${moduleName(path)}.ko`);
    const guestd = await buildGuestd(kernel.architecture, target);
    const entries: CpioEntry[] = [
      { path: 'bin', mode: 0o755 },
      { path: 'bin/busybox', mode: 0o755, data: readFileSync(await busybox(kernel.architecture)) },
      { path: 'bin/guestd', mode: 0o755, data: guestd },
      { path: 'init', mode: 0o755, data: readFileSync(join(GUEST_SOURCES, 'init')) },
      { path: 'modules', mode: 0o755 },
      { path: 'modules/order', mode: 0o644, data: Buffer.from(names.map((name) => `${name}\n`).join('')) },
    ];
    for (const [index, path] of paths.entries()) {
      const data = await plainModule(join(kernel.modulesDir, path), target);
      entries.push({ path: `modules/${names[index]}`, mode: 0o644, data });
    }
    writeFileSync(join(target, 'initramfs.cpio'), cpio(entries));
  });
  return join(dir, 'initramfs.cpio');
}
