import { LabError } from '../errors.ts';

/**
 * The kernels the lab knows. A version is never named: the newest one of a suite is resolved
 * through the package index. To add one, add a line.
 *
 * 6.12 is taken from bookworm-backports, not from trixie, because its kbuild is built for bookworm's
 * libc and its headers name gcc-12: both a bookworm machine and a newer one can build against it.
 */
export const KERNELS = {
  '6.1': { suites: ['bookworm', 'bookworm-security'], flavour: 'amd64' },
  '6.1-rt': { suites: ['bookworm', 'bookworm-security'], flavour: 'rt-amd64' },
  '6.12': { suites: ['bookworm-backports'], flavour: 'amd64' },
  '6.12-rt': { suites: ['bookworm-backports'], flavour: 'rt-amd64' },
} as const satisfies Record<string, KernelSource>;

export interface KernelSource {
  readonly suites: readonly string[];
  /** The end of the metapackages' names: linux-image-FLAVOUR, linux-headers-FLAVOUR. */
  readonly flavour: string;
}

export type KernelName = keyof typeof KERNELS;

export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

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
