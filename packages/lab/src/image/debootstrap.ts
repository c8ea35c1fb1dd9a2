import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourcesFor, systemArchives, systemCodename } from '../apt/sources.ts';
import { type Architecture, hostArchitecture, isNative } from '../architecture.ts';
import { LabError } from '../errors.ts';
import { diskFull, run } from '../run.ts';

export interface Bootstrap {
  readonly suite: string;
  readonly suites: readonly string[];
  readonly packages: readonly string[];
  /**
   * Accept an expired index, as a mirror of a rolling suite can have. It is still signed, and its packages stay on this
   * machine.
   */
  readonly anyAge?: boolean;
  /**
   * Only unpack the packages: no maintainer script runs, which halves the time. The tree has root's and Debian's fixed
   * users, awk and the linker's cache, and no record of what is installed.
   */
  readonly unpackOnly?: boolean;
  /** Default: this machine's. Only with unpackOnly: programs of another one do not run here. */
  readonly architecture?: Architecture;
}

/** Stages of mmdebstrap in its output, for the fraction of the whole. */
const STAGES: readonly (readonly [RegExp, number])[] = [
  [/running apt-get update/, 0.02],
  [/downloading packages/, 0.1],
  [/extracting archives/, 0.3],
  [/installing essential/, 0.5],
  [/installing remaining/, 0.6],
  [/cleaning package lists/, 0.9],
];

const REMOVE_DOCUMENTATION = 'rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*';

/** Makes /bin and others links into /usr, as a configured Debian has them. */
const MERGED_USR = '/usr/share/mmdebstrap/hooks/merged-usr';

/**
 * What maintainer scripts would do that a guest needs: users, awk, the linker's cache. The cache is optional, and only
 * the tree's own ldconfig can write it.
 */
const unconfigured = (architecture: Architecture): string =>
  [
    'for each in passwd group; do cp "$1/usr/share/base-passwd/$each.master" "$1/etc/$each"; done',
    'ln -sf mawk "$1/usr/bin/awk"',
    ...(isNative(architecture) ? ['chroot "$1" ldconfig'] : []),
  ].join(' && ');

export const isRoot = (): boolean => process.getuid?.() === 0;

export function imageError(what: string, output: string): LabError {
  const tail = output.trim().split('\n').slice(-8).join('\n');
  if (/newuidmap|unshare|user namespace|\/etc\/subuid/i.test(output)) {
    return new LabError('E_NO_ROOT', `${what}:\n${tail}`, 'run it as root, or: apt-get install uidmap');
  }
  return (
    diskFull(output) ??
    new LabError('E_IMAGE', `${what}:\n${tail}`, 'see the message; `apt-get update` must work here')
  );
}

/**
 * Creates a tar of Debian's minimal user space with some packages; mmdebstrap's temporary chroot is never in the cache.
 *
 * @throws LabError E_IMAGE, E_NO_ROOT, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export async function bootstrapTar(
  { suite, suites, packages, anyAge, unpackOnly, architecture = hostArchitecture() }: Bootstrap,
  tar: string,
  update: (fraction: number) => void,
): Promise<void> {
  const sources = join(dirname(tar), 'lab.sources');
  writeFileSync(sources, sourcesFor(suites, systemArchives(), systemCodename()));
  const own = [
    'mmdebstrap',
    ...(unpackOnly
      ? ['--variant=extract', '--include=?essential', `--hook-dir=${MERGED_USR}`]
      : ['--variant=minbase']),
    `--architectures=${architecture.name}`,
    `--include=${packages.join(',')}`,
    // The tree may be where apt's download user has no access.
    '--aptopt=APT::Sandbox::User "root"',
    ...(anyAge ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    // The tree becomes an image and is removed: a power cut leaves nothing that is used.
    '--dpkgopt=force-unsafe-io',
    // With dpkg's path-exclude, mmdebstrap filters each archive in a script, which takes longer than all the rest.
    // This is the last hook of each variant.
    `--${unpackOnly ? 'extract' : 'customize'}-hook=${REMOVE_DOCUMENTATION}`,
    ...(unpackOnly ? [`--extract-hook=${unconfigured(architecture)}`] : []),
    suite,
    tar,
    sources,
  ];
  // As root: in its own mount namespace, so that nothing stays mounted, and with the temporary tree beside the tar, so
  // that both are removed together. As a user, mmdebstrap uses its own namespaces, and other users own its tree.
  const argv = isRoot() ? ['unshare', '--mount', '--', ...own] : own;
  const result = await run(argv, {
    ...(isRoot() ? { env: { TMPDIR: dirname(tar) } } : {}),
    onLine: (line) => {
      const stage = STAGES.find(([pattern]) => pattern.test(line));
      if (stage) update(stage[1]);
    },
  });
  if (result.code !== 0) throw imageError(`making Debian ${suite}`, result.output);
}
