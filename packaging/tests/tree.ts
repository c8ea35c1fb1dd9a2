// Makes the root file system in which the packages are tried: Debian with systemd, dkms, a kernel with its headers, the
// packages of a second kernel to install later, and nginx.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesFor, systemArchives, systemCodename } from '../../packages/lab/src/apt/sources.ts';
import { cacheRoot, makeOnce } from '../../packages/lab/src/cache.ts';
import { contentHash } from '../../packages/lab/src/hash.ts';
import { run } from '../../packages/lab/src/run.ts';

const SUITES = ['bookworm', 'bookworm-security'];
const FIRST = 'rt-amd64';
/** The kernel update, which inside.sh installs. */
const SECOND = ['linux-image-amd64', 'linux-headers-amd64'];
const PACKAGES = [
  ...['systemd-sysv', 'libnss-systemd', 'udev', 'kmod', 'procps', 'initramfs-tools', 'dkms', 'gcc', 'make'],
  ...[`linux-image-${FIRST}`, `linux-headers-${FIRST}`],
  // What the packages recommend or depend on, so that they install without a network.
  ...['libstdc++6', 'openssh-client', 'pci.ids', 'usb.ids', 'bash-completion'],
  ...['nginx-light', 'openssl'],
];
const RECIPE = '2';
/** Contains what is needed to reach the disk, with fast compression, because emulation is slow. */
const INITRAMFS = 'MODULES=list\nCOMPRESS=gzip\n';
const MODULES = 'virtio_pci\nvirtio_blk\next4\n';

export async function must(argv: string[], what: string): Promise<string> {
  const { code, output } = await run(argv);
  if (code !== 0) throw new Error(`${what}: ${output.slice(-3000)}`);
  return output;
}

async function fill(target: string): Promise<void> {
  const tree = join(target, 'tree');
  const sources = join(target, 'sources');
  writeFileSync(sources, sourcesFor(SUITES, systemArchives(), systemCodename()));
  const hook = join(target, 'before.sh');
  // Before any package makes an initramfs: with all modules it would take minutes.
  writeFileSync(
    hook,
    [
      'set -e',
      'mkdir -p "$1/etc/initramfs-tools/conf.d"',
      `printf '${INITRAMFS.replaceAll('\n', '\\n')}' >"$1/etc/initramfs-tools/conf.d/lab"`,
      `printf '${MODULES.replaceAll('\n', '\\n')}' >"$1/etc/initramfs-tools/modules"`,
      '',
    ].join('\n'),
    { mode: 0o755 },
  );
  const debstrap = [
    'unshare',
    '--mount',
    '--',
    'mmdebstrap',
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
  ];
  const later = `chroot "$1" apt-get install -y -qq --download-only --no-install-recommends ${SECOND.join(' ')}`;
  await must(
    [
      ...debstrap,
      '--aptopt=APT::Sandbox::User "root"',
      '--skip=cleanup/apt',
      '--dpkgopt=force-confold',
      `--essential-hook=${hook}`,
      `--customize-hook=${later}`,
      SUITES[0]!,
      tree,
      sources,
    ],
    'the tree',
  );
  const put = (path: string, text: string): void => writeFileSync(join(tree, path), text);
  put('etc/fstab', '/dev/vda / ext4 defaults 0 0\n');
  put('etc/hostname', 'machine\n');
  await must(['tar', '-C', tree, '-cf', join(target, 'tree.tar'), '.'], 'its archive');
  await must(['rm', '-rf', '--one-file-system', tree], 'removing the tree');
}

/** Returns a tar archive, made once; needs root. */
export async function treeArchive(): Promise<string> {
  const dir = join(
    cacheRoot(),
    'packages',
    contentHash([RECIPE, INITRAMFS, MODULES, ...SUITES, ...PACKAGES, ...SECOND]),
  );
  await makeOnce(dir, fill);
  return join(dir, 'tree.tar');
}
