import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AptArchive } from '../apt/archive.ts';
import { cacheRoot, makeOnce, withScratch } from '../cache.ts';
import { LabError } from '../errors.ts';
import { type OnProgress, silent, step } from '../progress.ts';
import { diskFull, run } from '../run.ts';

const SUITE = 'bookworm-backports';
const PACKAGE = 'linux-source-6.12';
/** What is kept of the kernel's source: the tool that speaks netlink by a YAML file, and the schemas of such files. */
const PARTS = ['tools/net/ynl', 'Documentation/netlink'];

/**
 * Unpacks the kernel's netlink tool and schemas from Debian's source package into the cache, once. The package has 150
 * MB; a few files of it stay.
 *
 * @returns the folder with tools/net/ynl and Documentation/netlink
 * @throws LabError E_FETCH, E_PACKAGE, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export async function netlinkSources(onProgress: OnProgress = silent): Promise<string> {
  const home = join(cacheRoot(), 'tools');
  return makeOnce(join(home, `${PACKAGE}-netlink`), (target) =>
    withScratch(home, async (scratch) => {
      const apt = new AptArchive(scratch, [SUITE]);
      await step(onProgress, 'index', `package index of ${SUITE}`, () => apt.update());
      const debs = await step(onProgress, 'download', PACKAGE, (update) => apt.download([PACKAGE], update));
      mkdirSync(target, { recursive: true });
      const result = await step(onProgress, 'unpack', PACKAGE, () =>
        run([
          'bash',
          '-c',
          `set -o pipefail
          dpkg-deb --fsys-tarfile "$1"/*.deb | tar -xO "./usr/src/$2.tar.xz" | xz -dc -T0 |
            tar -x -C "$3" --strip-components=1 "\${@:4}"`,
          'bash',
          debs,
          PACKAGE,
          target,
          ...PARTS.map((part) => `${PACKAGE}/${part}`),
        ]),
      );
      if (result.code !== 0)
        throw diskFull(result.output) ?? new LabError('E_FETCH', `${PACKAGE}: ${result.output}`, 'try again');
    }),
  );
}
