import { join } from 'node:path';
import {
  type Architecture,
  type ArchitectureName,
  architectureNamed,
  hostArchitecture,
  isNative,
} from '../architecture.ts';
import { LabError } from '../errors.ts';

const fragment = (name: string): string => join(import.meta.dirname, `../../kernels/${name}.config`);

/**
 * The kernels of the lab. They have no version: the newest one of a suite is resolved through the package index. To add
 * one, add a line. 6.12 is from bookworm-backports, not from trixie, because its kbuild is built for bookworm's libc
 * and its headers name gcc-12: bookworm and newer machines can build against it. 5.10 needs gcc-10 and 7.x a newer
 * libc, so modules for them are built in a chroot of their suite. bullseye-security is left out: its index names a 5.10
 * whose image the archive no longer has (404).
 */
export const KERNELS = {
  '5.10': { suites: ['bullseye'], flavour: 'amd64', chroot: 'bullseye' },
  '5.10-rt': { suites: ['bullseye'], flavour: 'rt-amd64', chroot: 'bullseye' },
  '6.1': { suites: ['bookworm', 'bookworm-security'], flavour: 'amd64' },
  '6.1-rt': { suites: ['bookworm', 'bookworm-security'], flavour: 'rt-amd64' },
  '6.1-rt-arm64': {
    suites: ['bookworm', 'bookworm-security'],
    flavour: 'rt-arm64',
    architecture: 'arm64',
  },
  '6.12': { suites: ['bookworm-backports'], flavour: 'amd64' },
  '6.12-rt': { suites: ['bookworm-backports'], flavour: 'rt-amd64' },
  '6.12-rt-arm64': { suites: ['bookworm-backports'], flavour: 'rt-arm64', architecture: 'arm64' },
  '7.x': { suites: ['forky'], flavour: 'amd64', chroot: 'forky' },
  '7.x-rt': { suites: ['forky'], flavour: 'rt-amd64', chroot: 'forky' },
  '6.12-sanitizer': {
    suites: ['bookworm-backports'],
    source: 'linux-source-6.12',
    fragment: fragment('sanitizer'),
    slow: true,
  },
  '6.12-kcsan': {
    suites: ['bookworm-backports'],
    source: 'linux-source-6.12',
    fragment: fragment('kcsan'),
    slow: true,
  },
  '6.12-bare': {
    suites: ['bookworm-backports'],
    source: 'linux-source-6.12',
    fragment: fragment('bare'),
  },
} as const satisfies Record<string, KernelSource>;

/** An unmodified kernel of the archive. */
export interface StockKernel {
  readonly suites: readonly string[];
  /** End of the names of the metapackages: linux-image-FLAVOUR, linux-headers-FLAVOUR. */
  readonly flavour: string;
  /** Default: amd64. */
  readonly architecture?: ArchitectureName;
  /** Suite of the chroot in which modules are built; missing: this machine's compiler is used. */
  readonly chroot?: string;
}

/** A kernel the lab compiles from a source package of the archive. */
export interface CompiledKernel {
  readonly suites: readonly string[];
  readonly source: string;
  /** File with the settings on top of tinyconfig. */
  readonly fragment: string;
  /** It checks itself, which takes time. */
  readonly slow?: boolean;
}

export type KernelSource = StockKernel | CompiledKernel;

export type KernelName = keyof typeof KERNELS;

export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

/** Returns the architecture of a kernel. */
export function architectureOf(name: KernelName): Architecture {
  const { architecture = 'amd64' }: Partial<StockKernel> = KERNELS[name];
  return architectureNamed(architecture);
}

/** The default kernel of a guest, by the architecture of this machine. */
export const DEFAULT_KERNEL: KernelName = ({ amd64: '6.12-rt', arm64: '6.12-rt-arm64' } as const)[
  hostArchitecture().name
];

/** Kernels that users run. */
export const STOCK_KERNEL_NAMES = KERNEL_NAMES.filter((name) => 'flavour' in KERNELS[name]);

/** The same without those that are always emulated because they are for another architecture than this machine's. */
export const NATIVE_STOCK_KERNEL_NAMES = STOCK_KERNEL_NAMES.filter((name) => isNative(architectureOf(name)));

/** Kernels that check themselves and their modules. */
export const WATCHING_KERNEL_NAMES = KERNEL_NAMES.filter((name) => 'slow' in KERNELS[name]);

/** Returns whether a guest of this kernel can boot with Secure Boot: it knows UEFI, and the lab has firmware. */
export const hasSecureBoot = (name: KernelName): boolean =>
  'flavour' in KERNELS[name] && architectureOf(name).secureBoot;

/** Returns the factor for time limits: some emulated kernels are that much slower. */
export const patience = (name: KernelName): number =>
  ('slow' in KERNELS[name] ? 6 : 1) * architectureOf(name).patience;

/** @throws LabError E_UNKNOWN_KERNEL */
export function kernelName(word: string): KernelName {
  const found = KERNEL_NAMES.find((name) => name === word);
  if (found) return found;
  throw new LabError(
    'E_UNKNOWN_KERNEL',
    `unknown kernel "${word}"`,
    `choose one of ${KERNEL_NAMES.join(', ')}`,
  );
}
