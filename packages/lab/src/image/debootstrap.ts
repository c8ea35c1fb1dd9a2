import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourcesFor, systemArchives, systemCodename } from '../apt/sources.ts';
import { LabError } from '../errors.ts';
import { diskFull, run } from '../run.ts';

export interface Bootstrap {
  readonly suite: string;
  readonly suites: readonly string[];
  readonly packages: readonly string[];
  /**
   * Take an index that is past its date, as a mirror's of a rolling suite can be. It is signed all the same; what is
   * built in it stays on this machine.
   */
  readonly anyAge?: boolean;
}

/** Stages of mmdebstrap as it names them on its output, for a fraction of the whole. */
const STAGES: readonly (readonly [RegExp, number])[] = [
  [/running apt-get update/, 0.02],
  [/downloading packages/, 0.1],
  [/extracting archives/, 0.3],
  [/installing essential/, 0.4],
  [/installing remaining/, 0.6],
  [/cleaning package lists/, 0.9],
];

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
 * Debian's minimal user space with some packages, as a tar: mmdebstrap's own temporary chroot never lies in the cache.
 *
 * @throws LabError E_IMAGE, E_NO_ROOT, E_NO_APT_SOURCES, E_DISK_FULL, E_MISSING_TOOL
 */
export async function bootstrapTar(
  { suite, suites, packages, anyAge }: Bootstrap,
  tar: string,
  update: (fraction: number) => void,
): Promise<void> {
  const sources = join(dirname(tar), 'lab.sources');
  writeFileSync(sources, sourcesFor(suites, systemArchives(), systemCodename()));
  const own = [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    // The tree may lie where apt's download user cannot reach.
    '--aptopt=APT::Sandbox::User "root"',
    ...(anyAge ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    // The tree becomes an image and is removed: a power cut leaves nothing that is used.
    '--dpkgopt=force-unsafe-io',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    suite,
    tar,
    sources,
  ];
  // As root: in a mount namespace of its own, so that nothing stays mounted however it ends, and with its
  // temporary tree beside the tar, so that it goes with it. As a user mmdebstrap has namespaces itself,
  // and its tree belongs to users we may not remove.
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
