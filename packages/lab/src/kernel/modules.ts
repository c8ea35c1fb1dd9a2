import { basename } from 'node:path';

/** Modules that a guest needs for its disks, ports and network card. */
export const BOOT_MODULES = [
  'virtio_pci',
  'virtio_blk',
  'virtio_console',
  'virtio_net',
  'ext4',
  'crc32c_generic',
];

/** Returns the name of a module from the path of its file. */
export const moduleName = (path: string): string =>
  basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');

/**
 * Returns the modules to load, dependencies first, as paths under lib/modules/RELEASE. Names without a file are built
 * in, or of another kernel, and are not loaded.
 *
 * @param modulesDep the text of modules.dep
 */
export function loadOrder(modulesDep: string, wanted: readonly string[]): string[] {
  const dependencies = new Map<string, string[]>();
  const pathOf = new Map<string, string>();
  for (const line of modulesDep.split('\n')) {
    const [path, rest] = line.split(':');
    if (!path || rest === undefined) continue;
    dependencies.set(path, rest.split(' ').filter(Boolean));
    pathOf.set(moduleName(path), path);
  }
  const order: string[] = [];
  const visit = (path: string): void => {
    if (order.includes(path)) return;
    for (const dependency of dependencies.get(path) ?? []) visit(dependency);
    order.push(path);
  };
  for (const name of wanted) {
    const path = pathOf.get(name);
    if (path) visit(path);
  }
  return order;
}
