import { join } from 'node:path';
import { systemCodename } from '../apt/sources.ts';
import { unpackedPackages } from '../apt/unpack.ts';
import type { Architecture } from '../architecture.ts';
import { cacheRoot } from '../cache.ts';
import { LabError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { run } from '../run.ts';

/** A QEMU and its arguments. */
export interface QemuProgram {
  /** The program and its first arguments. */
  readonly argv: readonly string[];
  /** "7.2", for display. */
  readonly version: string;
  /** True if its emulator may run one thread per CPU. */
  readonly threadsSafe: boolean;
  /** True if it saves a guest to a file and restores it from there. */
  readonly snapshots: boolean;
}

/**
 * Before 8.1 the emulator with a thread for each CPU has a race with code that the guest's kernel patches. A guest that
 * switches tracepoints on and off dies of "Oops: int3" in 1 to 2 % of the cases. Measured with the lab: 7.2 after 10 to
 * 60 rounds, 10.0 not in 300. 7.2 with one thread not in 300 either, but then a busy CPU makes the others wait for up
 * to 100 ms.
 */
export const threadsSafe = (version: string): boolean => atLeast(version, 8, 1);

/** Migration to and from a file (`file:NAME`) exists since QEMU 8.2. */
export const hasSnapshots = (version: string): boolean => atLeast(version, 8, 2);

function atLeast(version: string, wantedMajor: number, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Parses the output of `--version`; returns undefined if it has no version. */
export function parseVersion(text: string): string | undefined {
  return /QEMU emulator version (\d+\.\d+)/.exec(text)?.[1];
}

async function probe(argv: readonly string[]): Promise<QemuProgram | undefined> {
  const result = await run([...argv, '--version']);
  const version = result.code === 0 ? parseVersion(result.stdout) : undefined;
  if (!version) return undefined;
  return { argv, version, threadsSafe: threadsSafe(version), snapshots: hasSnapshots(version) };
}

/** Returns the installed QEMU. @throws LabError E_MISSING_TOOL */
export async function systemQemu({ qemu }: Architecture): Promise<QemuProgram> {
  const found = await probe([qemu.program]);
  if (found) return found;
  throw new LabError('E_MISSING_TOOL', `${qemu.program} does not run`, `apt-get install ${qemu.packages[0]}`);
}

const unpackedArgv = (root: string, { qemu }: Architecture): string[] => [
  join(root, 'usr/bin', qemu.program),
  ...qemu.data.flatMap((folder) => ['-L', join(root, folder)]),
];

/**
 * Returns the newer QEMU of the system's backports, unpacked into the cache; nothing is installed.
 *
 * @throws LabError E_FETCH, E_PACKAGE if there is none or it does not run here
 */
async function backportedQemu(architecture: Architecture, onProgress: OnProgress): Promise<QemuProgram> {
  const { program, packages } = architecture.qemu;
  const suite = `${systemCodename()}-backports`;
  const root = await unpackedPackages(
    join(cacheRoot(), 'qemu', `${suite}-${program}`),
    suite,
    packages,
    onProgress,
  );
  const found = await probe(unpackedArgv(root, architecture));
  if (found) return found;
  throw new LabError('E_PACKAGE', `the QEMU of ${suite} does not run here`, `upgrade ${packages[0]}`);
}

/** Returns a QEMU for emulation, and a remark about it. @throws LabError E_MISSING_TOOL, E_DISK_FULL */
export async function emulator(
  architecture: Architecture,
  onProgress: OnProgress,
): Promise<{ program: QemuProgram; note: string }> {
  const system = await systemQemu(architecture);
  if (system.threadsSafe) return { program: system, note: `QEMU ${system.version}` };
  try {
    const program = await backportedQemu(architecture, onProgress);
    if (program.threadsSafe) return { program, note: `QEMU ${program.version} from backports` };
  } catch (error) {
    const expected =
      error instanceof LabError && ['E_FETCH', 'E_PACKAGE', 'E_NO_APT_SOURCES'].includes(error.code);
    if (!expected) throw error;
  }
  const note = `QEMU ${system.version}, no newer one available: one thread for all CPUs, so timing is coarse`;
  return { program: system, note };
}
