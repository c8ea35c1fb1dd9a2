import { LabError } from './errors.ts';

/** Debian's name of an architecture. */
export type ArchitectureName = 'amd64' | 'arm64';

/** What differs between the processors of guests. */
export interface Architecture {
  readonly name: ArchitectureName;
  /** The word by which kbuild knows it. */
  readonly kbuild: string;
  /** Begins the names of its cross compiler's programs. */
  readonly triplet: string;
  readonly qemu: {
    readonly program: string;
    /** Debian packages of a newer QEMU; they use the libraries of the installed one. */
    readonly packages: readonly string[];
    /** Folders of these packages with firmware. */
    readonly data: readonly string[];
    readonly machine: string;
    /** The emulated processor. */
    readonly cpu: string;
    /** Name of the serial port in Linux. */
    readonly console: string;
    /** Words for the kernel's command line. */
    readonly words: readonly string[];
  };
  /** True if the lab has UEFI firmware with Secure Boot for it. */
  readonly secureBoot: boolean;
  /** Factor for time limits of an emulated guest. */
  readonly patience: number;
}

const QEMU_COMMON = ['qemu-system-common', 'qemu-system-data'];

const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  amd64: {
    name: 'amd64',
    kbuild: 'x86_64',
    triplet: 'x86_64-linux-gnu',
    qemu: {
      program: 'qemu-system-x86_64',
      packages: ['qemu-system-x86', ...QEMU_COMMON, 'seabios'],
      data: ['usr/share/qemu', 'usr/share/seabios'],
      machine: 'q35',
      cpu: 'max',
      console: 'ttyS0',
      // The emulator's cycle counter is steady, but does not say so in CPUID, and the kernel would drop it as a clock.
      words: ['tsc=reliable'],
    },
    secureBoot: true,
    patience: 1,
  },
  arm64: {
    name: 'arm64',
    kbuild: 'arm64',
    triplet: 'aarch64-linux-gnu',
    qemu: {
      program: 'qemu-system-aarch64',
      packages: ['qemu-system-arm', ...QEMU_COMMON],
      data: ['usr/share/qemu'],
      machine: 'virt,gic-version=3',
      // Of a common board. `max` has authenticated pointers, which take long to emulate.
      cpu: 'cortex-a76',
      console: 'ttyAMA0',
      words: [],
    },
    secureBoot: false,
    patience: 2,
  },
};

const HOST_NAMES: Readonly<Record<string, ArchitectureName>> = { x64: 'amd64', arm64: 'arm64' };

/** Returns the architecture with Debian's name. */
export const architectureNamed = (name: ArchitectureName): Architecture => ARCHITECTURES[name];

/** Returns the architecture of this machine. @throws LabError E_UNKNOWN_KERNEL if the lab has no kernel for it */
export function hostArchitecture(word: string = process.arch): Architecture {
  const name = HOST_NAMES[word];
  if (name) return ARCHITECTURES[name];
  throw new LabError(
    'E_UNKNOWN_KERNEL',
    `the lab has no kernel for ${word}`,
    'run it on an amd64 or arm64 machine',
  );
}

/** Returns whether programs of this architecture run on this machine without emulation. */
export const isNative = ({ name }: Architecture): boolean => HOST_NAMES[process.arch] === name;

/** Returns what begins the names of compilers and linkers for this architecture. */
export const toolPrefix = (architecture: Architecture): string =>
  isNative(architecture) ? '' : `${architecture.triplet}-`;

/** Returns make's variables for a module. */
export const kbuildVariables = (architecture: Architecture): string[] =>
  isNative(architecture) ? [] : [`ARCH=${architecture.kbuild}`, `CROSS_COMPILE=${toolPrefix(architecture)}`];
