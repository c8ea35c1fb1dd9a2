// Makes a Debian machine with systemd, dkms and a kernel of its own on one disk, and the packages of a second kernel to
// install.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AptArchive } from '../../src/apt/archive.ts';
import { sourcesFor, systemArchives, systemCodename } from '../../src/apt/sources.ts';
import { cacheRoot, makeOnce } from '../../src/cache.ts';
import { LabError } from '../../src/errors.ts';
import { contentHash } from '../../src/hash.ts';
import { ext4Image } from '../../src/image/ext4.ts';
import { type OnProgress, step } from '../../src/progress.ts';
import { run } from '../../src/run.ts';

const SUITES = ['bookworm', 'bookworm-security'];
/** The kernel of the first boot; flavours as Debian names them. */
const FIRST = 'rt-amd64';
const SECOND = 'amd64';
const PACKAGES = [
  'systemd-sysv',
  'udev',
  'kmod',
  'procps',
  'initramfs-tools',
  'dkms',
  'gcc',
  'make',
  `linux-image-${FIRST}`,
  `linux-headers-${FIRST}`,
];
const RECIPE = '2';
const SPARE_MIB = 3072;

/**
 * Runs the phase that the kernel's command line names, once the machine has booted, and writes its results to a port.
 */
const UNIT = `[Unit]
After=multi-user.target
[Service]
ExecStart=/bin/sh -c 'mount -o ro /dev/vdb /opt && exec sh /opt/rtprobe/kmod/tests/machine/phase.sh $$(sed "s/.*machine_phase=//; s/ .*//" /proc/cmdline) >/dev/virtio-ports/verdict 2>&1'
[Install]
WantedBy=multi-user.target
`;

/** Contains what is needed to reach the disks, with fast compression, because emulation is slow. */
const INITRAMFS = 'MODULES=list\nCOMPRESS=gzip\n';

function prepareTree(tree: string): void {
  const put = (path: string, text: string): void => writeFileSync(join(tree, path), text);
  put('etc/fstab', '/dev/vda / ext4 defaults 0 0\n');
  put('etc/hostname', 'machine\n');
  put('etc/initramfs-tools/conf.d/lab', INITRAMFS);
  put('etc/initramfs-tools/modules', 'virtio_pci\nvirtio_blk\next4\n');
  put('etc/systemd/system/rtprobe-machine-test.service', UNIT);
}

async function must(argv: string[], what: string): Promise<void> {
  const { code, output } = await run(argv);
  if (code !== 0) throw new LabError('E_IMAGE', `${what}: ${output.slice(-2000)}`, 'see the message');
}

async function fill(target: string): Promise<void> {
  const tree = join(target, 'tree');
  const sources = join(target, 'sources');
  writeFileSync(sources, sourcesFor(SUITES, systemArchives(), systemCodename()));
  await must(
    [
      'unshare',
      '--mount',
      '--',
      'mmdebstrap',
      '--variant=minbase',
      `--include=${PACKAGES.join(',')}`,
      '--aptopt=APT::Sandbox::User "root"',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      SUITES[0]!,
      tree,
      sources,
    ],
    'the machine',
  );
  prepareTree(tree);
  await must(['chroot', tree, 'systemctl', 'enable', 'rtprobe-machine-test.service'], 'enabling the test');
  await must(['chroot', tree, 'update-initramfs', '-u', '-k', 'all'], 'its initramfs');
  await ext4Image(tree, join(target, 'machine.img'), 'machine', { spareMiB: SPARE_MIB });
  await must(['rm', '-rf', '--one-file-system', tree], 'removing the tree');
  await fetchSecond(target);
}

/** Downloads image and headers of the second kernel, to be installed in the guest. */
async function fetchSecond(target: string): Promise<void> {
  const scratch = join(target, 'apt');
  mkdirSync(scratch);
  const apt = new AptArchive(scratch, SUITES);
  await apt.update();
  const image = (await apt.record(`linux-image-${SECOND}`)).depends.find((each) =>
    each.startsWith('linux-image-'),
  )!;
  const headers = `linux-headers-${image.replace('linux-image-', '')}`;
  const common = (await apt.record(headers)).depends.filter((each) => each.endsWith('-common'));
  const debs = await apt.download([image, headers, ...common], () => {});
  mkdirSync(join(target, 'kernels'));
  for (const deb of readdirSync(debs)) await must(['mv', join(debs, deb), join(target, 'kernels')], deb);
  rmSync(scratch, { recursive: true });
}

export interface MachineImage {
  /** Raw ext4; copy it before it is booted. */
  readonly disk: string;
  /** Folder with the second kernel's packages. */
  readonly kernels: string;
}

/** Created once, in the lab's cache; needs root. @throws LabError E_IMAGE, E_FETCH, E_PACKAGE */
export async function machineImage(onProgress: OnProgress): Promise<MachineImage> {
  if (process.getuid?.() !== 0) {
    throw new LabError('E_NO_ROOT', 'the machine is made in a chroot', 'run it as root');
  }
  const dir = join(cacheRoot(), 'machine', contentHash([RECIPE, UNIT, INITRAMFS, ...PACKAGES]));
  await makeOnce(dir, (target) =>
    step(onProgress, 'rootfs', 'a machine with systemd and dkms', () => fill(target)),
  );
  return { disk: join(dir, 'machine.img'), kernels: join(dir, 'kernels') };
}

/** Returns the names in a folder of an ext4 image, without mounting it. */
export async function listImage(image: string, folder: string): Promise<string[]> {
  const { stdout } = await run(['debugfs', '-R', `ls -p ${folder}`, image]);
  return stdout.split('\n').flatMap((line) => line.split('/')[5] || []);
}

export async function dumpFromImage(image: string, path: string, to: string): Promise<void> {
  await must(['debugfs', '-R', `dump ${path} ${to}`, image], path);
}
